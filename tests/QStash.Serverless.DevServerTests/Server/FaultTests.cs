using System.Net;
using System.Text.Json.Nodes;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.DevServerTests.Server;

public sealed class FaultTests : ServerTest
{
    [Fact]
    public async Task Status_EndsTheAttemptWithoutCallingTheDestination()
    {
        await AddAsync("""{"kind":"status","status":429,"times":2}""");
        string id = await PublishAsync("/x", "Upstash-Retry-Delay: 1000");
        await AdvanceAsync(1);
        Assert.Empty(App.Received);
        Assert.Equal([429, 429], (await EventsAsync(id)).Where(e => (string?)e["state"] == "ERROR").Select(e => (int)e["responseStatus"]!));
        Assert.Equal("[]", (await GetAsync("/_dev/faults")).Text);
        await AdvanceAsync(1);
        Assert.Equal("2", Assert.Single(App.Received).Headers["Upstash-Retried"]);
    }

    [Fact]
    public async Task Timeout_FailsLikeAnUnansweredAttempt()
    {
        await AddAsync("""{"kind":"timeout","times":1}""");
        string id = await PublishAsync("/x", "Upstash-Timeout: 20s");
        await AdvanceAsync(13);
        JsonNode error = (await EventsAsync(id)).Single(e => (string?)e["state"] == "ERROR");
        Assert.Equal((0, "no complete response within the timeout of 20 s"), ((int)error["responseStatus"]!, (string?)error["error"]));
        Assert.Single(App.Received);
    }

    [Fact]
    public async Task Slow_WaitsOnTheServersClockAndCountsTowardsTheTimeout()
    {
        await AddAsync("""{"kind":"slow","delay":"1h","url":"https://app.test/slow*"}""");
        string patient = await PublishAsync("/slow/1");
        string hasty = await PublishAsync("/slow/2", "Upstash-Timeout: 10m", "Upstash-Retries: 0");
        await PublishAsync("/fast");
        await AdvanceAsync(3599);
        Assert.Equal(["/fast"], App.Paths);
        await AdvanceAsync(1);
        Assert.Equal(["/fast", "/slow/1"], App.Paths);
        Assert.Equal(["CREATED", "ACTIVE", "DELIVERED"], await StatesAsync(patient));
        JsonNode failed = (await EventsAsync(hasty))[^1];
        Assert.Equal(("FAILED", Start.AddMinutes(10).ToUnixTimeMilliseconds()), ((string?)failed["state"], (long?)failed["time"]));
    }

    [Fact]
    public async Task Duplicate_DeliversTheSameMessageTwice()
    {
        await AddAsync("""{"kind":"duplicate","times":1}""");
        string id = await PublishAsync("/x");
        await SettleAsync();
        Assert.Equal([id, id], App.Received.Select(r => r.Headers["Upstash-Message-Id"]));
        Assert.All(App.Received, r => Assert.True(Signed.By(r, Server.CurrentSigningKey)));
        Assert.Equal(["CREATED", "ACTIVE", "DELIVERED"], await StatesAsync(id));
    }

    [Fact]
    public async Task Drop_LosesTheAnswerOfADestinationThatDidItsWork()
    {
        await AddAsync("""{"kind":"drop","times":1}""");
        string id = await PublishAsync("/x", "Upstash-Retry-Delay: 1000");
        await AdvanceAsync(1);
        Assert.Equal(["0", "1"], App.Received.Select(r => r.Headers["Upstash-Retried"]));
        Assert.Equal(["CREATED", "ACTIVE", "ERROR", "RETRY", "ACTIVE", "DELIVERED"], await StatesAsync(id));
    }

    [Fact]
    public async Task SeededProbability_DrawsTheSameInEveryRun()
    {
        bool[] first = await DrawAsync();
        await SendAsync("DELETE", "/_dev/faults");
        Assert.Equal(first, await DrawAsync());
        Assert.Contains(true, first);
        Assert.Contains(false, first);

        async Task<bool[]> DrawAsync()
        {
            await AddAsync("""{"kind":"status","probability":0.5,"seed":7}""");
            List<bool> draws = [];
            for (int i = 0; i < 20; i++)
            {
                string id = await PublishAsync("/x", "Upstash-Retries: 0");
                await SettleAsync();
                draws.Add((await StatesAsync(id)).Contains("FAILED"));
            }

            return [.. draws];
        }
    }

    [Fact]
    public async Task FirstMatch_IsInjectedAndUrlsAreTakenLiterally()
    {
        Server.AddFault(new() { Kind = DevServerFaultKind.Status, Status = 400, Url = "https://app.test/a?x=1" });
        Server.AddFault(new() { Kind = DevServerFaultKind.Status, Status = 401, Url = "https://app.test/*" });
        await PublishAsync("/a?x=1", "Upstash-Retries: 0");
        await PublishAsync("/ab?x=1", "Upstash-Retries: 0");
        await PublishAsync("/aXx=1", "Upstash-Retries: 0");
        await SettleAsync();
        Assert.Equal([400, 401, 401], (await DlqAsync()).OrderBy(e => (string?)e["url"] == "https://app.test/a?x=1" ? 0 : 1).Select(e => (int)e["responseStatus"]!));
        Assert.Equal(2, Server.GetFaults().Count);
        Server.ClearFaults();
        Assert.Empty(Server.GetFaults());
    }

    [Theory]
    [InlineData("""{"kind":"explode"}""")]
    [InlineData("""{"kind":"7"}""")]
    [InlineData("""{}""")]
    [InlineData("""{"kind":"status","status":99}""")]
    [InlineData("""{"kind":"drop","probability":0}""")]
    [InlineData("""{"kind":"drop","probability":1.5}""")]
    [InlineData("""{"kind":"drop","times":0}""")]
    [InlineData("""{"kind":"slow","delay":"8d"}""")]
    public async Task FaultOutOfRange_IsRefused(string fault)
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("POST", "/_dev/faults", fault)).Status);
        Assert.Empty(Server.GetFaults());
    }

    [Fact]
    public async Task Faults_AreListedAsTheyWereGiven()
    {
        await AddAsync("""{"kind":"slow","url":"https://app.test/*","delay":1.5,"probability":0.25,"seed":3,"times":9}""");
        Assert.Equal(
            """[{"url":"https://app.test/*","kind":"slow","status":503,"delay":1.5,"probability":0.25,"seed":3,"times":9}]""", (await GetAsync("/_dev/faults")).Text);
    }

    private async Task AddAsync(string fault) => Assert.Equal(HttpStatusCode.OK, (await SendAsync("POST", "/_dev/faults", fault)).Status);
}
