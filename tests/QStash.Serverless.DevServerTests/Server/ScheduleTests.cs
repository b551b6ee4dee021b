using System.Net;
using System.Text.Json.Nodes;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.DevServerTests.Server;

public sealed class ScheduleTests : ServerTest
{
    private readonly string _directory = Directory.CreateTempSubdirectory("qstash").FullName;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Schedule_DeliversASignedMessageAtEveryOccurrence()
    {
        Answer created = await CreateAsync("/close", "*/10 * * * *", "Upstash-Forward-X-Tenant: t-9", "Upstash-Method: PUT", "Content-Type: text/plain");
        Assert.Equal(HttpStatusCode.OK, created.Status);
        string id = (string)created.Json["scheduleId"]!;
        Assert.Equal($$"""{"scheduleId":"{{id}}"}""", created.Text);
        Assert.StartsWith("scd_", id, StringComparison.Ordinal);
        await AdvanceAsync(9 * 60);
        Assert.Empty(App.Received);
        await AdvanceAsync(21 * 60);
        Assert.Equal(3, App.Received.Length);
        Received first = App.Received[0];
        Assert.Equal(("PUT", "payload", "t-9", "text/plain", id), (first.Method, first.Text, first.Headers["X-Tenant"], first.Headers["Content-Type"], first.Headers["Upstash-Schedule-Id"]));
        Assert.Equal("127.0.0.1", first.Headers["Upstash-Caller-Ip"]);
        Assert.Equal("https://app.test/close", Signed.Claims(first)["sub"]!.GetValue<string>());
        Assert.Equal(3, App.Received.Select(r => r.Headers["Upstash-Message-Id"]).Distinct().Count());
        JsonNode message = (await GetAsync("/v2/messages/" + App.Received[2].Headers["Upstash-Message-Id"])).Json;
        Assert.Equal((id, At(1800)), ((string?)message["scheduleId"], (long)message["createdAt"]!));
        Assert.Equal(id, (string?)(await EventsAsync(App.Received[0].Headers["Upstash-Message-Id"]))[0]["scheduleId"]);
    }

    [Fact]
    public async Task Read_ShowsEveryFieldThatWasSet()
    {
        await CreateAsync(
            "/close?x=1", " CRON_TZ=Europe/Berlin */10 * * * * ", "Upstash-Schedule-Id: close-day.eu", "Upstash-Retries: 5", "Upstash-Delay: 1m30s", "Upstash-Timeout: 20s",
            "Upstash-Callback: https://app.test/cb", "Upstash-Callback-Forward-A: 1", "Upstash-Failure-Callback: https://app.test/fail", "Upstash-Queue-Name: night",
            "Upstash-Retry-Delay: 1000 * (1 + retried)", "Upstash-Label: nightly,eu", "Upstash-Forward-X-Tenant: t-9");
        Answer read = await GetAsync("/v2/schedules/close-day.eu");
        Assert.Equal(
            JsonNode.Parse($$"""
            {"scheduleId":"close-day.eu","cron":"CRON_TZ=Europe/Berlin */10 * * * *","createdAt":{{At(0)}},"destination":"https://app.test/close?x=1","method":"POST",
             "header":{"X-Tenant":["t-9"]},"body":"payload","retries":5,"delay":90,"timeout":20,"callback":"https://app.test/cb","callbackHeader":{"A":["1"]},
             "failureCallback":"https://app.test/fail","queueName":"night","callerIP":"127.0.0.1","callerIp":"127.0.0.1","retryDelayExpression":"1000 * (1 + retried)",
             "label":"nightly","labels":["nightly","eu"],"isPaused":false,"nextScheduleTime":{{At(600)}}}
            """)!.ToJsonString(),
            read.Json.ToJsonString());
        Assert.Equal(read.Json.ToJsonString(), Assert.Single((await GetAsync("/v2/schedules")).Json.AsArray())!.ToJsonString());
    }

    [Fact]
    public async Task Read_OfAPlainSchedule_LeavesOutWhatWasNotSet()
    {
        await SendAsync("POST", "/v2/schedules/https://app.test/", null, "Upstash-Cron: 0 0 * * *", "Upstash-Schedule-Id: s");
        Assert.Equal(
            ["scheduleId", "cron", "createdAt", "destination", "method", "header", "retries", "callerIP", "callerIp", "isPaused", "nextScheduleTime"],
            (await GetAsync("/v2/schedules/s")).Json.AsObject().Select(p => p.Key));
    }

