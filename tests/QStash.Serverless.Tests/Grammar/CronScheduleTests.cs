using System.Globalization;

namespace QStash.Serverless.Tests.Grammar;

public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("* * * * *", "2030-01-01T00:01 2030-01-01T00:02 2030-01-01T00:03")]
    [InlineData("*/5 * * * *", "2030-01-01T00:05 2030-01-01T00:10 2030-01-01T00:15")]
    [InlineData("0 0 * * *", "2030-01-02T00:00 2030-01-03T00:00 2030-01-04T00:00")]
    [InlineData("50/5 23 * * *", "2030-01-01T23:50 2030-01-01T23:55 2030-01-02T23:50")]
    [InlineData("1,3-4,10-20/5 0 1 1 *", "2030-01-01T00:01 2030-01-01T00:03 2030-01-01T00:04 2030-01-01T00:10 2030-01-01T00:15 2030-01-01T00:20 2031-01-01T00:01")]
    [InlineData("0 9 * * 1-5", "2030-01-01T09:00 2030-01-02T09:00 2030-01-03T09:00 2030-01-04T09:00 2030-01-07T09:00")]
    [InlineData("0 9 * * MON-fri", "2030-01-01T09:00 2030-01-02T09:00 2030-01-03T09:00 2030-01-04T09:00 2030-01-07T09:00")]
    [InlineData("0 0 * * 0", "2030-01-06T00:00 2030-01-13T00:00")]
    [InlineData("0 0 * * 7", "2030-01-06T00:00 2030-01-13T00:00")]
    [InlineData("0 0 * * Sun", "2030-01-06T00:00 2030-01-13T00:00")]
    [InlineData("0 0 * * 6-7", "2030-01-05T00:00 2030-01-06T00:00 2030-01-12T00:00")]
    [InlineData("0 0 1 jan,JUL *", "2030-07-01T00:00 2031-01-01T00:00")]
    [InlineData("0 0 29 2 *", "2032-02-29T00:00 2036-02-29T00:00")]
    [InlineData("0 0 31 * *", "2030-01-31T00:00 2030-03-31T00:00 2030-05-31T00:00")]
    [InlineData("0 0 ? * *", "2030-01-02T00:00 2030-01-03T00:00")]
    [InlineData("0 0 */10 * */1", "2030-01-11T00:00 2030-01-21T00:00 2030-01-31T00:00 2030-02-01T00:00")]
    [InlineData("  \t0  12\t* * *  ", "2030-01-01T12:00 2030-01-02T12:00")]
    [InlineData("00 007 * * *", "2030-01-01T07:00")]
    public void Expression_OccursWhenItsFieldsMatch(string text, string expected)
        => Assert.Equal(expected.Split(' '), After("2030-01-01T00:00Z", text, expected.Split(' ').Length));

    [Theory]
    [InlineData("0 0 13 * FRI", "2030-01-04T00:00 2030-01-11T00:00 2030-01-13T00:00 2030-01-18T00:00")]
    [InlineData("0 0 13 * *", "2030-01-13T00:00 2030-02-13T00:00")]
    [InlineData("0 0 * * FRI", "2030-01-04T00:00 2030-01-11T00:00")]
    [InlineData("0 0 */15 * 1", "2030-01-07T00:00 2030-01-14T00:00 2030-01-16T00:00 2030-01-21T00:00")]
    public void DayAndWeekday_BothRestricted_EitherIsEnough(string text, string expected)
        => Assert.Equal(expected.Split(' '), After("2030-01-01T00:00Z", text, expected.Split(' ').Length));

    [Fact]
    public void InstantThatOccurs_IsNotAfterItself()
    {
        CronSchedule schedule = CronSchedule.Parse("30 12 * * *");
        DateTimeOffset noon = Time("2030-01-01T12:30Z");
        Assert.Equal(noon.AddDays(1), schedule.NextAfter(noon));
        Assert.Equal(noon, schedule.NextAfter(noon.AddTicks(-1)));
        Assert.Equal(noon, schedule.NextAfter(noon.AddSeconds(-59).ToOffset(TimeSpan.FromHours(-9))));
    }

    [Theory]
    [InlineData("0 0 30 2 *")]
    [InlineData("0 0 31 2,4,6,9,11 *")]
    public void DayThatDoesNotExist_NeverOccurs(string text)
    {
        CronSchedule schedule = CronSchedule.Parse(text);
        Assert.Null(schedule.NextAfter(Time("2030-01-01T00:00Z")));
        Assert.Empty(schedule.OccurrencesAfter(Time("2030-01-01T00:00Z")));
    }

    [Fact]
    public void DayThatDoesNotExist_StillOccursOnItsWeekday()
        => Assert.Equal(["2030-02-01T00:00", "2030-02-08T00:00"], After("2030-01-01T00:00Z", "0 0 30 2 FRI", 2));

    [Fact]
    public void TimeZone_ShiftsTheFieldsAndNamesTheOffset()
    {
        CronSchedule schedule = CronSchedule.Parse("CRON_TZ=Asia/Kolkata 0 9 * * *");
        DateTimeOffset next = schedule.NextAfter(Time("2030-01-01T00:00Z"))!.Value;
        Assert.Equal((Time("2030-01-01T03:30Z"), TimeSpan.FromMinutes(330)), (next.ToUniversalTime(), next.Offset));
        Assert.Equal("Asia/Kolkata", schedule.TimeZone.Id);
        Assert.Same(TimeZoneInfo.Utc, CronSchedule.Parse("0 9 * * *").TimeZone);
    }

    [Fact]
    public void SkippedLocalTime_DoesNotOccur()
        => Assert.Equal(
            ["2029-03-24T01:30", "2029-03-26T00:30"],
            After("2029-03-24T00:30Z", "CRON_TZ=Europe/Berlin 30 2 * * *", 2));

    [Fact]
    public void RepeatedLocalTime_OccursOnceAndFirst()
        => Assert.Equal(
            ["2029-10-28T00:30", "2029-10-29T01:30"],
            After("2029-10-27T00:31Z", "CRON_TZ=Europe/Berlin 30 2 * * *", 2));

    [Fact]
    public void EveryHour_OfALocalDayWithTwentyFiveHoursAndOfOneWithTwentyThree()
    {
        Assert.Equal(["00:00", "02:00", "03:00"], After("2029-10-27T23:59Z", "CRON_TZ=Europe/Berlin 0 * * * *", 3).Select(t => t[11..]));
        Assert.Equal(["00:00", "01:00", "02:00"], After("2029-03-24T23:59Z", "CRON_TZ=Europe/Berlin 0 * * * *", 3).Select(t => t[11..]));
    }

    [Fact]
    public void EndsOfTheCalendar_HaveAnAnswer()
    {
        CronSchedule schedule = CronSchedule.Parse("CRON_TZ=Pacific/Kiritimati 0 0 * * *");
        Assert.NotNull(schedule.NextAfter(DateTimeOffset.MinValue));
        Assert.Null(schedule.NextAfter(DateTimeOffset.MaxValue));
        Assert.Null(CronSchedule.Parse("CRON_TZ=Pacific/Pago_Pago 0 0 30 2 *").NextAfter(DateTimeOffset.MinValue));
    }

    [Theory]
    [InlineData(null, "position 1: expected the minute: '*', a number from 0 to 59, but found the end")]
    [InlineData("", "position 1: expected the minute: '*', a number from 0 to 59, but found the end")]
    [InlineData("* * * *", "position 8: expected the weekday: '*', a number from 0 to 7, a name from SUN to SAT, but found the end")]
    [InlineData("* * * * * *", "position 11: expected the end after the five fields minute, hour, day, month and weekday, but found '*'")]
    [InlineData("60 * * * *", "position 1: the minute is out of range: expected 0 to 59")]
    [InlineData("* 24 * * *", "position 3: the hour is out of range: expected 0 to 23")]
    [InlineData("* * 0 * *", "position 5: the day of the month is out of range: expected 1 to 31")]
    [InlineData("* * 32 * *", "position 5: the day of the month is out of range: expected 1 to 31")]
    [InlineData("* * * 13 *", "position 7: the month is out of range: expected 1 to 12")]
    [InlineData("* * * * 8", "position 9: the weekday is out of range: expected 0 to 7")]
    [InlineData("* * * FOO *", "position 7: expected the month: '*', a number from 1 to 12, a name from JAN to DEC, but found 'F'")]
    [InlineData("* * * MON *", "position 7: expected the month: '*', a number from 1 to 12, a name from JAN to DEC, but found 'M'")]
    [InlineData("*/0 * * * *", "position 3: the step of the minute must be 1 or more")]
    [InlineData("*/x * * * *", "position 3: expected the step of the minute as a number, but found 'x'")]
    [InlineData("*/ * * * *", "position 3: expected the step of the minute as a number, but found ' '")]
    [InlineData("5-1 * * * *", "position 1: the range of the minute ends before it starts: expected the smaller value first")]
    [InlineData("5-1/2 * * * *", "position 1: the range of the minute ends before it starts: expected the smaller value first")]
    [InlineData("* * * * FRI-SUN", "position 9: the range of the weekday ends before it starts: expected the smaller value first")]
    [InlineData("1-2-3 * * * *", "position 4: expected ',', white space or the end after the minute, but found '-'")]
    [InlineData("1, * * * *", "position 3: expected the minute: '*', a number from 0 to 59, but found ' '")]
    [InlineData("**", "position 2: expected ',', white space or the end after the minute, but found '*'")]
    [InlineData("@daily", "position 1: expected the minute: '*', a number from 0 to 59, but found '@'")]
    [InlineData("-1 * * * *", "position 1: expected the minute: '*', a number from 0 to 59, but found '-'")]
    [InlineData("\u0661 * * * *", "position 1: expected the minute: '*', a number from 0 to 59, but found U+0661")]
    [InlineData("*\r\n* * * *", "position 2: expected ',', white space or the end after the minute, but found U+000D")]
    [InlineData("CRON_TZ=Nowhere/City 0 0 * * *", "position 9: expected the IANA id of a time zone that this system knows, such as Europe/Berlin, but found 'Nowhere/City'")]
    [InlineData("CRON_TZ= 0 0 * * *", "position 9: expected the IANA id of a time zone that this system knows, such as Europe/Berlin, but found something else")]
    [InlineData("CRON_TZ=../../etc/passwd 0 0 * * *", "position 9: expected the IANA id of a time zone that this system knows, such as Europe/Berlin, but found something else")]
    [InlineData("CRON_TZ=/Europe/Berlin 0 0 * * *", "position 9: expected the IANA id of a time zone that this system knows, such as Europe/Berlin, but found something else")]
    [InlineData("CRON_TZ=Europe/Berlin", "position 22: expected the minute: '*', a number from 0 to 59, but found the end")]
    [InlineData("cron_tz=Europe/Berlin 0 0 * * *", "position 1: expected the minute: '*', a number from 0 to 59, but found 'c'")]
    public void InvalidText_IsRefusedWithPositionAndReason(string? text, string expected)
    {
        Assert.False(CronSchedule.TryParse(text, out CronSchedule? schedule, out string? error));
        Assert.Null(schedule);
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Parse_ThrowsWithTheReason()
    {
        Assert.Equal(
            "Not a cron expression: position 1: the minute is out of range: expected 0 to 59.",
            Assert.Throws<FormatException>(() => CronSchedule.Parse("99 * * * *")).Message);
        Assert.Throws<ArgumentNullException>(() => CronSchedule.Parse(null!));
    }

    [Fact]
    public void TextOf512Characters_IsReadAndOneMoreIsRefused()
    {
        string longest = "* * * * *" + new string(' ', 503);
        Assert.True(CronSchedule.TryParse(longest, out _, out _));
        Assert.False(CronSchedule.TryParse(longest + " ", out _, out string? error));
        Assert.Equal("position 513: the expression is longer than 512 characters", error);
    }

    [Fact]
    public void Schedules_AreEqualWhenTheirTextsAre()
    {
        Assert.Equal(CronSchedule.Parse("*/10 * * * * "), CronSchedule.Parse("*/10 * * * *"));
        Assert.NotEqual(CronSchedule.Parse("*/10 * * * *"), CronSchedule.Parse("0/10 * * * *"));
        Assert.Equal("CRON_TZ=Europe/Berlin */10 * * * *", CronSchedule.Parse(" CRON_TZ=Europe/Berlin */10 * * * * ").ToString());
    }

    [Fact]
    public void HostileText_IsRefusedOrAnswersWithoutHanging()
    {
        foreach (string text in HostileText.From(["*", "0", "5", "29", "30", "2", "/", "-", ",", " ", "MON", "feb", "CRON_TZ=", "Europe/Berlin ", "?", "31 2"], seed: 20300101, count: 20_000))
        {
            if (CronSchedule.TryParse(text, out CronSchedule? schedule, out string? error))
            {
                _ = schedule.NextAfter(Time("2030-01-01T00:00Z"));
            }
            else
            {
                Assert.StartsWith("position ", error, StringComparison.Ordinal);
            }
        }
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Occurrences in UTC.</summary>
    private static string[] After(string instant, string text, int count)
        => [.. CronSchedule.Parse(text).OccurrencesAfter(Time(instant)).Take(count).Select(t => t.UtcDateTime.ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture))];
}
