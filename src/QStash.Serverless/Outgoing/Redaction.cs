namespace QStash.Serverless;

/// <summary>Which fields of a message are shown only as a hash in reads (protocol 3.3).</summary>
public sealed record Redaction
{
    /// <summary>Hides the body.</summary>
    public bool Body { get; init; }
    /// <summary>Hides every header.</summary>
    public bool AllHeaders { get; init; }
    /// <summary>Hides these headers.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];
}
