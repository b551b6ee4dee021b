using System.Text.Json.Nodes;
using QStash.Serverless.DevServerTests.Server;

namespace QStash.Serverless.DevServerTests.Conformance.Rows;

/// <summary>Sections 2.11, 2.12 and 8.3: flow control.</summary>
internal static class FlowControlRows
{
    private const string Key = "GET /v2/flowControl/k";

    public static IEnumerable<Row> All =>
    [
        new("2.11", "a read has every field, whatever the key has", async q =>
        {
            await PublishAsync(q, "rate=2, period=1m");
            await q.Settle();
            Assert.Equal(
                ["flowControlKey", "isPaused", "isPinnedParallelism", "isPinnedRate", "parallelismCount", "parallelismMax", "rateCount", "rateMax", "ratePeriod", "ratePeriodStart", "waitListSize"],
                (await q.Json(Key)).AsObject().Select(p => p.Key).Order(StringComparer.Ordinal));
            JsonNode key = await q.Json(Key);
            Assert.Equal(("k", 2, 1, 60, Bench.Now / 1000), ((string?)key["flowControlKey"], (int)key["rateMax"]!, (int)key["rateCount"]!, (int)key["ratePeriod"]!, (long)key["ratePeriodStart"]!));
        }),
        new("2.11", "the list is a bare array, searched by name", async q =>
        {
            await PublishAsync(q, "rate=2");
            await q.Publish("/a", "Upstash-Flow-Control-Key: other", "Upstash-Flow-Control-Value: rate=1");
            Assert.Equal(2, (await q.Json("GET /v2/flowControl")).AsArray().Count);
            Assert.Equal("other", (string?)Assert.Single((await q.Json("GET /v2/flowControl?search=oth")).AsArray())!["flowControlKey"]);
        }),
        new("2.11", "a key no message has used is 404", q => q.Refused(404, "", Key)),
        new("2.11", "a key stands unescaped in the path", async q =>
        {
            await q.Publish("/a", "Upstash-Flow-Control-Key: tenant/9:x", "Upstash-Flow-Control-Value: rate=1");
            Assert.Equal("tenant/9:x", (string?)(await q.Json("GET /v2/flowControl/tenant/9:x"))["flowControlKey"]);
        }),
        new("2.11", "pause and resume", async q =>
        {
            await PublishAsync(q, "rate=9", "Upstash-Delay: 1m");
            await q.Ok("POST /v2/flowControl/k/pause");
            Assert.True((bool)(await q.Json(Key))["isPaused"]!);
            await q.Advance(120);
            Assert.Empty(q.App.Received);
            Assert.Equal(1, (int)(await q.Json(Key))["waitListSize"]!);
            await q.Ok("POST /v2/flowControl/k/resume");
            await q.Settle();
            Assert.Single(q.App.Received);
        }),
        new("2.11", "pin fixes what it names, messages no longer change it", async q =>
        {
            await PublishAsync(q, "rate=5,parallelism=5");
            await q.Ok("POST /v2/flowControl/k/pin?rate=2&period=60");
            await PublishAsync(q, "rate=7,parallelism=7");
            JsonNode key = await q.Json(Key);
            Assert.Equal((2, 60, 7, true, false), ((int)key["rateMax"]!, (int)key["ratePeriod"]!, (int)key["parallelismMax"]!, (bool)key["isPinnedRate"]!, (bool)key["isPinnedParallelism"]!));
        }),
        new("2.11", "pin starts the rate anew", async q =>
        {
            await PublishAsync(q, "rate=1,period=1h");
            await PublishAsync(q, "rate=1,period=1h");
            await q.Settle();
            Assert.Single(q.App.Received);
            await q.Ok("POST /v2/flowControl/k/pin?rate=1&period=3600");
            await q.Settle();
            Assert.Equal(2, q.App.Received.Length);
        }),
        new("2.11", "unpin frees what it names, and the values stay until a message brings others", async q =>
        {
            await PublishAsync(q, "rate=5,parallelism=5");
            await q.Ok("POST /v2/flowControl/k/pin?rate=2&parallelism=3");
            await q.Ok("POST /v2/flowControl/k/unpin?parallelism=true");
            JsonNode key = await q.Json(Key);
            Assert.Equal((3, false, true), ((int)key["parallelismMax"]!, (bool)key["isPinnedParallelism"]!, (bool)key["isPinnedRate"]!));
            await PublishAsync(q, "rate=7,parallelism=7");
            key = await q.Json(Key);
            Assert.Equal((7, 2), ((int)key["parallelismMax"]!, (int)key["rateMax"]!));
        }),
        new("2.11", "resetRate starts a new window now", async q =>
        {
            await PublishAsync(q, "rate=1,period=1h");
            await PublishAsync(q, "rate=1,period=1h");
            await q.Settle();
            await q.Ok("POST /v2/flowControl/k/resetRate");
            await q.Settle();
            Assert.Equal(2, q.App.Received.Length);
        }),
        .. new[] { "rate=x", "rate=-1", "parallelism=0", "period=abc", "" }.Select(query => new Row("2.11", $"pin with '{query}' is 400", async q =>
        {
            await PublishAsync(q, "rate=1");
            await q.Refused(400, "", "POST /v2/flowControl/k/pin?" + query);
        })),
        new("2.12", "global parallelism", async q => Assert.Equal("""{"parallelismMax":100,"parallelismCount":0}""", (await q.Send("GET /v2/globalParallelism")).Text)),
        new("8.3", "a rate lets so many go in a period that starts with the first, and drops nothing", async q =>
        {
            for (int i = 0; i < 3; i++)
            {
                await PublishAsync(q, "rate=1,period=10s");
            }

            await q.Advance(9);
            Assert.Single(q.App.Received);
            await q.Advance(1);
            Assert.Equal(2, q.App.Received.Length);
            await q.Advance(10);
            Assert.Equal(3, q.App.Received.Length);
        }),
        new("8.3", "parallelism lets so many be in flight", async q =>
        {
            TaskCompletionSource<HttpResponseMessage> answer = new();
            TaskCompletionSource arrived = new();
            q.App.Answer = (_, _) =>
            {
                arrived.TrySetResult();
                return answer.Task;
            };
            await PublishAsync(q, "parallelism=1");
            await PublishAsync(q, "parallelism=1");
            await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
            JsonNode key = await q.Json(Key);
            Assert.Equal((1, 1), ((int)key["parallelismCount"]!, (int)key["waitListSize"]!));
            q.App.Answers(_ => TestApp.Reply(200));
            answer.SetResult(TestApp.Reply(200));
            await q.Settle();
            Assert.Equal(2, q.App.Received.Length);
        }),
        new("8.3", "retries count like first attempts", async q =>
        {
            q.App.Answers(r => TestApp.Reply(r.Path == "/bad" ? 500 : 200));
            await q.Publish("/bad", "Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: rate=1,period=1m", "Upstash-Retry-Delay: 1000", "Upstash-Retries: 1");
            await q.Advance(30);
            Assert.Single(q.App.Received);
            await q.Advance(30);
            Assert.Equal(2, q.App.Received.Length);
        }),
        new("8.3", "row 24 of 13: the latest message's limits count", async q =>
        {
            await PublishAsync(q, "rate=9");
            await PublishAsync(q, "rate=4");
            Assert.Equal(4, (int)(await q.Json(Key))["rateMax"]!);
        }),
        new("8.3", "the wait list is first in, first out", async q =>
        {
            foreach (string path in new[] { "/1", "/2", "/3" })
            {
                await q.Publish(path, "Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: rate=1,period=1m");
            }

            await q.Advance(120);
            Assert.Equal(["/1", "/2", "/3"], q.App.Paths);
        }),
    ];

    private static Task<string> PublishAsync(Bench q, string value, params string[] headers)
        => q.Publish("/a", ["Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: " + value, .. headers]);
}
