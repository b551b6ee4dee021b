using System.Collections.Concurrent;
using System.Globalization;

namespace QStash.Serverless.DevServer.Quotas;

/// <summary>
/// The limit of requests a second for everything that creates no messages (protocol 1.4). Counted in memory in whole seconds of the server's
/// clock; off unless a limit is set.
/// </summary>
internal sealed class BurstLimit(int? limit, TimeProvider time)
{
    private readonly ConcurrentDictionary<long, (long Second, int Used)> _used = new();

    /// <summary>Counts a request.</summary>
    /// <returns>The headers that say how much is left; none without a limit.</returns>
    /// <exception cref="WireException">429, with the same headers: too many in this second.</exception>
    public IReadOnlyDictionary<string, string> Count(long account)
    {
        if (limit is not { } most)
        {
            return new Dictionary<string, string>();
        }

        long second = time.GetUtcNow().ToUnixTimeSeconds();
        int used = _used.AddOrUpdate(account, (second, 1), (_, old) => old.Second == second ? (second, old.Used + 1) : (second, 1)).Used;
        Dictionary<string, string> headers = new()
        {
            ["Burst-RateLimit-Limit"] = Text(most),
            ["Burst-RateLimit-Remaining"] = Text(Math.Max(0, most - used)),
            ["Burst-RateLimit-Reset"] = Text(second + 1),
        };
        return used <= most ? headers : throw new WireException(429, "burst rate limit exceeded: wait for the next second", headers);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
