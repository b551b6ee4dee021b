using System.Net;
using System.Text.Json.Nodes;
using QStash.Serverless.DevServerTests.Server;

namespace QStash.Serverless.DevServerTests.Conformance.Rows;

/// <summary>Section 2.4: reading and cancelling messages.</summary>
internal static class MessageRows
{
    private const string Pending = "Upstash-Delay: 1h";

    public static IEnumerable<Row> All =>
    [
        new("2.4", "an unknown message is 404", q => q.Refused(404, "", "GET /v2/messages/msg_none")),
        new("2.4", "a finished message can be read for some seconds, then it is 404", async q =>
        {
            string id = await q.Publish();
            await q.Advance(5);
            await q.Message(id);
            await q.Advance(120);
            Assert.Equal(HttpStatusCode.NotFound, (await q.Send("GET /v2/messages/" + id)).Status);
        }),
        .. Fields.Select(f => new Row("2.4.1", $"message field {f.Name} {f.Json}", async q =>
        {
            JsonNode message = await q.Published([Pending, .. f.Headers]);
            Assert.Equal(f.Json, message[f.Name]?.ToJsonString());
        })),
        new("2.4.1", "message field topicName and endpointName, only in a group and with a name", async q =>
        {
            await q.Group("billing:/1", "/2");
            JsonNode sent = await q.Json("POST /v2/publish/g", "x");
            JsonNode first = await q.Message((string)sent[0]!["messageId"]!);
            JsonNode second = await q.Message((string)sent[1]!["messageId"]!);
            Assert.Equal(("g", "billing", "g", null), ((string?)first["topicName"], (string?)first["endpointName"], (string?)second["topicName"], (string?)second["endpointName"]));
        }),
        new("2.4.1", "message field scheduleId", async q =>
        {
            await q.CreateSchedule();
            await q.Advance(600);
            Assert.Equal("s", (string?)(await q.Message(q.App.Received[0].Headers["Upstash-Message-Id"]))["scheduleId"]);
        }),
        new("2.4.1", "message field bodyBase64 instead of body when it is no UTF-8", async q =>
        {
            Answer answer = await q.SendBytes("POST /v2/publish/https://app.test/a", [0xff, 1]);
            JsonNode message = await q.Message((string)answer.Json["messageId"]!);
            Assert.Equal((null, "/wE="), ((string?)message["body"], (string?)message["bodyBase64"]));
        }),
        new("2.4.1", "no body field for an empty body", async q =>
        {
            JsonNode sent = await q.Json("POST /v2/publish/https://app.test/a");
            JsonNode message = await q.Message((string)sent["messageId"]!);
            Assert.Null(message["body"] ?? message["bodyBase64"]);
        }),
        new("2.4.1", "a plain message has these fields and no other", async q => Assert.Equal(
            ["body", "callerIP", "createdAt", "header", "maxRetries", "messageId", "method", "notBefore", "url"],
            (await q.Published()).AsObject().Select(p => p.Key).Order(StringComparer.Ordinal))),
        new("2.4", "cancel answers how many, and the message is gone", async q =>
        {
            string id = await q.Publish("/a", Pending);
            Answer answer = await q.Send("DELETE /v2/messages/" + id);
            Assert.Equal((200, """{"cancelled":1}"""), ((int)answer.Status, answer.Text));
            await q.Refused(404, "", "GET /v2/messages/" + id);
            await q.Advance(7200);
            Assert.Empty(q.App.Received);
        }),
        new("2.4", "cancel of an unknown message is 404", q => q.Refused(404, "", "DELETE /v2/messages/msg_none")),
        new("2.4", "cancel of a message in flight does not fail", async q =>
        {
            TaskCompletionSource arrived = new();
            TaskCompletionSource<HttpResponseMessage> answer = new();
            q.App.Answer = (_, _) =>
            {
                arrived.TrySetResult();
                return answer.Task;
            };
            string id = await q.Publish();
            await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
            await q.Ok("DELETE /v2/messages/" + id);
            answer.SetResult(TestApp.Reply(500));
            await q.Advance(86400);
            Assert.Single(q.App.Received);
        }),
        new("2.4", "bulk cancel by messageIds in the query, repeated or with commas", async q =>
        {
            string[] ids = await ThreeAsync(q);
            await CancelledAsync(q, 2, $"?messageIds={ids[0]}&messageIds={ids[1]}");
            await CancelledAsync(q, 1, $"?messageIds={ids[2]},{ids[0]}");
        }),
        new("2.4", "bulk cancel by messageIds in a JSON body", async q =>
        {
            string[] ids = await ThreeAsync(q);
            await CancelledAsync(q, 2, "", $$"""{"messageIds":["{{ids[0]}}","{{ids[1]}}"]}""");
        }),
        new("2.4", "messageIds make other filters count for nothing", async q =>
        {
            string[] ids = await ThreeAsync(q);
            await CancelledAsync(q, 1, $"?messageIds={ids[0]}&label=none");
        }),
        new("2.4", "bulk cancel without ids and filters cancels everything", async q =>
        {
            await ThreeAsync(q);
            await CancelledAsync(q, 3, "");
        }),
        new("2.4", "an empty list of messageIds in the body means everything", async q =>
        {
            await ThreeAsync(q);
            await CancelledAsync(q, 3, "", """{"messageIds":[]}""");
        }),
        new("2.4", "count limits a bulk cancel", async q =>
        {
            await ThreeAsync(q);
            await CancelledAsync(q, 2, "?count=2");
        }),
        new("2.4", "only what is still pending counts", async q =>
        {
            string[] ids = await ThreeAsync(q);
            await CancelledAsync(q, 2, $"?messageIds={ids[0]},{ids[1]}");
            await q.Publish("/finished");
            await q.Settle();
            await CancelledAsync(q, 1, "");
        }),
        new("13", "row 32: an unknown filter of a bulk cancel is 400", q => q.Refused(400, "labels", "DELETE /v2/messages?labels=a")),
    ];

