using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace QStash.Serverless;

/// <summary>
/// Flow-control limits: the value of <c>Upstash-Flow-Control-Value</c> (protocol 3.2), for example <c>parallelism=3, rate=5, period=1m</c>.
/// QStash needs at least one of <see cref="Parallelism"/> and <see cref="Rate"/>.
/// </summary>
public sealed record FlowControlValue
{
    private static readonly TimeSpan s_defaultPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPeriod = TimeSpan.FromDays(7);

    /// <summary>How many deliveries may be in flight at once, at least 1; null sets no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public int? Parallelism
    {
        get;
        init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Parallelism must be at least 1.");
    }

    /// <summary>How many deliveries may start in one <see cref="Period"/>, at least 1; null sets no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public int? Rate
    {
        get;
        init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Rate must be at least 1.");
    }

    /// <summary>The rate's window: 1 second (the default) to 7 days, in whole seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The period is shorter, longer, or has a fraction of a second.</exception>
    public TimeSpan Period
    {
        get;
        init => field = IsPeriod(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Period must be 1 second to 7 days, in whole seconds.");
    } = s_defaultPeriod;

    /// <summary>
    /// Reads comma-separated <c>name=value</c> pairs, in any order, with optional spaces around the commas. Names are case-insensitive;
    /// the period is a duration or whole seconds.
    /// </summary>
    /// <param name="text">The text of the header.</param>
    /// <param name="value">The limits, or null when the text is refused.</param>
    /// <param name="error">When the text is refused: which part is wrong and what was expected.</param>
    /// <returns>Whether every pair is known, occurs once and is in range, and a parallelism or a rate is given.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out FlowControlValue? value, [NotNullWhen(false)] out string? error)
    {
        value = null;
        int? parallelism = null;
        int? rate = null;
        TimeSpan? period = null;
        int number = 0;
        foreach (string pair in (text ?? "").Split(','))
        {
            number++;
            string[] parts = pair.Trim(' ', '\t').Split('=', 2);
            error = parts.Length < 2 ? "expected name=value" : parts[0].ToUpperInvariant() switch
            {
                "PARALLELISM" => ReadCount("parallelism", parts[1], ref parallelism),
                "RATE" => ReadCount("rate", parts[1], ref rate),
                "PERIOD" => ReadPeriod(parts[1], ref period),
                _ => "expected one of the names parallelism, rate and period",
            };
            if (error is not null)
            {
                error = string.Create(CultureInfo.InvariantCulture, $"pair {number}: {error}");
                return false;
            }
        }

        if (parallelism is null && rate is null)
        {
            error = "expected parallelism or rate (or both) besides the period";
            return false;
        }

        value = new FlowControlValue { Parallelism = parallelism, Rate = rate, Period = period ?? s_defaultPeriod };
        error = null;
        return true;
    }

    /// <summary>Reads flow-control limits.</summary>
    /// <param name="text">The text of the header.</param>
    /// <exception cref="FormatException">The text is refused; the message names the pair and what was expected.</exception>
    public static FlowControlValue Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out FlowControlValue? value, out string? error) ? value : throw new FormatException($"Not a flow-control value: {error}.");
    }

    /// <summary>The header's text, as in <c>parallelism=3, rate=5, period=1m</c>; a period of 1 second, the default, is left out.</summary>
    public override string ToString() => string.Join(", ", Pairs());

    private IEnumerable<string> Pairs()
    {
        if (Parallelism is { } parallelism)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"parallelism={parallelism}");
        }

        if (Rate is { } rate)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"rate={rate}");
        }

        if (Period != s_defaultPeriod)
        {
            yield return $"period={QStashDuration.Format(Period)}";
        }
    }

    private static bool IsPeriod(TimeSpan period) =>
        period >= s_defaultPeriod && period <= s_longestPeriod && period.Ticks % TimeSpan.TicksPerSecond == 0;

    private static string? ReadCount(string name, string text, ref int? count)
    {
        if (count is not null)
        {
            return $"{name} occurs twice";
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int read) || read < 1)
        {
            return $"{name} must be a whole number, 1 to {int.MaxValue}";
        }

        count = read;
        return null;
    }

    private static string? ReadPeriod(string text, ref TimeSpan? period)
    {
        if (period is not null)
        {
            return "period occurs twice";
        }

        if (!QStashDuration.TryParse(text, out TimeSpan read, out string? error))
        {
            return $"period is not a duration: {error}";
        }

        period = read;
        return IsPeriod(read) ? null : "period must be 1s to 7d";
    }
}
