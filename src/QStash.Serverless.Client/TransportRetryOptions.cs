namespace QStash.Serverless.Client;

/// <summary>
/// What the client does when no answer arrives from QStash: connection refused or lost, timeout (protocol 1.5). An answer is never retried,
/// whatever its status. A retry cannot duplicate a message, because every message carries a deduplication id; the rare message published
/// without one, through <see cref="PublishOptions.RawHeaders"/>, is tried once.
/// </summary>
public sealed class TransportRetryOptions
{
    /// <summary>How often a call is tried at most, the first time included: 1 (no retries) to 100; 6 unless set.</summary>
    public int MaxAttempts { get; set; } = 6;

    /// <summary>
    /// The wait before the next attempt, given how many retries were made so far (0 before the first retry): <see cref="DefaultBackoff"/> unless
    /// set. A negative wait counts as none.
    /// </summary>
    public Func<int, TimeSpan> Backoff { get; set; } = DefaultBackoff;

    /// <summary><c>exp(retries) * 50 ms</c>, as the official clients wait: 50 ms, 136 ms, 369 ms, 1.0 s, 2.7 s; at most one minute.</summary>
    /// <param name="retries">How many retries were made so far.</param>
    public static TimeSpan DefaultBackoff(int retries) => TimeSpan.FromMilliseconds(Math.Min(Math.Exp(retries) * 50, 60_000));
}
