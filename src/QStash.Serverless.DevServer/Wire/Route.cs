using System.Diagnostics.CodeAnalysis;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>
/// One row of the endpoint index (protocol 2.0.1): <c>{name}</c> is one segment, <c>{*name}</c> the untouched rest of the path. A row
/// without a handler is known and not built.
/// </summary>
internal sealed class Route(string method, string pattern, Func<WireCall, Task<WireReply>>? handler = null)
{
    private readonly string[] _pattern = pattern.Split('/');

    public string Method { get; } = method;

    /// <summary>Whether it accepts messages: such requests have no limit per second (protocol 1.4).</summary>
    public bool CreatesMessages { get; } = pattern.Split('/')[0] is "publish" or "enqueue" or "batch";

    public string Pattern { get; } = pattern;

    public Func<WireCall, Task<WireReply>>? Handler { get; } = handler;

    /// <summary>Matches a raw path. Words are compared without case and one trailing slash is tolerated (protocol 2.0, rule 6).</summary>
    public bool Matches(string path, [NotNullWhen(true)] out Dictionary<string, string>? parts)
    {
        parts = new(StringComparer.Ordinal);
        int at = 0;
        foreach (string expected in _pattern)
        {
            if (expected.StartsWith("{*", StringComparison.Ordinal))
            {
                parts[expected[2..^1]] = at <= path.Length ? path[at..] : "";
                return true;
            }

            if (at > path.Length)
            {
                break;
            }

            int slash = path.IndexOf('/', at);
            string segment = slash < 0 ? path[at..] : path[at..slash];
            at += segment.Length + 1;
            if (expected.StartsWith('{') && segment.Length > 0)
            {
                parts[expected[1..^1]] = Uri.UnescapeDataString(segment);
            }
            else if (!expected.Equals(segment, StringComparison.OrdinalIgnoreCase))
            {
                parts = null;
                return false;
            }
            else
            {
                continue;
            }
        }

        if (at >= path.Length && _pattern.Length == path.TrimEnd('/').Count('/') + 1)
        {
            return true;
        }

        parts = null;
        return false;
    }
}
