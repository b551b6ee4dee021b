using System.Net;
using System.Text.Json.Nodes;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.DevServerTests.Server;

public sealed class EventTests : ServerTest
{
    [Fact]
    public async Task ErrorEvent_ShowsRequestAndResponse()
    {
        App.Answers(_ => TestApp.Reply(503, "busy", "X-Why: load"));
        string id = await PublishAsync(
            "/x", "Content-Type: text/plain", "Upstash-Timeout: 30s", "Upstash-Retry-Delay: 5000", "Upstash-Label: a,b", "Upstash-Failure-Callback: https://app.test/f");
        await SettleAsync();
        JsonNode error = (await EventsAsync(id)).Single(e => (string?)e["state"] == "ERROR");
        Assert.Equal(Start.ToUnixTimeMilliseconds(), (long?)error["time"]);
        Assert.Equal("https://app.test/x", (string?)error["url"]);
        Assert.Equal("aGVsbG8=", (string?)error["body"]);
        Assert.Equal(30000, (int?)error["timeout"]);
        Assert.Equal(3, (int?)error["maxRetries"]);
        Assert.Equal("destination answered 503", (string?)error["error"]);
        Assert.Equal(503, (int?)error["responseStatus"]);
        Assert.Equal("YnVzeQ==", (string?)error["responseBody"]);
        Assert.Equal("load", (string?)error["responseHeader"]!["X-Why"]![0]);
        Assert.Equal("load", (string?)error["responseHeaders"]!["X-Why"]![0]);
        Assert.Equal(Start.AddSeconds(5).ToUnixTimeMilliseconds(), (long?)error["nextDeliveryTime"]);
        Assert.Equal("5000", (string?)error["retryDelayExpr"]);
        Assert.Equal("5000", (string?)error["retryDelayExpression"]);
        Assert.Equal("a", (string?)error["label"]);
        Assert.Equal("https://app.test/f", (string?)error["failureCallback"]);
    }

    [Fact]
    public async Task Pages_DoNotShiftWhenEventsArriveMeanwhile()
    {
        string first = await PublishAsync("/1");
        await SettleAsync();
        Answer page = await GetAsync("/v2/events?count=2");
        Assert.Equal(["DELIVERED", "ACTIVE"], States(page));
        string second = await PublishAsync("/2");
        await SettleAsync();
        Answer rest = await GetAsync("/v2/events?count=2&cursor=" + page.Json["cursor"]);
        Assert.Equal(["CREATED"], States(rest));
        Assert.Null(rest.Json["cursor"]);
        Assert.Equal(6, States(await GetAsync($"/v2/events?messageIds={first}&messageIds={second}")).Length);
        Assert.Equal(["CREATED", "CREATED"], States(await GetAsync("/v2/events?order=earliestFirst&state=created")));
    }

    [Fact]
    public async Task LogsPath_ShowsTheSameUnderBothNames()
    {
        await PublishAsync("/1");
        await SettleAsync();
        JsonNode logs = (await GetAsync("/v2/logs?state=IN_PROGRESS")).Json;
        Assert.Single(logs["logs"]!.AsArray());
        Assert.Equal(logs["logs"]!.ToJsonString(), logs["events"]!.ToJsonString());
    }

    [Theory]
    [InlineData("state=LOST", HttpStatusCode.BadRequest)]
    [InlineData("cursor=x", HttpStatusCode.BadRequest)]
    [InlineData("count=0", HttpStatusCode.BadRequest)]
    [InlineData("order=random", HttpStatusCode.BadRequest)]
    [InlineData("fromDate=yesterday", HttpStatusCode.BadRequest)]
    [InlineData("groupBy=url", HttpStatusCode.BadRequest)]
    [InlineData("trimBody=-1", HttpStatusCode.BadRequest)]
    [InlineData("state=CANCELLED", HttpStatusCode.OK)]
    [InlineData("unknown=1", HttpStatusCode.OK)]
    public async Task Query_IsAnsweredOrRefusedNeverMisread(string query, HttpStatusCode status)
        => Assert.Equal(status, (await GetAsync("/v2/events?" + query)).Status);

