using System.Text.Json.Nodes;
using QStash.Serverless.DevServerTests.Server;

namespace QStash.Serverless.DevServerTests.Conformance.Rows;

/// <summary>Section 6: callbacks and failure callbacks.</summary>
internal static class CallbackRows
{
    private static readonly string[] Both = ["Upstash-Callback: https://app.test/cb", "Upstash-Failure-Callback: https://app.test/f", "Upstash-Retries: 1", "Upstash-Retry-Delay: 1000"];

    public static IEnumerable<Row> All =>
    [
        new("6", "the callback comes after each attempt, the failure callback once at the end", async q =>
        {
            await FailingAsync(q);
            Assert.Equal([(0, 500), (1, 500)], q.App.Received.Where(r => r.Path == "/cb").Select(r => ((int)r.Json["retried"]!, (int)r.Json["status"]!)));
            Assert.Single(q.App.Received, r => r.Path == "/f");
        }),
        new("6", "no failure callback for what is delivered", async q =>
        {
            await q.Publish("/a", Both);
            await q.Settle();
            Assert.Equal(["/a", "/cb"], q.App.Paths);
        }),
        new("6", "the failure callback of a non-retryable failure comes at once", async q =>
        {
            q.App.Answers(r => r.Path == "/a" ? TestApp.Reply(489, "", "Upstash-NonRetryable-Error: true") : TestApp.Reply(200));
            await q.Publish("/a", Both);
            await q.Settle();
            Assert.Contains("/f", q.App.Paths);
        }),
        new("6", "a callback is a message of its own: id, signature, POST, JSON", async q =>
        {
            string id = await q.Publish("/a", "Upstash-Callback: https://app.test/cb", "Upstash-Method: PUT");
            await q.Settle();
            Received callback = q.App.Received.Single(r => r.Path == "/cb");
            Assert.NotEqual(id, callback.Headers["Upstash-Message-Id"]);
            Assert.True(Signed.By(callback, q.Server.CurrentSigningKey));
            Assert.Equal(("POST", "application/json"), (callback.Method, callback.Headers["Content-Type"]));
        }),
        new("6", "a callback inherits retries and retry delay, and ends in the DLQ itself", async q =>
        {
            q.App.Answers(r => TestApp.Reply(r.Path == "/cb" ? 500 : 200));
            await q.Publish("/a", "Upstash-Callback: https://app.test/cb", "Upstash-Retries: 2", "Upstash-Retry-Delay: 1000");
            await q.Advance(10);
            Assert.Equal(3, q.App.Paths.Count(p => p == "/cb"));
            Assert.Equal("https://app.test/cb", (string?)Assert.Single(await q.Dlq())["url"]);
        }),
        new("6", "a delayed callback is accepted on publish and refused on enqueue", async q =>
        {
            string[] delayed = ["Upstash-Callback: https://app.test/cb", "Upstash-Callback-Delay: 1m"];
            await q.Publish("/a", delayed);
            await q.Advance(60);
            Assert.Equal(["/a", "/cb"], q.App.Paths);
            await q.Refused(400, "Upstash-Callback-Delay", "POST /v2/enqueue/mail/https://app.test/a", "x", delayed);
        }),
        .. Fields.Select(f => new Row("6", $"callback field {f.Name}", async q =>
        {
            await FailingAsync(q);
            Assert.Equal(f.Json, q.App.Received.First(r => r.Path == "/cb").Json[f.Name]?.ToJsonString());
        })),
        .. Fields.Where(f => f.Name != "retried").Select(f => new Row("6", $"failure callback field {f.Name}", async q =>
        {
            await FailingAsync(q);
            Assert.Equal(f.Json, q.App.Received.Single(r => r.Path == "/f").Json[f.Name]?.ToJsonString());
        })),
        new("6", "sourceMessageId is the message's, retried of the failure callback its last", async q =>
        {
            string id = await FailingAsync(q);
            JsonNode failed = q.App.Received.Single(r => r.Path == "/f").Json;
            Assert.Equal((id, 1), ((string?)failed["sourceMessageId"], (int)failed["retried"]!));
            Assert.Equal(id, (string?)q.App.Received.First(r => r.Path == "/cb").Json["sourceMessageId"]);
        }),
        new("6", "dlqId in the failure callback only", async q =>
        {
            await FailingAsync(q);
            Assert.Equal((string?)Assert.Single(await q.Dlq())["dlqId"], (string?)q.App.Received.Single(r => r.Path == "/f").Json["dlqId"]);
            Assert.All(q.App.Received.Where(r => r.Path == "/cb"), r => Assert.Null(r.Json["dlqId"]));
        }),
        new("6", "topicName, endpointName and scheduleId where they apply", async q =>
        {
            await q.Group("billing:/1");
            await q.Ok("POST /v2/schedules/g", "x", "Upstash-Cron: */10 * * * *", "Upstash-Schedule-Id: s", "Upstash-Callback: https://app.test/cb");
            await q.Advance(600);
            JsonNode callback = q.App.Received.Single(r => r.Path == "/cb").Json;
            Assert.Equal(("g", "billing", "s"), ((string?)callback["topicName"], (string?)callback["endpointName"], (string?)callback["scheduleId"]));
        }),
        new("6", "status 0 without a response", async q =>
        {
            q.App.Answer = (r, _) => r.Path == "/a" ? throw new HttpRequestException("refused") : Task.FromResult(TestApp.Reply(200));
            await q.Publish("/a", "Upstash-Callback: https://app.test/cb");
            await q.Settle();
            Assert.Equal(0, (int)q.App.Received.First(r => r.Path == "/cb").Json["status"]!);
        }),
    ];

    private static (string Name, string? Json)[] Fields =>
    [
        ("status", "500"), ("header", """{"X-Why":["busy"]}"""), ("body", "\"YnVzeQ==\""), ("retried", "0"), ("maxRetries", "1"), ("url", "\"https://app.test/a\""), ("method", "\"PUT\""),
        ("sourceHeader", """{"A":["1"]}"""), ("sourceBody", "\"aGVsbG8=\""), ("notBefore", $"{Bench.Now}"), ("createdAt", $"{Bench.Now}"), ("callerIP", "\"127.0.0.1\""),
        ("topicName", null), ("endpointName", null), ("scheduleId", null),
    ];

    private static async Task<string> FailingAsync(Bench q)
    {
        q.App.Answers(r => r.Path == "/a" ? TestApp.Reply(500, "busy", "X-Why: busy") : TestApp.Reply(200));
        string id = await q.Publish("/a", [.. Both, "Upstash-Method: PUT", "Upstash-Forward-A: 1"]);
        await q.Advance(10);
        return id;
    }
}
