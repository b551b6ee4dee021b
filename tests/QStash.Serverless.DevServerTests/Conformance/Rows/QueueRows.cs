using System.Text.Json.Nodes;
using QStash.Serverless.DevServerTests.Server;

namespace QStash.Serverless.DevServerTests.Conformance.Rows;

/// <summary>Sections 2.7 and 8.2: queues.</summary>
internal static class QueueRows
{
    public static IEnumerable<Row> All =>
    [
        new("2.7", "a read has six fields", async q =>
        {
            await q.Ok("POST /v2/queues", """{"queueName":"mail","parallelism":2}""");
            await q.Advance(5);
            await q.Ok("POST /v2/queues", """{"queueName":"mail","parallelism":3,"paused":true}""");
            string expected = $$"""{"name":"mail","parallelism":3,"createdAt":{{Bench.Now}},"updatedAt":{{Bench.Now + 5000}},"lag":0,"paused":true}""";
            Assert.Equal(expected, (await q.Send("GET /v2/queues/mail")).Text);
            Assert.Equal($"[{expected}]", (await q.Send("GET /v2/queues")).Text);
        }),
        new("2.7", "parallelism is 1 and paused false by default", async q =>
        {
            await q.Ok("POST /v2/queues", """{"queueName":"mail"}""");
            JsonNode queue = await q.Queue("mail");
            Assert.Equal((1, false), ((int)queue["parallelism"]!, (bool)queue["paused"]!));
        }),
        new("2.7", "parallelism 0 is 400", q => q.Refused(400, "parallelism", "POST /v2/queues", """{"queueName":"mail","parallelism":0}""")),
        new("2.7", "an unknown queue is 404", q => q.Refused(404, "queue none not found", "GET /v2/queues/none")),
        new("2.7", "lag counts what is not processed", async q =>
        {
            await q.Ok("POST /v2/queues", """{"queueName":"mail","paused":true}""");
            await q.Publish("/1", "Upstash-Queue-Name: mail");
            await q.Publish("/2", "Upstash-Queue-Name: mail");
            Assert.Equal(2, (int)(await q.Queue("mail"))["lag"]!);
            await q.Ok("POST /v2/queues/mail/resume");
            await q.Settle();
            Assert.Equal(0, (int)(await q.Queue("mail"))["lag"]!);
        }),
        new("2.7", "delete is 200, also when there is no queue", async q =>
        {
            await q.Ok("POST /v2/queues", """{"queueName":"mail"}""");
            Assert.Equal(200, (int)(await q.Send("DELETE /v2/queues/mail")).Status);
            Assert.Equal(200, (int)(await q.Send("DELETE /v2/queues/mail")).Status);
            await q.Refused(404, "", "GET /v2/queues/mail");
        }),
        new("2.7", "messages in a deleted queue are cancelled", async q =>
        {
            await q.Ok("POST /v2/queues", """{"queueName":"mail","paused":true}""");
            string id = await q.Publish("/1", "Upstash-Queue-Name: mail");
            await q.Ok("DELETE /v2/queues/mail");
            Assert.EndsWith("CANCELED", await q.States(id), StringComparison.Ordinal);
        }),
        new("2.7", "pause accepts and delivers none, resume goes on with the earliest; both can be repeated", async q =>
        {
            await q.Publish("/0", "Upstash-Queue-Name: mail");
            await q.Settle();
            await q.Ok("POST /v2/queues/mail/pause");
            await q.Ok("POST /v2/queues/mail/pause");
            await q.Publish("/1", "Upstash-Queue-Name: mail");
            await q.Publish("/2", "Upstash-Queue-Name: mail");
            await q.Advance(60);
            Assert.Equal(["/0"], q.App.Paths);
            await q.Ok("POST /v2/queues/mail/resume");
            await q.Ok("POST /v2/queues/mail/resume");
            await q.Settle();
            Assert.Equal(["/0", "/1", "/2"], q.App.Paths);
        }),
        new("8.2", "first in, first out: a message's retries hold the next back", async q =>
        {
            q.App.Answers(r => TestApp.Reply(r.Path == "/1" ? 500 : 200));
            await q.Publish("/1", "Upstash-Queue-Name: mail", "Upstash-Retries: 1", "Upstash-Retry-Delay: 60000");
            await q.Publish("/2", "Upstash-Queue-Name: mail");
            await q.Advance(59);
            Assert.Equal(["/1"], q.App.Paths);
            await q.Advance(1);
            Assert.Equal(["/1", "/1", "/2"], q.App.Paths);
        }),
        new("8.2", "a message's callbacks hold the next back", async q =>
        {
            q.App.Answers(r => TestApp.Reply(r.Path == "/cb" ? 500 : 200));
            await q.Publish("/1", "Upstash-Queue-Name: mail", "Upstash-Callback: https://app.test/cb", "Upstash-Callback-Retries: 1", "Upstash-Callback-Retry-Delay: 60000");
            await q.Publish("/2", "Upstash-Queue-Name: mail");
            await q.Advance(59);
            Assert.DoesNotContain("/2", q.App.Paths);
            await q.Advance(1);
            Assert.Equal("/2", q.App.Paths[^1]);
        }),
        new("8.2", "parallelism lets as many go at once", async q =>
        {
            q.App.Answers(r => TestApp.Reply(r.Path == "/3" ? 200 : 500));
            await q.Ok("POST /v2/queues", """{"queueName":"mail","parallelism":2}""");
            await q.Publish("/1", "Upstash-Queue-Name: mail", "Upstash-Retry-Delay: 60000");
            await q.Publish("/2", "Upstash-Queue-Name: mail", "Upstash-Retry-Delay: 60000");
            await q.Publish("/3", "Upstash-Queue-Name: mail");
            await q.Settle();
            Assert.Equal(["/1", "/2"], q.App.Paths.Order());
        }),
        new("8.2", "a delayed message holds its place", async q =>
        {
            await q.Publish("/1", "Upstash-Queue-Name: mail", "Upstash-Delay: 60s");
            await q.Publish("/2", "Upstash-Queue-Name: mail");
            await q.Advance(59);
            Assert.Empty(q.App.Received);
            await q.Advance(1);
            Assert.Equal(["/1", "/2"], q.App.Paths);
        }),
        new("8.2", "a cancelled message frees its place", async q =>
        {
            string id = await q.Publish("/1", "Upstash-Queue-Name: mail", "Upstash-Delay: 1h");
            await q.Publish("/2", "Upstash-Queue-Name: mail");
            await q.Ok("DELETE /v2/messages/" + id);
            await q.Settle();
            Assert.Equal(["/2"], q.App.Paths);
        }),
        new("8.2", "a schedule's message does not reset its queue's parallelism", async q =>
        {
            await q.Ok("POST /v2/queues", """{"queueName":"mail","parallelism":3}""");
            await q.CreateSchedule("Upstash-Queue-Name: mail");
            await q.Advance(600);
            Assert.Equal(3, (int)(await q.Queue("mail"))["parallelism"]!);
        }),
    ];
}
