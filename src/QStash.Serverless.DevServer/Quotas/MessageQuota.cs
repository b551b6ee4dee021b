using System.Globalization;
using QStash.Serverless.DevServer.Settings;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Quotas;

/// <summary>Refuses messages over the account's limits, in the words of the hosted service (protocol 1.3, 1.4).</summary>
internal sealed class MessageQuota(Limits limits)
{
    private const long Day = 24 * 60 * 60;

    /// <exception cref="WireException">412 for retries and delay, 413 for the size.</exception>
    public void Check(PublishSettings settings, int bodySize, long now)
    {
        int?[] retries = [settings.Retries, settings.Callback?.Retries, settings.FailureCallback?.Retries];
        if (retries.Any(r => r > limits.Retries))
        {
            throw new WireException(412, "quota maxRetries exceeded");
        }

        if (limits.Delay is { } longest && settings.FirstAttempt(now) - now > (long)longest.TotalMilliseconds)
        {
            throw Limits.Exceeded("maxDelay", (long)longest.TotalSeconds);
        }

        if (bodySize > limits.MessageSize)
        {
            throw TooLarge;
        }
    }

    /// <summary>The refusal of a body over the limit.</summary>
    public static WireException TooLarge => new(413, "quota maxMessageSize exceeded");

    /// <exception cref="WireException">429 with the daily headers: the account's messages of this UTC day are used up.</exception>
    public void CheckDay(StoreSession session, long account, int messages, long now)
    {
        if (limits.MessagesPerDay is not { } most)
        {
            return;
        }

        long used = session.PublishedOn(account, DayOf(now));
        if (used + messages > most)
        {
            throw new WireException(429, string.Create(CultureInfo.InvariantCulture, $"quota maxRequestsPerDay exceeded, current limit: {most}"), new Dictionary<string, string>
            {
                ["RateLimit-Limit"] = Text(most),
                ["RateLimit-Remaining"] = Text(Math.Max(0, most - used)),
                ["RateLimit-Reset"] = Text((DayOf(now) + 1) * Day),
            });
        }
    }

    /// <summary>Counts a message that was accepted.</summary>
    public void Count(StoreSession session, long account, long now)
    {
        if (limits.MessagesPerDay is not null)
        {
            session.CountPublished(account, DayOf(now));
        }
    }

    private static long DayOf(long now) => now / 1000 / Day;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
