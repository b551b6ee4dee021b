namespace QStash.Serverless.Client;

/// <summary>Which limit a 429 is about (protocol 1.4).</summary>
public enum QStashRateLimitKind
{
    /// <summary>Calls a second of reads and management; publishing has no such limit.</summary>
    Burst,

    /// <summary>Messages a day.</summary>
    Daily,

    /// <summary>The limits of a language model provider behind QStash.</summary>
    Chat,
}

/// <summary>The limit that a 429 reports. The texts are QStash's own, null where it does not say.</summary>
/// <param name="Kind">Which limit.</param>
/// <param name="Limit">How many calls the limit allows.</param>
/// <param name="Remaining">How many are left.</param>
/// <param name="Reset">When the limit starts afresh: Unix time for burst and daily limits, a duration for chat limits.</param>
public sealed record QStashRateLimit(QStashRateLimitKind Kind, string? Limit, string? Remaining, string? Reset);
