using System.Buffers;
using System.Globalization;

namespace QStash.Serverless.DevServer.Delivery;

/// <summary>The delay a failed response asks for (protocol 7.3).</summary>
internal static class ServerDrivenDelay
{
    private static readonly string[] Names = ["Retry-After", "X-Ratelimit-Reset", "X-Ratelimit-Reset-Requests", "X-Ratelimit-Reset-Tokens"];
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>The first of the four headers that names a delay of at most a day; others count for nothing.</summary>
    public static TimeSpan? Read(IReadOnlyDictionary<string, string[]> headers, DateTimeOffset now)
    {
        foreach (string name in Names)
        {
            if (headers.TryGetValue(name, out string[]? values) && Parse(values[0].Trim(), now) is { } delay && delay <= Longest)
            {
                return delay;
            }
        }

        return null;
    }

    private static TimeSpan? Parse(string text, DateTimeOffset now)
    {
        if (text.Length > 0 && text.All(char.IsAsciiDigit))
        {
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds <= Longest.TotalSeconds
                ? TimeSpan.FromSeconds(seconds)
                : null;
        }

        if (DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date))
        {
            return date > now ? date - now : TimeSpan.Zero;
        }

        return GoDuration(text);
    }

    /// <summary>Go's duration syntax: <c>6m5s</c>, <c>1.5h</c>, <c>300ms</c>.</summary>
    private static TimeSpan? GoDuration(string text)
    {
        double seconds = 0;
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExcept(NumberCharacters);
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            {
                return null;
            }

            rest = rest[digits..];
            int letters = rest.IndexOfAny(NumberCharacters);
            ReadOnlySpan<char> unit = letters < 0 ? rest : rest[..letters];
            double? factor = unit switch
            {
                "ns" => 1e-9,
                "us" or "µs" or "μs" => 1e-6,
                "ms" => 1e-3,
                "s" => 1,
                "m" => 60,
                "h" => 3600,
                _ => null,
            };
            if (factor is null)
            {
                return null;
            }

            seconds += number * factor.Value;
            rest = rest[unit.Length..];
        }

        return text.Length > 0 && seconds <= Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }
}
