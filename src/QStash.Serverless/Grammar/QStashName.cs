using System.Runtime.CompilerServices;

namespace QStash.Serverless;

/// <summary>Names of queues, schedules and URL groups: one or more of <c>a-z A-Z 0-9 _ . -</c> (protocol 2.0, rule 5).</summary>
public static class QStashName
{
    /// <summary>Whether the text can name a queue, a schedule or a URL group.</summary>
    public static bool IsValid(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return false;
        }

        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Refuses a text that cannot name a queue, a schedule or a URL group.</summary>
    /// <exception cref="ArgumentException">The name is empty or has a character outside <c>a-z A-Z 0-9 _ . -</c>.</exception>
    public static void ThrowIfInvalid(string? name, [CallerArgumentExpression(nameof(name))] string? parameterName = null)
    {
        if (!IsValid(name))
        {
            throw new ArgumentException($"'{name}' is not a QStash name: use letters, digits, '_', '.' and '-' only, at least one.", parameterName);
        }
    }

    /// <summary>
    /// Whether the text can be a deduplication id (protocol 3): one or more printable ASCII characters, without white space and without <c>:</c>.
    /// </summary>
    public static bool IsValidDeduplicationId(string? id)
    {
        if (string.IsNullOrEmpty(id))
        {
            return false;
        }

        foreach (char c in id)
        {
            if (!char.IsBetween(c, '!', '~') || c == ':')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Refuses a text that cannot be a deduplication id.</summary>
    /// <exception cref="ArgumentException">The id is empty, or has white space, a <c>:</c> or a character that is not printable ASCII.</exception>
    public static void ThrowIfInvalidDeduplicationId(string? id, [CallerArgumentExpression(nameof(id))] string? parameterName = null)
    {
        if (!IsValidDeduplicationId(id))
        {
            throw new ArgumentException($"'{id}' is not a deduplication id: use printable ASCII characters without spaces and without ':', at least one.", parameterName);
        }
    }
}
