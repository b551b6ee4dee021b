using System.Globalization;

namespace QStash.Serverless.Infra;

/// <summary>What the clock changes of a schedule's time zone do to its runs: times that the clock skips do not occur, those it repeats occur once.</summary>
internal static class ClockChanges
{
    private const int MostNotes = 10;

    internal static IEnumerable<string> Notes(CronSchedule cron, DateTimeOffset from, DateTimeOffset to)
    {
        if (cron.TimeZone.BaseUtcOffset == TimeSpan.Zero && !cron.TimeZone.SupportsDaylightSavingTime)
        {
            return [];
        }

        // The same fields on a clock that never changes: what they name, whether or not the zone's clock shows it.
        string[] words = cron.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        CronSchedule steady = CronSchedule.Parse(string.Join(' ', words.Where(static word => !word.StartsWith("CRON_TZ=", StringComparison.OrdinalIgnoreCase))));
        return Changes(cron.TimeZone, from.UtcDateTime, to.UtcDateTime).SelectMany(change => Notes(steady, cron.TimeZone.Id, change)).Take(MostNotes);
    }

    private static IEnumerable<string> Notes(CronSchedule steady, string zone, Change change)
    {
        DateTime old = change.At + change.Before;
        DateTime now = change.At + change.After;
        (DateTime start, DateTime end) = old < now ? (old, now) : (now, old);
        string[] times = [.. Named(steady, start, end).Select(static time => time.ToString("HH:mm", CultureInfo.InvariantCulture)).Take(4)];
        if (times.Length == 0)
        {
            yield break;
        }

        string when = string.Join(", ", times.Take(3)) + (times.Length > 3 ? " and more" : "");
        string clock = string.Create(CultureInfo.InvariantCulture, $"on {old:yyyy-MM-dd} the clock of {zone} goes from {old:HH:mm} to {now:HH:mm}");
        yield return old < now ? $"{clock}: no run at {when}, which does not exist that day." : $"{clock}: {when} comes twice that day, with one run, the first time.";
    }

    private static IEnumerable<DateTime> Named(CronSchedule steady, DateTime start, DateTime end) => steady
        .OccurrencesAfter(new DateTimeOffset(DateTime.SpecifyKind(start, DateTimeKind.Utc)).AddTicks(-1))
        .Select(static time => time.UtcDateTime)
        .TakeWhile(time => time < end);

    private static IEnumerable<Change> Changes(TimeZoneInfo zone, DateTime from, DateTime to)
    {
        for (DateTime day = from; day < to; day = day.AddDays(1))
        {
            DateTime next = day.AddDays(1) < to ? day.AddDays(1) : to;
            if (zone.GetUtcOffset(day) != zone.GetUtcOffset(next))
            {
                yield return new Change(Instant(zone, day, next), zone.GetUtcOffset(day), zone.GetUtcOffset(next));
            }
        }
    }

    private static DateTime Instant(TimeZoneInfo zone, DateTime before, DateTime after)
    {
        TimeSpan old = zone.GetUtcOffset(before);
        while (after - before > TimeSpan.FromSeconds(1))
        {
            DateTime middle = before + ((after - before) / 2);
            (before, after) = zone.GetUtcOffset(middle) == old ? (middle, after) : (before, middle);
        }

        // Clocks change on the minute.
        return new DateTime((after.Ticks + (TimeSpan.TicksPerMinute / 2)) / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, DateTimeKind.Utc);
    }

    private readonly record struct Change(DateTime At, TimeSpan Before, TimeSpan After);
}
