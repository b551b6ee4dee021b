using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace QStash.Serverless;

/// <summary>
/// A parsed cron expression as QStash schedules use it (protocol 8.4): <c>minute hour day month weekday</c>, in UTC unless it starts with
/// <c>CRON_TZ=</c> and the IANA id of a time zone, as in <c>CRON_TZ=Europe/Berlin 0 2 * * MON-FRI</c>. Two schedules are equal when their texts are.
/// </summary>
/// <remarks>
/// <para>
/// A field is <c>*</c> (or <c>?</c>), a number, a range <c>a-b</c>, any of these with a step (<c>*/5</c>, <c>a-b/2</c>, and <c>a/5</c> from a to the
/// end), or a list of them with commas. Months have names (<c>JAN</c>), weekdays too (<c>SUN</c>), in any case; Sunday is 0 and 7. Where both
/// day and weekday are restricted, that is, neither has a <c>*</c> without a step, a day needs to match only one of them.
/// </para>
/// <para>The clock of a time zone skips some times and repeats others: what is skipped does not occur, what is repeated occurs once, the first time.</para>
/// </remarks>
public sealed record CronSchedule
{
    /// <summary>Longer than any pause between occurrences: 29 February is at most 8 years away, and a clock change may swallow a few of them.</summary>
    private const int YearsAhead = 50;

    private readonly CronFields _fields;

    private CronSchedule(string text, CronFields fields, TimeZoneInfo timeZone)
    {
        Text = text;
        _fields = fields;
        TimeZone = timeZone;
    }

    /// <summary>The expression as written, without white space around it, with its time zone if it has one.</summary>
    public string Text { get; }

    /// <summary>The time zone whose clock the fields are compared with; UTC unless the expression names one.</summary>
    public TimeZoneInfo TimeZone { get; }

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The text of the header; white space around it is ignored. At most 512 characters.</param>
    /// <param name="schedule">The schedule, or null when the text is refused.</param>
    /// <param name="error">When the text is refused: the position, counted from 1, and what is wrong there.</param>
    /// <returns>Whether the text is a cron expression. One that never occurs, such as 30 February, is one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out CronSchedule? schedule, [NotNullWhen(false)] out string? error)
    {
        text ??= "";
        CronFields? fields = new CronParser(text).Parse(out TimeZoneInfo timeZone, out error);
        schedule = fields is null ? null : new(text.Trim(' ', '\t'), fields, timeZone);
        return schedule is not null;
    }

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The text of the header; white space around it is ignored.</param>
    /// <exception cref="FormatException">The text is not a cron expression; the message names the position and what is wrong there.</exception>
    public static CronSchedule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out CronSchedule? schedule, out string? error) ? schedule : throw new FormatException($"Not a cron expression: {error}.");
    }

    /// <summary>The first occurrence after an instant, with the offset of the schedule's time zone there.</summary>
    /// <param name="instant">The instant; if it is an occurrence itself, the next one is returned.</param>
    /// <returns>Null when there is none within 50 years: the expression names a day that does not exist.</returns>
    public DateTimeOffset? NextAfter(DateTimeOffset instant)
    {
        DateTime local = WallClock(instant.UtcDateTime);
        DateTime minute = local.AddTicks(-(local.Ticks % TimeSpan.TicksPerMinute));
        int lastYear = Math.Min(local.Year + YearsAhead, DateTime.MaxValue.Year - 1);
        for (DateOnly day = DateOnly.FromDateTime(local); day.Year <= lastYear; day = day.AddDays(1))
        {
            if (!_fields.HasMonth(day.Month))
            {
                day = new DateOnly(day.Year, day.Month, DateTime.DaysInMonth(day.Year, day.Month));
                continue;
            }

            if (_fields.HasDay(day) && FirstOf(day, minute, instant) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>All occurrences after an instant, in order; endless unless the expression names a day that does not exist.</summary>
    /// <param name="instant">The instant; it is not among them.</param>
    public IEnumerable<DateTimeOffset> OccurrencesAfter(DateTimeOffset instant)
    {
        while (NextAfter(instant) is { } next)
        {
            yield return next;
            instant = next;
        }
    }

    /// <summary>Whether the other schedule has the same text.</summary>
    public bool Equals(CronSchedule? other) => other is not null && string.Equals(Text, other.Text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(Text, StringComparison.Ordinal);

    /// <summary>The expression as written.</summary>
    public override string ToString() => Text;

    private DateTimeOffset? FirstOf(DateOnly day, DateTime notBefore, DateTimeOffset after)
    {
        int firstHour = day == DateOnly.FromDateTime(notBefore) ? notBefore.Hour : 0;
        for (uint hours = _fields.Hours >> firstHour << firstHour; hours != 0; hours &= hours - 1)
        {
            for (ulong minutes = _fields.Minutes; minutes != 0; minutes &= minutes - 1)
            {
                DateTime local = day.ToDateTime(new(BitOperations.TrailingZeroCount(hours), BitOperations.TrailingZeroCount(minutes)));
                if (local >= notBefore && FirstInstant(local) is { } occurrence && occurrence > after)
                {
                    return occurrence;
                }
            }
        }

        return null;
    }

    /// <summary>The first instant at which the zone's clock shows a time; null when it skips it. Only the reading from UTC is trusted: it is never ambiguous.</summary>
    private DateTimeOffset? FirstInstant(DateTime local)
    {
        // No zone is further from UTC than 14 hours, so a change of the clock near this time lies between these two.
        TimeSpan before = Offset(local.AddHours(-14));
        TimeSpan after = Offset(local.AddHours(14));
        TimeSpan earlier = before > after ? before : after;
        TimeSpan later = before > after ? after : before;
        return Offset(local - earlier) == earlier ? new(local, earlier)
            : Offset(local - later) == later ? new DateTimeOffset(local, later)
            : null;
    }

    private DateTime WallClock(DateTime utc)
    {
        // At the very ends of the calendar there is no room for offsets: nothing occurs in its first two days, nor in its last year.
        long ticks = utc.Ticks + Offset(utc).Ticks;
        return new(Math.Clamp(ticks, 2 * TimeSpan.TicksPerDay, DateTime.MaxValue.Ticks));
    }

    private TimeSpan Offset(DateTime utc) => TimeZone.GetUtcOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc));
}
