using QStash.Serverless.Infra;

namespace QStash.Serverless.DevServerTests.Infra;

/// <summary>When schedules run, worked out without a server.</summary>
public sealed class PreviewTests
{
    private static readonly ResourceScope s_scope = new("shop", "prod");

    private static InfraModel Model => new()
    {
        Scope = s_scope,
        Schedules =
        [
            Schedule("nightly", "CRON_TZ=Europe/Berlin 30 2 * * *"),
            Schedule("hourly", "CRON_TZ=Europe/Berlin 0 * * * *"),
            Schedule("utc", "30 2 * * *"),
            Schedule("new-york", "CRON_TZ=America/New_York */10 2 * * *"),
            Schedule("lord-howe", "CRON_TZ=Australia/Lord_Howe 45 1 * * *"),
            Schedule("leap-day", "0 0 29 2 *"),
            Schedule("never", "0 0 30 2 *"),
            Schedule("paused", "0 12 1 1 *") with { Paused = true },
        ],
    };

    [Theory]
    [InlineData("spring", "2030-03-29T12:00:00Z")]
    [InlineData("autumn", "2030-10-25T12:00:00Z")]
    [InlineData("new-york-spring", "2030-03-09T12:00:00Z")]
    public void Preview_TellsNextRunsAndWhatClockChangesDo(string name, string from) =>
        Approved.Check($"preview-{name}.txt", InfraPreviewText.Human(InfraPreview.Of(Model, DateTimeOffset.Parse(from, System.Globalization.CultureInfo.InvariantCulture), runs: 4)));

    [Fact]
    public void Json_HasEveryRun() => Approved.Check("preview.json", InfraPreviewText.Json(InfraPreview.Of(Model, new DateTimeOffset(2030, 3, 29, 12, 0, 0, TimeSpan.Zero), runs: 2)));

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public void NumberOfRuns_IsBounded(int runs) => Assert.Throws<ArgumentOutOfRangeException>(() => InfraPreview.Of(Model, DateTimeOffset.UnixEpoch, runs));

    private static DeclaredSchedule Schedule(string name, string cron) => new()
    {
        Name = name,
        ScheduleId = s_scope.Physical(name),
        Cron = CronSchedule.Parse(cron),
        Message = new QStashMessage<string>(Destination.Url("https://shop.example/x"), "x"),
        At = new DeclaredAt("/src/Jobs.cs", 3, "Jobs"),
    };
}
