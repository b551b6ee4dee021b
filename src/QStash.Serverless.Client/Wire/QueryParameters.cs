using System.Globalization;
using System.Text;

namespace QStash.Serverless.Client;

/// <summary>The query of a call. A filter with several values repeats its name; QStash accepts any of them (protocol 2.4).</summary>
internal sealed class QueryParameters
{
    private readonly StringBuilder _text = new();

    internal bool IsEmpty => _text.Length == 0;

    internal QueryParameters Add(string name, string? value)
    {
        if (value is not null)
        {
            _text.Append(_text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        return this;
    }

    internal QueryParameters Add(string name, long? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    internal QueryParameters Add(string name, DateTimeOffset? value) => Add(name, value?.ToUnixTimeMilliseconds());

    /// <exception cref="ArgumentException">A value is empty, or has a comma, at which QStash would split it.</exception>
    internal QueryParameters AddFilter(string name, IReadOnlyList<string> values, string property)
    {
        foreach (string value in values)
        {
            if (string.IsNullOrEmpty(value))
            {
                throw new ArgumentException($"{property} has an empty value, which would not filter anything.");
            }

            if (value.Contains(',', StringComparison.Ordinal))
            {
                throw new ArgumentException($"{property}: QStash would read '{value}' as several values, because of its comma; filter by something else.");
            }

            Add(name, value);
        }

        return this;
    }

    public override string ToString() => _text.ToString();
}
