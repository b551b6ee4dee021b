using System.Text.Json.Nodes;
using QStash.Serverless.DevServerTests.Server;

namespace QStash.Serverless.DevServerTests.Conformance.Rows;

/// <summary>Sections 2.1, 2.2 and 8.1: publish, enqueue, deduplication.</summary>
internal static class PublishRows
{
    private const string Publish = "POST /v2/publish/https://app.test/a";
    private const string Enqueue = "POST /v2/enqueue/mail/https://app.test/a";

    public static IEnumerable<Row> All =>
    [
        new("2.1", "a URL answers an object with messageId and url", async q =>
        {
            Answer answer = await q.Send(Publish, "x");
            Assert.Equal(200, (int)answer.Status);
            Assert.Equal(["messageId", "url"], answer.Json.AsObject().Select(p => p.Key));
            Assert.Equal("https://app.test/a", (string?)answer.Json["url"]);
        }),
        new("2.1", "the id is msg_ and base58", async q => Assert.Matches("^msg_[1-9A-HJ-NP-Za-km-z]+$", await q.Publish())),
        new("2.1", "a group answers a bare array in the order of its endpoints", async q =>
        {
            await q.Group("/2", "/1", "/3");
            Answer answer = await q.Send("POST /v2/publish/g", "x");
            Assert.Equal(200, (int)answer.Status);
            Assert.Equal(["https://app.test/2", "https://app.test/1", "https://app.test/3"], answer.Json.AsArray().Select(m => (string)m!["url"]!));
            Assert.Equal(3, answer.Json.AsArray().Select(m => (string)m!["messageId"]!).Distinct().Count());
        }),
        new("2.1", "the body is any bytes", async q =>
        {
            byte[] bytes = [0, 255, 13, 10, 128];
            await q.SendBytes(Publish, bytes);
            await q.Settle();
            Assert.Equal(bytes, Assert.Single(q.App.Received).Body);
        }),
        new("2.1", "202 for a duplicate, with the earlier id and deduplicated", async q =>
        {
            string first = await q.Publish("/a", "Upstash-Deduplication-Id: d");
            Answer second = await q.Send(Publish, "x", "Upstash-Deduplication-Id: d");
            Assert.Equal(202, (int)second.Status);
            Assert.Equal($$"""{"messageId":"{{first}}","url":"https://app.test/a","deduplicated":true}""", second.Text);
        }),
        new("2.2", "enqueue answers as publish does", async q =>
        {
            JsonNode answer = await q.Json(Enqueue, "x");
            Assert.Equal(["messageId", "url"], answer.AsObject().Select(p => p.Key));
        }),
        new("2.2", "enqueue creates its queue with parallelism 1", async q =>
        {
            await q.Ok(Enqueue, "x");
            Assert.Equal(1, (int)(await q.Queue("mail"))["parallelism"]!);
        }),
        new("2.2", "enqueue to a group is an array and stands in the queue once an endpoint", async q =>
        {
            await q.Group("/1", "/2");
            await q.Ok("POST /v2/queues", """{"queueName":"mail","paused":true}""");
            Assert.Equal(2, (await q.Json("POST /v2/enqueue/mail/g", "x")).AsArray().Count);
            Assert.Equal(2, (int)(await q.Queue("mail"))["lag"]!);
        }),
        new("2.2", "enqueue with a bad queue name is 400", q => q.Refused(400, "queue name", "POST /v2/enqueue/a%20b/https://app.test/a", "x")),
        new("2.2", "enqueue to an unknown group is 404", q => q.Refused(404, "topic none not found", "POST /v2/enqueue/mail/none", "x")),
        new("2.2", "Upstash-Queue-Name on publish enqueues", async q => Assert.Equal("mail", (string?)(await q.Published("Upstash-Queue-Name: mail"))["queueName"])),
        new("8.1", "an id counts ten minutes from its acceptance, and a duplicate does not extend it", async q =>
        {
            await q.Publish("/a", "Upstash-Deduplication-Id: d");
            await q.Advance(599);
            Assert.Equal(202, (int)(await q.Send(Publish, "x", "Upstash-Deduplication-Id: d")).Status);
            await q.Advance(1);
            Assert.Equal(200, (int)(await q.Send(Publish, "x", "Upstash-Deduplication-Id: d")).Status);
        }),
        .. ContentParts.Select(part => new Row("8.1", $"content-based deduplication looks at the {part.Name}", async q =>
        {
            string[] on = ["Upstash-Content-Based-Deduplication: true"];
            await q.Ok("POST /v2/publish/https://app.test/a", "x", [.. on, "Content-Type: text/plain", "Upstash-Forward-A: 1", "Upstash-Retries: 1"]);
            Answer second = await q.Send("POST /v2/publish/" + part.Destination, part.Body, [.. on, .. part.Headers]);
            Assert.Equal(part.Same ? 202 : 200, (int)second.Status);
        })),
        new("8.1", "a group deduplicates endpoint by endpoint", async q =>
        {
            await q.Group("/1");
            await q.Ok("POST /v2/publish/g", "x", "Upstash-Deduplication-Id: d");
            await q.Group("/2");
            JsonNode again = await q.Json("POST /v2/publish/g", "x", "Upstash-Deduplication-Id: d");
            Assert.Equal([true, false], again.AsArray().Select(m => m!["deduplicated"] is not null));
        }),
        new("8.1", "batch items deduplicate one by one", async q =>
        {
            JsonNode answer = await q.Json("POST /v2/batch", """[{"destination":"https://app.test/a","headers":{"Upstash-Deduplication-Id":"d"}},{"destination":"https://app.test/b","headers":{"Upstash-Deduplication-Id":"d"}}]""");
            Assert.Equal([false, true], answer.AsArray().Select(m => m!["deduplicated"] is not null));
        }),
        new("8.1", "a schedule's messages are never duplicates, its creation may be", async q =>
        {
            Answer first = await q.Send("POST /v2/schedules/https://app.test/a", "x", "Upstash-Cron: */10 * * * *", "Upstash-Deduplication-Id: d");
            Answer second = await q.Send("POST /v2/schedules/https://app.test/a", "x", "Upstash-Cron: */10 * * * *", "Upstash-Deduplication-Id: d");
            Assert.Equal((202, first.Text), ((int)second.Status, second.Text));
            await q.Advance(1200);
            Assert.Equal(2, q.App.Received.Length);
        }),
        new("8.5", "a time in the past delivers at once", async q => Assert.Equal(Bench.Now, (long)(await q.Published("Upstash-Not-Before: 1600000000"))["notBefore"]!)),
        new("8.6", "a group's messages are independent", async q =>
        {
            q.App.Answers(r => TestApp.Reply(r.Path == "/bad" ? 500 : 200));
            await q.Group("/bad", "/good");
            await q.Ok("POST /v2/publish/g", "x", "Upstash-Retries: 0");
            await q.Settle();
            Assert.Equal("https://app.test/bad", (string?)Assert.Single(await q.Dlq())["url"]);
        }),
    ];

    private static (string Name, string Destination, string Body, string[] Headers, bool Same)[] ContentParts =>
    [
        ("same content", "https://app.test/a", "x", ["Content-Type: text/plain", "Upstash-Forward-A: 1"], true),
        ("destination", "https://app.test/b", "x", ["Content-Type: text/plain", "Upstash-Forward-A: 1"], false),
        ("body", "https://app.test/a", "y", ["Content-Type: text/plain", "Upstash-Forward-A: 1"], false),
        ("content type", "https://app.test/a", "x", ["Content-Type: text/html", "Upstash-Forward-A: 1"], false),
        ("forwarded headers", "https://app.test/a", "x", ["Content-Type: text/plain", "Upstash-Forward-A: 2"], false),
        ("content only, not at the retries", "https://app.test/a", "x", ["Content-Type: text/plain", "Upstash-Forward-A: 1", "Upstash-Retries: 2"], true),
    ];
}
