namespace QStash.Serverless.Testing;

/// <summary>What a test calls a destination: the path of a URL, a whole URL, or the name of a URL group.</summary>
internal sealed class MessageAddress
{
    private readonly string _text;

    internal MessageAddress(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        IsUrlGroup = QStashName.IsValid(text);
        _text = IsUrlGroup || text.StartsWith('/') || Destination.Refusal(text) is null
            ? text
            : throw new ArgumentException($"'{text}' is none of: the path of a URL, as in /orders; a whole URL; the name of a URL group.", nameof(text));
    }

    /// <summary>Whether it names a URL group.</summary>
    internal bool IsUrlGroup { get; }

    /// <summary>Whether a message to this destination is meant. A path matches below every host, and may have parameters: <c>/orders/{region}</c>.</summary>
    internal bool Matches(Destination destination) => Values(destination) is not null;

    /// <summary>The values of the path's parameters; null when another destination is meant.</summary>
    internal Dictionary<string, string>? Values(Destination destination)
    {
        if (!_text.StartsWith('/'))
        {
            return destination.IsUrlGroup == IsUrlGroup && destination.Value == _text ? [] : null;
        }

        if (destination.IsUrlGroup)
        {
            return null;
        }

        string[] pattern = _text.Split('/');
        string[] path = new Uri(destination.Value).AbsolutePath.Split('/');
        Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < pattern.Length; i++)
        {
            if (pattern.Length != path.Length)
            {
                return null;
            }

            if (pattern[i] is ['{', .. string name, '}'] && path[i].Length > 0)
            {
                values[name] = Uri.UnescapeDataString(path[i]);
            }
            else if (pattern[i] != path[i])
            {
                return null;
            }
        }

        return values;
    }

    public override string ToString() => _text;
}
