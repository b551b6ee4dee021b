using System.Text.Json.Nodes;
using QStash.Serverless.DevServerTests.Server;

namespace QStash.Serverless.DevServerTests.Conformance.Rows;

/// <summary>Sections 2.5 and 9.2: logs and the record of an event.</summary>
internal static class LogRows
{
    public static IEnumerable<Row> All =>
    [
        new("2.5", "/v2/events answers events, /v2/logs answers them under both names", async q =>
        {
            await q.Publish();
            await q.Settle();
            JsonNode events = await q.Json("GET /v2/events");
            JsonNode logs = await q.Json("GET /v2/logs");
            Assert.Equal(["events"], events.AsObject().Select(p => p.Key));
            Assert.Equal(["events", "logs"], logs.AsObject().Select(p => p.Key).Order());
            Assert.Equal((events["events"]!.ToJsonString(), events["events"]!.ToJsonString()), (logs["events"]!.ToJsonString(), logs["logs"]!.ToJsonString()));
        }),
        new("13", "row 13: 1000 events are a page of /v2/events, 100 of /v2/logs, and 1000 the most", async q =>
        {
            string batch = "[" + string.Join(',', Enumerable.Repeat("""{"destination":"https://app.test/a","headers":{"Upstash-Delay":"1h"}}""", 1001)) + "]";
            await q.Ok("POST /v2/batch", batch);
            Assert.Equal(1000, (await q.Events()).Length);
            Assert.Equal(1000, (await q.Events("?count=5000")).Length);
            Assert.Equal(100, (await q.Json("GET /v2/logs"))["logs"]!.AsArray().Count);
            Assert.Equal(1000, (await q.Json("GET /v2/logs?count=1000"))["logs"]!.AsArray().Count);
        }),
        new("2.5", "messageId and messageIds", async q =>
        {
            string one = await q.Publish("/1", "Upstash-Delay: 1h");
            string two = await q.Publish("/2", "Upstash-Delay: 1h");
            await q.Publish("/3", "Upstash-Delay: 1h");
            Assert.Single(await q.Events("?messageId=" + one));
            Assert.Equal(2, (await q.Events($"?messageIds={one}&messageIds={two}")).Length);
        }),
        .. new[] { "CREATED", "ACTIVE", "ERROR", "RETRY", "DELIVERED", "FAILED", "CANCEL_REQUESTED", "CANCELED" }.Select(state => new Row("2.5", $"logs filtered by the state {state}", async q =>
        {
            await EveryStateAsync(q);
            JsonNode[] found = await q.Events("?state=" + state);
            Assert.NotEmpty(found);
            Assert.All(found, e => Assert.Equal(state, (string?)e["state"]));
        })),
        new("13", "row 4: the filter CANCELLED means CANCELED", async q =>
        {
            await EveryStateAsync(q);
            Assert.Equal("CANCELED", (string?)Assert.Single(await q.Events("?state=CANCELLED"))["state"]);
        }),
        new("9.1", "the filter IN_PROGRESS means ACTIVE, RETRY or ERROR", async q =>
        {
            await EveryStateAsync(q);
            Assert.Equal(["ACTIVE", "ERROR", "RETRY"], (await q.Events("?state=IN_PROGRESS")).Select(e => (string)e["state"]!).Distinct().Order());
        }),
        new("2.5", "order: latest first by default, earliest first on request", async q =>
        {
            await q.Publish();
            await q.Settle();
            Assert.Equal(["DELIVERED", "ACTIVE", "CREATED"], (await q.Events()).Select(e => (string)e["state"]!));
            Assert.Equal(["CREATED", "ACTIVE", "DELIVERED"], (await q.Events("?order=earliestFirst")).Select(e => (string)e["state"]!));
            Assert.Equal(["DELIVERED", "ACTIVE", "CREATED"], (await q.Events("?order=latestFirst")).Select(e => (string)e["state"]!));
        }),
        new("2.5", "groupBy messageId", async q =>
        {
            string id = await q.Publish();
            await q.Settle();
            JsonNode group = Assert.Single((await q.Json("GET /v2/events?groupBy=messageId"))["messages"]!.AsArray())!;
            Assert.Equal((id, 3), ((string?)group["messageId"], group["events"]!.AsArray().Count));
        }),
        new("2.5", "trimBody 0 drops bodies", async q =>
        {
            await q.Publish("/a", "Upstash-Delay: 1h");
            Assert.Null((await q.Events("?trimBody=0"))[0]["body"]);
        }),
        new("9.3", "a cursor goes on where the page ended, whatever has happened since, and the last page has none", async q =>
        {
            await q.Publish();
            await q.Settle();
            JsonNode page = await q.Json("GET /v2/events?count=2");
            Assert.Matches("^[0-9]+-[0-9]+$", (string)page["cursor"]!);
            await q.Publish();
            await q.Settle();
            JsonNode rest = await q.Json($"GET /v2/events?count=2&cursor={page["cursor"]}");
            Assert.Equal("CREATED", (string?)Assert.Single(rest["events"]!.AsArray())!["state"]);
            Assert.False(rest.AsObject().ContainsKey("cursor"));
        }),
        .. EventFields.Select(f => new Row("9.2", $"event field {f.Name} {f.Json} on {f.State}", async q =>
        {
            q.App.Answers(_ => TestApp.Reply(503, "busy", "X-Why: load"));
            await q.Publish("/a", ["Upstash-Retries: 1", "Upstash-Retry-Delay: 60000", .. f.Headers]);
            await q.Settle();
            Assert.Equal(f.Json, (await q.Events($"?url=https://app.test/a&state={f.State}"))[0][f.Name]?.ToJsonString());
        })),
        new("9.2", "event fields topicName, endpointName and scheduleId", async q =>
        {
            await q.Group("billing:/1");
            await q.Ok("POST /v2/schedules/g", "x", "Upstash-Cron: */10 * * * *", "Upstash-Schedule-Id: s");
            await q.Advance(600);
            JsonNode e = (await q.Events("?state=DELIVERED"))[0];
            Assert.Equal(("g", "billing", "s"), ((string?)e["topicName"], (string?)e["endpointName"], (string?)e["scheduleId"]));
        }),
        new("9.2", "response fields are on ERROR and FAILED, not on others", async q =>
        {
            string dlqId = await q.Fail();
            Assert.NotEmpty(dlqId);
            Assert.Equal(["ERROR", "FAILED"], (await q.Events()).Where(e => e["responseStatus"] is not null).Select(e => (string)e["state"]!).Order());
        }),
    ];