    private static (string Name, string Json, string[] Headers)[] Fields =>
    [
        ("url", "\"https://app.test/a\"", []),
        ("method", "\"POST\"", []),
        ("method", "\"PATCH\"", ["Upstash-Method: PATCH"]),
        ("header", "{}", []),
        ("header", """{"Test-Header":["1"]}""", ["Upstash-Forward-test-HEADER: 1"]),
        ("header", """{"Content-Type":["text/plain"]}""", ["Content-Type: text/plain", "Upstash-Telemetry-Sdk: x"]),
        ("body", "\"hello\"", []),
        ("maxRetries", "3", []),
        ("maxRetries", "0", ["Upstash-Retries: 0"]),
        ("notBefore", $"{Bench.Now + 3_600_000}", []),
        ("createdAt", $"{Bench.Now}", []),
        ("callback", "\"https://app.test/cb\"", ["Upstash-Callback: https://app.test/cb"]),
        ("callbackHeader", """{"A":["1"]}""", ["Upstash-Callback: https://app.test/cb", "Upstash-Callback-Forward-A: 1"]),
        ("failureCallback", "\"https://app.test/f\"", ["Upstash-Failure-Callback: https://app.test/f"]),
        ("failureCallbackHeader", """{"A":["1"]}""", ["Upstash-Failure-Callback: https://app.test/f", "Upstash-Failure-Callback-Forward-A: 1"]),
        ("queueName", "\"mail\"", ["Upstash-Queue-Name: mail"]),
        ("callerIP", "\"127.0.0.1\"", []),
        ("retryDelayExpression", "\"1000 * (1 \\u002B retried)\"", ["Upstash-Retry-Delay: 1000 * (1 + retried)"]),
        ("label", "\"a\"", ["Upstash-Label: a, b"]),
        ("labels", """["a","b"]""", ["Upstash-Label: a, b"]),
        ("flowControlKey", "\"k\"", ["Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: rate=1"]),
        ("rate", "1", ["Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: rate=1"]),
        ("parallelism", "2", ["Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: parallelism=2"]),
        ("period", "1", ["Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: parallelism=2"]),
        ("period", "86400", ["Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: rate=2, period=1d"]),
        ("period", "5403", ["Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: rate=2, period=1h30m3s"]),
    ];

    private static async Task<string[]> ThreeAsync(Bench q) => [await q.Publish("/1", Pending), await q.Publish("/2", Pending), await q.Publish("/3", Pending)];

    private static async Task CancelledAsync(Bench q, int count, string query, string? body = null)
        => Assert.Equal($$"""{"cancelled":{{count}}}""", (await q.Send("DELETE /v2/messages" + query, body)).Text);
}