    [Fact]
    public async Task Cancel_OfAWaitingMessage_IsRecordedAndNothingIsDelivered()
    {
        string id = await PublishAsync("/1", "Upstash-Delay: 1m");
        Assert.Equal("""{"cancelled":1}""", (await SendAsync("DELETE", "/v2/messages/" + id)).Text);
        await AdvanceAsync(120);
        Assert.Empty(App.Received);
        Assert.Equal(["CREATED", "CANCEL_REQUESTED", "CANCELED"], await StatesAsync(id));
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("/v2/messages/" + id)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("DELETE", "/v2/messages/" + id)).Status);
    }

    [Fact]
    public async Task CancelMany_CountsOnlyWhatWasPending()
    {
        await PublishAsync("/finished");
        await SettleAsync();
        List<string> ids = [];
        for (int i = 0; i < 5; i++)
        {
            ids.Add(await PublishAsync("/waiting", "Upstash-Delay: 1m"));
        }

        Assert.Equal("""{"cancelled":1}""", (await SendAsync("DELETE", $"/v2/messages?messageIds={ids[0]}&messageIds=msg_unknown")).Text);
        Assert.Equal("""{"cancelled":1}""", (await SendAsync("DELETE", "/v2/messages", $$"""{"messageIds":["{{ids[1]}}","{{ids[0]}}"]}""")).Text);
        Assert.Equal("""{"cancelled":1}""", (await SendAsync("DELETE", "/v2/messages?count=1")).Text);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("DELETE", "/v2/messages?labels=a")).Status);
        Assert.Equal("""{"cancelled":2}""", (await SendAsync("DELETE", "/v2/messages")).Text);
        Assert.Equal("""{"cancelled":0}""", (await SendAsync("DELETE", "/v2/messages")).Text);
        await AdvanceAsync(120);
        Assert.Equal(["/finished"], App.Paths);
    }

    [Fact]
    public async Task Cancel_DuringAFailingAttempt_MakesItTheLast()
    {
        TaskCompletionSource arrived = new();
        TaskCompletionSource<HttpResponseMessage> answer = new();
        App.Answer = (_, _) =>
        {
            arrived.TrySetResult();
            return answer.Task;
        };
        string id = await PublishAsync("/1");
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("DELETE", "/v2/messages/" + id)).Status);
        answer.SetResult(TestApp.Reply(500));
        await Server.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.Single(App.Received);
        Assert.Equal(["CREATED", "ACTIVE", "CANCEL_REQUESTED", "ERROR", "CANCELED"], await StatesAsync(id));
        Assert.Empty(await DlqAsync());
    }

    [Fact]
    public async Task Watch_StreamsEventsInOrderFromTheCall()
    {
        await PublishAsync("/before");
        await SettleAsync();
        App.Answers(r => TestApp.Reply(r.Headers["Upstash-Retried"] == "0" ? 500 : 200));
        IAsyncEnumerable<DeliveryLog> logs = Server.WatchLogsAsync();
        string id = await PublishAsync("/x", "Upstash-Label: a");
        await AdvanceAsync(13);
        await Server.DisposeAsync();
        List<DeliveryLog> seen = [];
        await foreach (DeliveryLog log in logs)
        {
            seen.Add(log);
        }

        Assert.Equal(["CREATED", "ACTIVE", "ERROR", "RETRY", "ACTIVE", "DELIVERED"], seen.Select(l => l.State));
        Assert.All(seen, l => Assert.Equal((id, "a"), (l.MessageId, Assert.Single(l.Labels))));
        Assert.Equal([0, 0, 0, 0, 1, 1], seen.Select(l => l.Retried));
        Assert.Equal(500, seen[2].ResponseStatus);
        Assert.Equal(200, seen[5].ResponseStatus);
        Assert.Equal(seen[4].Time, seen[3].NextDelivery);
    }

    private static string[] States(Answer answer) => [.. answer.Json["events"]!.AsArray().Select(e => (string)e!["state"]!)];
}
