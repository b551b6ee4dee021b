namespace QStash.Serverless;

/// <summary>The waits between attempts of a message that sets no retry delay of its own (protocol 7.1).</summary>
public static class RetryBackoff
{
    private const double LargestSeconds = 86400;

    /// <summary>
    /// How long QStash waits before a retry: e^(2.5 n) seconds, at most one day, in whole milliseconds: about 12 seconds, 2 and a half
    /// minutes, half an hour, 6 hours, then a day each.
    /// </summary>
    /// <param name="retryNumber">Which retry: 1 is the first, after the first failed attempt.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="retryNumber"/> is less than 1.</exception>
    public static TimeSpan Delay(int retryNumber)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(retryNumber, 1);
        double seconds = Math.Min(LargestSeconds, Math.Exp(2.5 * retryNumber));
        return TimeSpan.FromMilliseconds((long)Math.Round(seconds * 1000));
    }
}
