namespace QStash.Serverless.DevServer.Delivery;

/// <summary>The values of the protocol that were others in earlier years (protocol 13, rows 14, 16 and 19).</summary>
/// <param name="DeduplicationWindow">How long a deduplication key is remembered from the acceptance of its message. A duplicate does not extend it.</param>
/// <param name="BackoffRate">The r of the default wait before retry n, e^(r n) seconds.</param>
/// <param name="CallbackAfterEachAttempt">Whether every attempt is told to the callback, or only the one that delivers.</param>
internal sealed record Timing(TimeSpan DeduplicationWindow, double BackoffRate, bool CallbackAfterEachAttempt)
{
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static Timing Of(QStashDevServerOptions options)
        => options.DeduplicationWindow < TimeSpan.Zero || options.DeduplicationWindow > TimeSpan.FromDays(365)
            ? throw new ArgumentOutOfRangeException(nameof(options), options.DeduplicationWindow, $"{nameof(options.DeduplicationWindow)} must be from 0 to 365 days.")
            : options.BackoffRate is >= 0 and <= 10
                ? new(options.DeduplicationWindow, options.BackoffRate, options.CallbackAfterEachAttempt)
                : throw new ArgumentOutOfRangeException(nameof(options), options.BackoffRate, $"{nameof(options.BackoffRate)} must be from 0 to 10.");

    /// <summary>The default wait before a retry, at most a day.</summary>
    /// <param name="retryNumber">1 for the first.</param>
    public TimeSpan Backoff(int retryNumber)
        => TimeSpan.FromMilliseconds((long)Math.Round(Math.Min(86_400, Math.Exp(BackoffRate * retryNumber)) * 1000));
}
