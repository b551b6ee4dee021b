using NodaTime;
using NodaTime.Extensions;

namespace QStash.Serverless.Tests.Grammar;

/// <summary>Random expressions against a second reading that looks at every single minute, with the time zones of another library.</summary>
public sealed class CronScheduleOracleTests
{
    private static readonly Duration Minute = Duration.FromMinutes(1);

    /// <summary>Half hours, changes at midnight, a day that never was, two hours at once, negative summer time, changes of the base offset.</summary>
    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("Europe/Dublin")]
    [InlineData("Europe/Istanbul")]
    [InlineData("America/New_York")]
    [InlineData("America/St_Johns")]
    [InlineData("America/Sao_Paulo")]
    [InlineData("America/Caracas")]
    [InlineData("Africa/Casablanca")]
    [InlineData("Asia/Tehran")]
    [InlineData("Asia/Pyongyang")]
    [InlineData("Asia/Kathmandu")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Antarctica/Troll")]
    [InlineData("Pacific/Apia")]
    [InlineData("Pacific/Chatham")]
    public void AroundEveryChangeOfTheClock_OccurrencesAreThoseOfTheOracle(string id)
    {
        DateTimeZone zone = DateTimeZoneProviders.Tzdb[id];
        Random random = new(id.Sum(c => c));
        Instant[] changes =
        [
            .. zone.GetZoneIntervals(Instant.FromUtc(2005, 1, 1, 0, 0), Instant.FromUtc(2023, 1, 1, 0, 0)).Where(i => i.HasStart).Select(i => i.Start),
            Instant.FromUtc(2022, 6, 1, 0, 0),
        ];
        foreach (Instant change in changes)
        {
            Instant start = change - Duration.FromHours(30);
            Instant end = change + Duration.FromHours(30);
            for (int i = 0; i < 4; i++)
            {
                RandomCron cron = RandomCron.From(random);
                string text = $"CRON_TZ={id} {cron.Text}";
                AssertSame(Naive(cron, zone, start, end), text, start, end);
            }
        }
    }

    [Fact]
    public void OverYears_OccurrencesAreThoseOfTheOracle()
    {
        Random random = new(42);
        for (int i = 0; i < 150; i++)
        {
            RandomCron cron = RandomCron.From(random);
            Instant start = Instant.FromUtc(2027, 12, 30, 23, 59);
            Instant end = start + Duration.FromDays(random.Next(2, 40));
            AssertSame(Naive(cron, DateTimeZone.Utc, start, end), cron.Text, start, end);
        }
    }

    private static void AssertSame(List<Instant> expected, string text, Instant start, Instant end)
    {
        List<Instant> actual = [.. CronSchedule.Parse(text).OccurrencesAfter(start.ToDateTimeOffset()).Select(t => t.ToInstant()).TakeWhile(t => t <= end)];
        Assert.True(expected.SequenceEqual(actual), $"{text} from {start}: expected {string.Join(' ', expected.Except(actual).Take(3))}, found {string.Join(' ', actual.Except(expected).Take(3))}");
    }

    /// <summary>Every minute whose local time matches, unless the clock has shown that time before.</summary>
    private static List<Instant> Naive(RandomCron cron, DateTimeZone zone, Instant start, Instant end)
    {
        List<Instant> found = [];
        for (Instant now = start + Minute; now <= end; now += Minute)
        {
            LocalDateTime local = now.InZone(zone).LocalDateTime;
            if (cron.Matches(local) && zone.MapLocal(local).First().ToInstant() == now)
            {
                found.Add(now);
            }
        }

        return found;
    }
}