    [Fact]
    public async Task Overwriting_ReplacesEverythingAndKeepsThePause()
    {
        await CreateAsync("/a", "*/10 * * * *", "Upstash-Schedule-Id: s", "Upstash-Retries: 5", "Upstash-Callback: https://app.test/cb");
        await AdvanceAsync(60);
        Answer replaced = await SendAsync("POST", "/v2/schedules/https://app.test/b", null, "Upstash-Cron: */5 * * * *", "Upstash-Schedule-Id: s");
        Assert.Equal("s", (string?)replaced.Json["scheduleId"]);
        JsonNode read = Assert.Single((await GetAsync("/v2/schedules")).Json.AsArray())!;
        Assert.Equal(("https://app.test/b", "*/5 * * * *", 3, At(0), At(300)), ((string?)read["destination"], (string?)read["cron"], (int)read["retries"]!, (long)read["createdAt"]!, (long)read["nextScheduleTime"]!));
        Assert.Null(read["body"]);
        Assert.Null(read["callback"]);
        await SendAsync("PATCH", "/v2/schedules/s/pause");
        await CreateAsync("/c", "* * * * *", "Upstash-Schedule-Id: s");
        Assert.True((bool)(await GetAsync("/v2/schedules/s")).Json["isPaused"]!);
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("POST")]
    public async Task Paused_IgnoresItsOccurrencesAndReplaysNone(string method)
    {
        await CreateAsync("/close", "*/10 * * * *", "Upstash-Schedule-Id: s");
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(method, "/v2/schedules/s/pause")).Status);
        }

        await AdvanceAsync(35 * 60);
        JsonNode read = (await GetAsync("/v2/schedules/s")).Json;
        Assert.True((bool)read["isPaused"]!);
        Assert.Equal(At(40 * 60), (long)read["nextScheduleTime"]!);
        Assert.Null(read["lastScheduleTime"]);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(method, "/v2/schedules/s/resume")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(method, "/v2/schedules/s/resume")).Status);
        await AdvanceAsync(60);
        Assert.Empty(App.Received);
        await AdvanceAsync(4 * 60);
        Assert.Single(App.Received);
        Assert.False((bool)(await GetAsync("/v2/schedules/s")).Json["isPaused"]!);
    }

    [Fact]
    public async Task RunStates_FollowTheMessagesOfTheLastTrigger()
    {
        App.Answers(_ => TestApp.Reply(500));
        await CreateAsync("/1", "*/10 * * * *", "Upstash-Schedule-Id: s", "Upstash-Retries: 1", "Upstash-Retry-Delay: 60000");
        await AdvanceAsync(600);
        string id = App.Received[0].Headers["Upstash-Message-Id"];
        JsonNode read = (await GetAsync("/v2/schedules/s")).Json;
        Assert.Equal((At(600), At(1200)), ((long)read["lastScheduleTime"]!, (long)read["nextScheduleTime"]!));
        Assert.Equal($$"""{"{{id}}":"IN_PROGRESS"}""", read["lastScheduleStates"]!.ToJsonString());
        await AdvanceAsync(60);
        Assert.Equal("FAIL", (string?)(await GetAsync("/v2/schedules/s")).Json["lastScheduleStates"]![id]);
        App.Answers(_ => TestApp.Reply(200));
        await AdvanceAsync(600);
        Assert.Equal(["SUCCESS"], (await GetAsync("/v2/schedules/s")).Json["lastScheduleStates"]!.AsObject().Select(p => (string)p.Value!));
    }

    [Fact]
    public async Task Delay_PostponesTheMessageNotTheTrigger()
    {
        await CreateAsync("/1", "*/10 * * * *", "Upstash-Schedule-Id: s", "Upstash-Delay: 90s");
        await AdvanceAsync(689);
        Assert.Empty(App.Received);
        Assert.Equal(At(600), (long)(await GetAsync("/v2/schedules/s")).Json["lastScheduleTime"]!);
        await AdvanceAsync(1);
        Assert.Single(App.Received);
    }

    [Fact]
    public async Task Queue_HoldsTheMessagesInOrderAndKeepsItsParallelism()
    {
        App.Answers(r => TestApp.Reply(r.Text == "fails" ? 500 : 200));
        await SendAsync("POST", "/v2/queues", """{"queueName":"night","parallelism":2}""");
        await SendAsync("POST", "/v2/enqueue/night/https://app.test/head", "fails");
        await SendAsync("POST", "/v2/enqueue/night/https://app.test/head", "fails");
        await CreateAsync("/1", "*/10 * * * *", "Upstash-Queue-Name: night");
        await AdvanceAsync(600);
        Assert.DoesNotContain("/1", App.Paths);
        JsonNode queue = (await GetAsync("/v2/queues/night")).Json;
        Assert.Equal((3, 2), ((int)queue["lag"]!, (int)queue["parallelism"]!));
        await Server.AdvanceAsync(TimeSpan.FromHours(12));
        Assert.Equal(73, App.Paths.Count(p => p == "/1"));
    }

    [Fact]
    public async Task Callbacks_TellTheSchedule()
    {
        await CreateAsync("/1", "*/10 * * * *", "Upstash-Schedule-Id: s", "Upstash-Callback: https://app.test/cb");
        await AdvanceAsync(600);
        Received callback = Assert.Single(App.Received, r => r.Path == "/cb");
        Assert.Equal("s", (string?)callback.Json["scheduleId"]);
        Assert.False(callback.Headers.ContainsKey("Upstash-Schedule-Id"));
    }

    [Fact]
    public async Task UrlGroup_GetsOneMessageAnEndpointAtTheTimeOfTheTrigger()
    {
        await SendAsync("POST", "/v2/topics/reports/endpoints", """{"endpoints":[{"url":"https://app.test/a"}]}""");
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("POST", "/v2/schedules/reports", "x", "Upstash-Cron: */10 * * * *", "Upstash-Schedule-Id: s")).Status);
        await SendAsync("POST", "/v2/topics/reports/endpoints", """{"endpoints":[{"url":"https://app.test/b"}]}""");
        await AdvanceAsync(600);
        Assert.Equal(["/a", "/b"], App.Paths.Order());
        Assert.All(App.Received, r => Assert.Equal(("reports", "s"), (r.Headers["Upstash-Topic-Name"], r.Headers["Upstash-Schedule-Id"])));
        Assert.Equal(2, (await GetAsync("/v2/schedules/s")).Json["lastScheduleStates"]!.AsObject().Count);
    }

    [Fact]
    public async Task TriggerThatCannotPublish_TellsWhyAndGoesOn()
    {
        await SendAsync("POST", "/v2/topics/reports/endpoints", """{"endpoints":[{"url":"https://app.test/a"}]}""");
        await SendAsync("POST", "/v2/schedules/reports", "x", "Upstash-Cron: */10 * * * *", "Upstash-Schedule-Id: s");
        await SendAsync("DELETE", "/v2/topics/reports");
        await AdvanceAsync(600);
        JsonNode read = (await GetAsync("/v2/schedules/s")).Json;
        Assert.Equal(("topic reports not found", At(600), At(1200)), ((string?)read["error"], (long)read["lastScheduleTime"]!, (long)read["nextScheduleTime"]!));
        await SendAsync("POST", "/v2/topics/reports/endpoints", """{"endpoints":[{"url":"https://app.test/a"}]}""");
        await AdvanceAsync(600);
        Assert.Null((await GetAsync("/v2/schedules/s")).Json["error"]);
        Assert.Single(App.Received);
    }

    [Fact]
    public async Task Deleted_TriggersNoMoreAndItsMessagesStillGoOut()
    {
        await CreateAsync("/1", "*/10 * * * *", "Upstash-Schedule-Id: s", "Upstash-Delay: 5m");
        await AdvanceAsync(600);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("DELETE", "/v2/schedules/s")).Status);
        await AdvanceAsync(3600);
        Assert.Single(App.Received);
        Assert.Equal((404, "schedule s not found"), await ErrorAsync("GET", "/v2/schedules/s"));
        Assert.Equal(404, (int)(await SendAsync("DELETE", "/v2/schedules/s")).Status);
        Assert.Equal(404, (int)(await SendAsync("PATCH", "/v2/schedules/s/pause")).Status);
        Assert.Equal(404, (int)(await SendAsync("POST", "/v2/schedules/s/resume")).Status);
        Assert.Equal("[]", (await GetAsync("/v2/schedules")).Text);
    }

    [Fact]
    public async Task Messages_AreNeverDuplicatesButTheirCreationMayBe()
    {
        Answer first = await CreateAsync("/1", "*/10 * * * *", "Upstash-Deduplication-Id: d");
        Answer second = await CreateAsync("/1", "*/10 * * * *", "Upstash-Deduplication-Id: d");
        Assert.Equal((HttpStatusCode.Accepted, first.Text), (second.Status, second.Text));
        Assert.Single((await GetAsync("/v2/schedules")).Json.AsArray());
        await SendAsync("POST", "/v2/schedules/https://app.test/2", "x", "Upstash-Cron: */10 * * * *", "Upstash-Content-Based-Deduplication: true");
        await AdvanceAsync(1800);
        Assert.Equal(6, App.Received.Length);
    }

    [Fact]
    public async Task CronOnAPublish_CreatesASchedule()
    {
        Answer created = await SendAsync("POST", "/v2/publish/https://app.test/1?x=1&upstash-cron=*/10%20*%20*%20*%20*", "x");
        Assert.NotNull(created.Json["scheduleId"]);
        Assert.Equal("https://app.test/1?x=1", (string?)(await GetAsync("/v2/schedules")).Json[0]!["destination"]);
        await AdvanceAsync(600);
        Assert.Equal(["/1"], App.Paths);
    }

    [Theory]
    [InlineData("https://app.test/", 400, "Upstash-Cron", "Upstash-Schedule-Id: s")]
    [InlineData("https://app.test/", 400, "Upstash-Cron: position 1: the minute is out of range", "Upstash-Cron: 60 * * * *")]
    [InlineData("https://app.test/", 400, "Upstash-Cron: position 9: expected the IANA id", "Upstash-Cron: CRON_TZ=Mars/Olympus 0 * * * *")]
    [InlineData("https://app.test/", 400, "Upstash-Schedule-Id", "Upstash-Cron: * * * * *", "Upstash-Schedule-Id: no spaces")]
    [InlineData("https://app.test/", 400, "Upstash-Not-Before", "Upstash-Cron: * * * * *", "Upstash-Not-Before: 1900000000")]
    [InlineData("https://app.test/", 400, "Upstash-Retries", "Upstash-Cron: * * * * *", "Upstash-Retries: x")]
    [InlineData("https://shop.example/", 400, "map the host", "Upstash-Cron: * * * * *")]
    [InlineData("nowhere", 404, "topic nowhere not found", "Upstash-Cron: * * * * *")]
    [InlineData("", 400, "a non-empty destination must be provided", "Upstash-Cron: * * * * *")]
    public async Task BadSchedule_IsRefusedNamingWhatIsWrong(string destination, int status, string error, params string[] headers)
    {
        Answer answer = await SendAsync("POST", "/v2/schedules/" + destination, "x", headers);
        Assert.Equal(status, (int)answer.Status);
        Assert.Contains(error, answer.Error, StringComparison.Ordinal);
        Assert.Equal("[]", (await GetAsync("/v2/schedules")).Text);
    }

    [Fact]
    public async Task CronWhereNoScheduleCanBe_IsRefused()
    {
        Assert.Equal(400, (int)(await SendAsync("POST", "/v2/enqueue/q/https://app.test/", "x", "Upstash-Cron: * * * * *")).Status);
        Answer batch = await SendAsync("POST", "/v2/batch", """[{"destination":"https://app.test/","headers":{"Upstash-Cron":"* * * * *"}}]""");
        Assert.Contains("Upstash-Cron", (string?)batch.Json[0]!["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task LocalTime_FollowsTheZoneOfTheExpression()
    {
        await CreateAsync("/1", "CRON_TZ=Europe/Berlin 0 2 * * *", "Upstash-Schedule-Id: s");
        Assert.Equal(At(3600), (long)(await GetAsync("/v2/schedules/s")).Json["nextScheduleTime"]!);
        await CreateAsync("/2", "0 0 30 2 *", "Upstash-Schedule-Id: never");
        Assert.Null((await GetAsync("/v2/schedules/never")).Json["nextScheduleTime"]);
        await Server.AdvanceAsync(TimeSpan.FromHours(2));
        Assert.Equal(["/1"], App.Paths);
    }

    [Fact]
    public async Task Restart_KeepsSchedulesAndMakesUpForMissedTriggersOnce()
    {
        await CreateAsync("/1", "*/10 * * * *", "Upstash-Schedule-Id: s");
        await CreateAsync("/2", "*/10 * * * *", "Upstash-Schedule-Id: paused");
        await SendAsync("PATCH", "/v2/schedules/paused/pause");
        await Server.DisposeAsync();
        DevServerClock later = new(Start.AddMinutes(35));
        QStashDevServerOptions options = new() { TimeProvider = later, DataDirectory = _directory };
        options.MapHost("app.test", App);
        await using QStashDevServer restarted = await QStashDevServer.StartAsync(options);
        await restarted.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal(["/1"], App.Paths);
        await restarted.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(["/1", "/1"], App.Paths);
        Assert.All(App.Received, r => Assert.Equal("s", r.Headers["Upstash-Schedule-Id"]));
    }

    [Fact]
    public async Task DayOfHourlySchedules_TriggersEveryOneOnItsMinute()
    {
        List<DateTimeOffset> times = [];
        App.Answers(_ =>
        {
            times.Add(Clock.GetUtcNow());
            return TestApp.Reply(200);
        });
        await CreateAsync("/1", "30 * * * *");
        await Server.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.Equal(Enumerable.Range(0, 24).Select(h => Start.AddHours(h).AddMinutes(30)), times);
    }

    protected override void Configure(QStashDevServerOptions options) => options.DataDirectory = _directory;

    private static long At(long seconds) => Start.ToUnixTimeMilliseconds() + (seconds * 1000);

    private Task<Answer> CreateAsync(string path, string cron, params string[] headers)
        => SendAsync("POST", "/v2/schedules/https://app.test" + path, "payload", [.. headers, "Upstash-Cron: " + cron]);

    private async Task<(int Status, string? Error)> ErrorAsync(string method, string path)
    {
        Answer answer = await SendAsync(method, path);
        return ((int)answer.Status, answer.Error);
    }
}
