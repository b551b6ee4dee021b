using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace QStash.Serverless;

/// <summary>
/// Durations as QStash writes them (protocol 3.1): whole numbers with the units <c>d</c>, <c>h</c>, <c>m</c> and <c>s</c>, from large to
/// small, each at most once, without spaces: <c>1d10h30m</c>, <c>90s</c>. A bare number is seconds.
/// </summary>
public static class QStashDuration
{
    private const string Units = "dhms";
    private const string SpareText = "expected the end of the duration after the seconds";
    private const long LargestSeconds = long.MaxValue / TimeSpan.TicksPerSecond;
    private static readonly int[] s_unitSeconds = [86400, 3600, 60, 1];

    /// <summary>Reads a duration.</summary>
    /// <param name="text">The text, without surrounding white space. <c>0s</c> is valid; an empty text is not.</param>
    /// <param name="value">The duration, zero or more whole seconds; zero when the text is refused.</param>
    /// <param name="error">When the text is refused: the position, counted from 1, and what was expected there.</param>
    /// <returns>Whether the text is a duration that a <see cref="TimeSpan"/> can hold.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out TimeSpan value, [NotNullWhen(false)] out string? error)
    {
        text ??= "";
        value = TimeSpan.Zero;
        int nextUnit = 0;
        long total = 0;
        int at = 0;
        do
        {
            int start = at;
            long number = 0;
            for (; at < text.Length && char.IsAsciiDigit(text[at]); at++)
            {
                number = Math.Min((number * 10) + (text[at] - '0'), LargestSeconds + 1);
            }

            if (at == start)
            {
                error = SyntaxError.At(at, nextUnit == Units.Length ? SpareText : $"expected a whole number, as in '1h30m', but found {SyntaxError.Found(text, at)}");
                return false;
            }

            // A bare number is seconds; anywhere else the number needs a unit smaller than the one before it.
            bool bare = start == 0 && at == text.Length;
            int unit = bare ? Units.Length - 1 : at < text.Length ? Units.IndexOf(text[at], StringComparison.Ordinal) : -1;
            if (unit < nextUnit)
            {
                error = nextUnit == Units.Length
                    ? SyntaxError.At(start, SpareText)
                    : SyntaxError.At(at, $"expected one of the units {string.Join(", ", Units[nextUnit..].ToCharArray())} (from large to small, each once), but found {SyntaxError.Found(text, at)}");
                return false;
            }

            total += number * s_unitSeconds[unit];
            if (total > LargestSeconds)
            {
                error = SyntaxError.At(start, $"the duration is too long: expected at most {LargestSeconds} seconds in all");
                return false;
            }

            nextUnit = unit + 1;
            at++;
        }
        while (at < text.Length);

        value = TimeSpan.FromTicks(total * TimeSpan.TicksPerSecond);
        error = null;
        return true;
    }

    /// <summary>Reads a duration.</summary>
    /// <param name="text">The text, without surrounding white space.</param>
    /// <exception cref="FormatException">The text is not a duration; the message names the position and what was expected there.</exception>
    public static TimeSpan Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out TimeSpan value, out string? error) ? value : throw new FormatException($"Not a duration: {error}.");
    }

    /// <summary>Writes a duration in its shortest form, such as <c>1h30m3s</c> or <c>0s</c>; a fraction of a second is rounded up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative.</exception>
    public static string Format(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        (long seconds, long fraction) = Math.DivRem(value.Ticks, TimeSpan.TicksPerSecond);
        if (fraction > 0)
        {
            seconds++;
        }

        if (seconds == 0)
        {
            return "0s";
        }

        StringBuilder text = new();
        for (int unit = 0; unit < Units.Length; unit++)
        {
            (long count, seconds) = Math.DivRem(seconds, s_unitSeconds[unit]);
            if (count > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{count}{Units[unit]}");
            }
        }

        return text.ToString();
    }
}