    private static (string Name, string State, string Json, string[] Headers)[] EventFields =>
    [
        ("time", "CREATED", $"{Bench.Now}", []),
        ("url", "CREATED", "\"https://app.test/a\"", []),
        ("method", "CREATED", "\"PUT\"", ["Upstash-Method: PUT"]),
        ("header", "CREATED", """{"A":["1"]}""", ["Upstash-Forward-A: 1"]),
        ("body", "CREATED", "\"aGVsbG8=\"", []),
        ("maxRetries", "CREATED", "1", []),
        ("timeout", "CREATED", "90000", ["Upstash-Timeout: 90s"]),
        ("nextDeliveryTime", "CREATED", $"{Bench.Now + 5000}", ["Upstash-Delay: 5s"]),
        ("queueName", "CREATED", "\"mail\"", ["Upstash-Queue-Name: mail"]),
        ("callerIP", "CREATED", "\"127.0.0.1\"", []),
        ("callback", "CREATED", "\"https://app.test/cb\"", ["Upstash-Callback: https://app.test/cb"]),
        ("callbackHeaders", "CREATED", """{"A":["1"]}""", ["Upstash-Callback: https://app.test/cb", "Upstash-Callback-Forward-A: 1"]),
        ("failureCallback", "CREATED", "\"https://app.test/f\"", ["Upstash-Failure-Callback: https://app.test/f"]),
        ("failureCallbackHeaders", "CREATED", """{"A":["1"]}""", ["Upstash-Failure-Callback: https://app.test/f", "Upstash-Failure-Callback-Forward-A: 1"]),
        ("retryDelayExpr", "CREATED", "\"60000\"", []),
        ("retryDelayExpression", "CREATED", "\"60000\"", []),
        ("label", "CREATED", "\"a\"", ["Upstash-Label: a,b"]),
        ("labels", "CREATED", """["a","b"]""", ["Upstash-Label: a,b"]),
        ("flowControlKey", "CREATED", "\"k\"", ["Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: rate=9,period=1m,parallelism=4"]),
        ("rate", "CREATED", "9", ["Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: rate=9,period=1m,parallelism=4"]),
        ("period", "CREATED", "60", ["Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: rate=9,period=1m,parallelism=4"]),
        ("parallelism", "CREATED", "4", ["Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: rate=9,period=1m,parallelism=4"]),
        ("error", "ERROR", "\"destination answered 503\"", []),
        ("responseStatus", "ERROR", "503", []),
        ("responseBody", "ERROR", "\"YnVzeQ==\"", []),
        ("nextDeliveryTime", "ERROR", $"{Bench.Now + 60_000}", []),
        ("nextDeliveryTime", "RETRY", $"{Bench.Now + 60_000}", []),
        ("responseHeader", "ERROR", """{"X-Why":["load"]}""", []),
        ("responseHeaders", "ERROR", """{"X-Why":["load"]}""", []),
    ];

    /// <summary>One message delivered at the second attempt, one failed, one cancelled.</summary>
    private static async Task EveryStateAsync(Bench q)
    {
        q.App.Answers(r => TestApp.Reply(r.Path == "/bad" || r.Headers["Upstash-Retried"] == "0" ? 500 : 200));
        await q.Publish("/good", "Upstash-Retry-Delay: 1000");
        await q.Publish("/bad", "Upstash-Retries: 0");
        await q.Ok("DELETE /v2/messages/" + await q.Publish("/gone", "Upstash-Delay: 1h"));
        await q.Advance(5);
    }
}
