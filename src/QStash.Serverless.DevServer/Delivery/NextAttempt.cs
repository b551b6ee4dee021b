using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Delivery;

/// <summary>Decides whether and when a failed message is tried again (protocol 4.2, 7).</summary>
internal static class NextAttempt
{
    /// <summary>The time of the next attempt in Unix milliseconds; null when the message has failed for good.</summary>
    public static long? After(StoredMessage message, Outcome outcome, DateTimeOffset now, Timing timing)
    {
        if (outcome.NonRetryable || message.Retried >= message.Settings.Retries)
        {
            return null;
        }

        TimeSpan delay = ServerDrivenDelay.Read(outcome.Headers, now)
            ?? message.Settings.RetryDelay?.Evaluate(message.Retried)
            ?? timing.Backoff(message.Retried + 1);
        return now.ToUnixTimeMilliseconds() + (long)Math.Ceiling(delay.TotalMilliseconds);
    }
}
