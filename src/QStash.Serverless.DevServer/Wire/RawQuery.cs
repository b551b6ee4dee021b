namespace QStash.Serverless.DevServer.Wire;

/// <summary>A query string as it was sent: parameters in order, each with its untouched text.</summary>
internal sealed class RawQuery
{
    private readonly List<(string Raw, string Name, string Value)> _parameters = [];

    public RawQuery(string query)
    {
        foreach (string raw in query.Split('&'))
        {
            int equals = raw.IndexOf('=', StringComparison.Ordinal);
            _parameters.Add(equals < 0 ? (raw, Decode(raw), "") : (raw, Decode(raw[..equals]), Decode(raw[(equals + 1)..])));
        }
    }

    /// <summary>All decoded names and values.</summary>
    public IEnumerable<(string Name, string Value)> Parameters => _parameters.Where(p => p.Raw.Length > 0).Select(p => (p.Name, p.Value));

    /// <summary>The values of a parameter; empty ones count as absent.</summary>
    public IReadOnlyList<string> All(string name)
        => [.. _parameters.Where(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && p.Value.Length > 0).Select(p => p.Value)];

    /// <summary>The values of a filter that may be repeated or comma-separated (protocol 13, row 11).</summary>
    public IReadOnlyList<string> Many(string name)
        => [.. All(name).SelectMany(v => v.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    public string? First(string name) => All(name) is [string first, ..] ? first : null;

    /// <summary>What belongs to the destination: everything QStash does not consume, in its order and encoding (protocol 2.0, rule 2).</summary>
    public string WithoutQStashParameters()
        => string.Join('&', _parameters.Where(p => !IsConsumed(p.Name)).Select(p => p.Raw));

    /// <summary>Whether QStash takes a parameter for itself: the token and every setting.</summary>
    public static bool IsConsumed(string name)
        => name.Equals("qstash_token", StringComparison.OrdinalIgnoreCase) || name.StartsWith("upstash-", StringComparison.OrdinalIgnoreCase);

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
