using System.Text.Json.Nodes;
using QStash.Serverless.DevServerTests.Server;

namespace QStash.Serverless.DevServerTests.Conformance.Rows;

/// <summary>Section 4: what a delivery looks like and how its outcome counts.</summary>
internal static class DeliveryRows
{
    public static IEnumerable<Row> All =>
    [
        new("4.1", "method, URL and body are as published", async q =>
        {
            Received received = await q.Delivered("Upstash-Method: PUT");
            Assert.Equal(("PUT", "https://app.test/a", "hello"), (received.Method, received.Url, received.Text));
        }),
        .. Own.Select(h => new Row("4.1", $"delivery header {h.Name}", async q => Assert.Equal(h.Value, (await q.Delivered()).Headers[h.Name]))),
        new("4.1", "delivery header Content-Type only if it was given", async q =>
        {
            Assert.False((await q.Delivered()).Headers.ContainsKey("Content-Type"));
            await q.Publish("/b", "Content-Type: text/plain; x=1");
            await q.Settle();
            Assert.Equal("text/plain; x=1", q.App.Received[^1].Headers["Content-Type"]);
        }),
        new("4.1", "forwarded headers lose their prefix", async q => Assert.Equal("9", (await q.Delivered("Upstash-Forward-X-Tenant: 9")).Headers["X-Tenant"])),
        new("4.1", "the message id is the same for every attempt, and retried counts", async q =>
        {
            q.App.Answers(_ => TestApp.Reply(500));
            string id = await q.Publish("/a", "Upstash-Retries: 2", "Upstash-Retry-Delay: 1000");
            await q.Advance(5);
            Assert.Equal([(id, "0"), (id, "1"), (id, "2")], q.App.Received.Select(r => (r.Headers["Upstash-Message-Id"], r.Headers["Upstash-Retried"])));
        }),
        new("4.1", "delivery header Upstash-Topic-Name to a group", async q =>
        {
            await q.Group("/1");
            await q.Ok("POST /v2/publish/g", "x");
            await q.Settle();
            Assert.Equal("g", q.App.Received[0].Headers["Upstash-Topic-Name"]);
        }),
        new("4.1", "delivery headers Upstash-Schedule-Id and the creator's address from a schedule", async q =>
        {
            await q.CreateSchedule();
            await q.Advance(600);
            Assert.Equal(("s", "127.0.0.1"), (q.App.Received[0].Headers["Upstash-Schedule-Id"], q.App.Received[0].Headers["Upstash-Caller-Ip"]));
        }),
        new("4.1", "no other header of QStash's: no label, queue, flow-control key or retry limit", async q =>
        {
            Received received = await q.Delivered("Upstash-Label: a", "Upstash-Queue-Name: mail", "Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: rate=9", "Upstash-Retries: 1");
            Assert.Equal(
                ["Upstash-Caller-Ip", "Upstash-Message-Id", "Upstash-Region", "Upstash-Retried", "Upstash-Signature"],
                received.Headers.Keys.Where(k => k.StartsWith("Upstash-", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal));
        }),
        .. new[] { "Upstash-Signature", "Upstash-Message-Id", "Upstash-Retried", "Upstash-Caller-Ip", "Upstash-Region", "Upstash-Topic-Name", "Upstash-Schedule-Id", "User-Agent" }.Select(name => new Row("4.1", $"a forwarded {name} cannot replace QStash's own", async q =>
            Assert.DoesNotContain("forged", (await q.Delivered($"Upstash-Forward-{name}: forged")).Headers.Values))),
        new("4.1", "a GET may carry a body, and the hash covers it", async q =>
        {
            Received received = await q.Delivered("Upstash-Method: GET");
            Assert.Equal(("GET", "hello"), (received.Method, received.Text));
            Assert.True(Signed.By(received, q.Server.CurrentSigningKey));
        }),
        .. new[] { 200, 201, 204, 299 }.Select(status => new Row("4.2", $"status {status} is delivered", async q =>
        {
            q.App.Answers(_ => TestApp.Reply(status));
            string id = await q.Publish();
            await q.Settle();
            Assert.Equal("CREATED ACTIVE DELIVERED", await q.States(id));
        })),
        .. new[] { 300, 301, 307, 400, 404, 429, 489, 500, 503 }.Select(status => new Row("4.2", $"status {status} is a failed attempt, and no redirect is followed", async q =>
        {
            q.App.Answers(_ => TestApp.Reply(status, "", "Location: https://app.test/elsewhere"));
            string id = await q.Publish();
            await q.Settle();
            Assert.Equal("CREATED ACTIVE ERROR RETRY", await q.States(id));
            Assert.Equal(["/a"], q.App.Paths);
        })),
        new("4.2", "489 with Upstash-NonRetryable-Error: true fails at once, with DLQ entry and failure callback", async q =>
        {
            q.App.Answers(r => r.Path == "/a" ? TestApp.Reply(489, "", "Upstash-NonRetryable-Error: true") : TestApp.Reply(200));
            string id = await q.Publish("/a", "Upstash-Failure-Callback: https://app.test/f");
            await q.Settle();
            Assert.Equal("CREATED ACTIVE ERROR FAILED", await q.States(id));
            Assert.Single(await q.Dlq());
            Assert.Contains("/f", q.App.Paths);
        }),
        new("13", "row 40: 489 alone or the header alone is retried", async q =>
        {
            q.App.Answers(r => r.Path == "/1" ? TestApp.Reply(489) : TestApp.Reply(500, "", "Upstash-NonRetryable-Error: true"));
            string[] ids = [await q.Publish("/1"), await q.Publish("/2")];
            await q.Settle();
            foreach (string id in ids)
            {
                Assert.EndsWith("RETRY", await q.States(id), StringComparison.Ordinal);
            }
        }),
        new("4.2", "no response is a failed attempt with an error text and status 0", async q =>
        {
            q.App.Answer = (_, _) => throw new HttpRequestException("refused");
            await q.Publish();
            await q.Settle();
            JsonNode e = Assert.Single(await q.Events("?state=ERROR"));
            Assert.Equal(0, (int)e["responseStatus"]!);
            Assert.Contains("refused", (string?)e["error"], StringComparison.Ordinal);
        }),
        new("4.3", "Upstash-Timeout ends an attempt", async q =>
        {
            q.App.Answer = async (_, ct) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, q.Server.TimeProvider, ct);
                return TestApp.Reply(200);
            };
            string id = await q.Publish("/a", "Upstash-Timeout: 30s", "Upstash-Retries: 0");
            await q.Advance(30);
            await q.Server.DrainAsync(TimeSpan.FromSeconds(30));
            Assert.Equal("CREATED ACTIVE ERROR FAILED", await q.States(id));
        })
        {
            With = o => o.AttemptPatience = TimeSpan.FromMilliseconds(300),
        },
    ];

    private static (string Name, string Value)[] Own =>
    [
        ("User-Agent", "Upstash-QStash"), ("Upstash-Retried", "0"), ("Upstash-Caller-Ip", "127.0.0.1"), ("Upstash-Region", "EU-CENTRAL-1"),
    ];
}
