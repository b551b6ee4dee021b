using System.Text.Json.Nodes;
using QStash.Serverless.DevServerTests.Server;

namespace QStash.Serverless.DevServerTests.Conformance.Rows;

/// <summary>Sections 1 and 10: credentials, errors, rate limits, the public accounts.</summary>
internal static class AccessRows
{
    private const string Publish = "POST /v2/publish/https://app.test/a";

    public static IEnumerable<Row> All =>
    [
        new("1.1", "the bearer token in the Authorization header", q => q.Ok("GET /v2/keys")),
        new("1.1", "the token as qstash_token, which the destination does not get", async q =>
        {
            JsonNode answer = await q.Json(Publish + "?qstash_token=" + Uri.EscapeDataString(q.Server.Token) + "&b=1", "x", "Authorization: none");
            Assert.Equal("https://app.test/a?b=1", (string?)answer["url"]);
        }),
        new("1.1", "a token in the header wins over one in the query", q => q.Refused(401, "", Publish + "?qstash_token=" + Uri.EscapeDataString(q.Server.Token), "x", "Authorization: Bearer other")),
        new("1.1", "a read-only token reads and does not write", async q =>
        {
            await q.Ok("GET /v2/events", null, "Authorization: Bearer reader");
            await q.Refused(403, "", Publish, "x", "Authorization: Bearer reader");
            await q.Refused(403, "", "DELETE /v2/messages", null, "Authorization: Bearer reader");
        })
        {
            With = o => o.Accounts.Add(new("own") { Token = "writer", ReadOnlyToken = "reader" }),
        },
        new("1.1", "accounts share nothing", async q =>
        {
            await q.Publish("/a", "Upstash-Delay: 1h");
            Assert.Empty((await q.Json("GET /v2/events", null, "Authorization: Bearer two"))["events"]!.AsArray());
            Assert.Equal("""{"cancelled":0}""", (await q.Send("DELETE /v2/messages", null, "Authorization: Bearer two")).Text);
        })
        {
            With = o =>
            {
                o.Accounts.Add(new("one") { Token = "one" });
                o.Accounts.Add(new("two") { Token = "two" });
            },
        },
        new("1.2", "the region is told on deliveries", async q => Assert.Equal("US-EAST-1", (await q.Delivered()).Headers["Upstash-Region"])) { With = o => o.Region = "US-EAST-1" },
        new("1.3", "401 without a token", q => q.Refused(401, "", Publish, "x", "Authorization: none")),
        new("1.3", "401 with a wrong token", q => q.Refused(401, "", Publish, "x", "Authorization: Bearer wrong")),
        new("1.3", "errors are a JSON object with the text error", async q =>
        {
            Answer answer = await q.Send("GET /v2/messages/none");
            JsonObject body = answer.Json.AsObject();
            Assert.Equal("error", Assert.Single(body).Key);
        }),
        new("1.3", "topic <name> not found", q => q.Refused(404, "topic orders not found", "POST /v2/publish/orders", "x")),
        new("1.3", "a non-empty destination must be provided", q => q.Refused(400, "a non-empty destination must be provided", "POST /v2/publish/", "x")),
        new("1.3", "a destination without a scheme that names no group", q => q.Refused(400, "invalid destination url: endpoint has invalid scheme, add http:// or https://", "POST /v2/publish/app.test/a", "x")),
        new("1.3", "a percent-encoded destination", q => q.Refused(400, "invalid destination url: endpoint has invalid scheme, add http:// or https://", "POST /v2/publish/https%3A%2F%2Fapp.test", "x")),
        new("1.3", "a local server accepts loopback destinations", q => q.Ok("POST /v2/publish/http://[::1]:9/a", "x", "Upstash-Delay: 1h")),
        Row.Uncovered("1.3", "a destination that no name server resolves is refused when it is published", "no name server is asked unless external destinations are allowed, and then when the message is delivered"),
        new("1.3", "quota maxRetries exceeded", q => q.Refused(412, "quota maxRetries exceeded", Publish, "x", "Upstash-Retries: 6")),
        new("1.3", "quota maxDelay exceeded, current limit: <seconds>", q => q.Refused(412, "quota maxDelay exceeded, current limit: 604800", Publish, "x", "Upstash-Delay: 8d")) { With = o => o.Quota = DevServer.DevServerQuota.Free },
        new("1.3", "quota maxMessageSize exceeded", q => q.Refused(413, "quota maxMessageSize exceeded", Publish, new string('x', (1024 * 1024) + 1))) { With = o => o.Quota = DevServer.DevServerQuota.Free },
        new("1.3", "412 for too many queues, and an existing one still changes", async q =>
        {
            for (int i = 0; i < 10; i++)
            {
                await q.Ok("POST /v2/queues", $$"""{"queueName":"q{{i}}"}""");
            }

            await q.Refused(412, "maxQueues", "POST /v2/queues", """{"queueName":"other"}""");
            await q.Refused(412, "maxQueues", "POST /v2/enqueue/other/https://app.test/a", "x");
            await q.Ok("POST /v2/queues", """{"queueName":"q0","paused":true}""");
        })
        {
            With = o => o.Quota = DevServer.DevServerQuota.Free,
        },
        new("1.3", "412 for too much parallelism of a queue", q => q.Refused(412, "maxQueueParallelism", "POST /v2/queues", """{"queueName":"q","parallelism":11}""")),
        new("1.3", "412 for too many schedules", async q =>
        {
            for (int i = 0; i < 10; i++)
            {
                await q.Ok("POST /v2/schedules/https://app.test/a", "x", "Upstash-Cron: 0 0 * * *");
            }

            await q.Refused(412, "maxSchedules", "POST /v2/schedules/https://app.test/a", "x", "Upstash-Cron: 0 0 * * *");
        })
        {
            With = o => o.Quota = DevServer.DevServerQuota.Free,
        },
        new("1.4", "a burst of reads ends with 429 and its three headers", async q =>
        {
            await q.Ok("GET /v2/queues");
            Answer refused = await q.Send("GET /v2/queues");
            Assert.Equal(429, (int)refused.Status);
            Assert.Equal(("1", "0"), (refused.Headers["Burst-RateLimit-Limit"], refused.Headers["Burst-RateLimit-Remaining"]));
            Assert.True(long.Parse(refused.Headers["Burst-RateLimit-Reset"]) > 0);
        })
        {
            With = o => o.RequestsPerSecond = 1,
        },
        new("1.4", "publish, enqueue and batch have no limit a second", async q =>
        {
            for (int i = 0; i < 3; i++)
            {
                await q.Ok(Publish, "x");
                await q.Ok("POST /v2/enqueue/q/https://app.test/a", "x");
                await q.Ok("POST /v2/batch", "[]");
            }
        })
        {
            With = o => o.RequestsPerSecond = 1,
        },
        new("1.4", "the daily limit answers 429 with its three headers", async q =>
        {
            string batch = "[" + string.Join(',', Enumerable.Repeat("""{"destination":"https://app.test/a","headers":{"Upstash-Delay":"1h"}}""", 1000)) + "]";
            await q.Ok("POST /v2/batch", batch);
            Answer refused = await q.Send(Publish, "x");
            Assert.Equal(429, (int)refused.Status);
            Assert.Equal(("1000", "0"), (refused.Headers["RateLimit-Limit"], refused.Headers["RateLimit-Remaining"]));
            Assert.Equal((Bench.Now / 1000) + 86400, long.Parse(refused.Headers["RateLimit-Reset"]));
        })
        {
            With = o => o.Quota = DevServer.DevServerQuota.Free,
        },
        Row.Uncovered("1.4", "the limits of the old chat endpoint", "there is no chat endpoint here"),
        Row.Uncovered("10.1", "the port 8080 and the ready line of the official program", "the command line's own tests show its port and what it prints"),
        .. PublicAccounts.Select((account, i) => new Row("10.3", $"public account {i + 1}: its token and both its keys", async q =>
        {
            JsonNode keys = await q.Json("GET /v2/keys", null, "Authorization: Bearer " + account.Token);
            Assert.Equal((account.Current, account.Next), ((string?)keys["current"], (string?)keys["next"]));
        })
        {
            With = o => o.UseWellKnownAccounts = true,
        }),
    ];

    private static (string Token, string Current, string Next)[] PublicAccounts =>
    [
        ("eyJVc2VySUQiOiJkZWZhdWx0VXNlciIsIlBhc3N3b3JkIjoiZGVmYXVsdFBhc3N3b3JkIn0=", "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r", "sig_5ZB6DVzB1wjE8S6rZ7eenA8Pdnhs"),
        ("eyJVc2VySUQiOiJ0ZXN0VXNlcjEiLCJQYXNzd29yZCI6InRlc3RQYXNzd29yZCJ9", "sig_7GVPjvuwsfqF65iC8fSrs1dfYruM", "sig_5NoELc3EFnZn4DVS5bDs2Nk4b7Ua"),
        ("eyJVc2VySUQiOiJ0ZXN0VXNlcjIiLCJQYXNzd29yZCI6InRlc3RQYXNzd29yZCJ9", "sig_6jWGaWRxHsw4vMSPJprXadyvrybF", "sig_7qHbvhmahe5GwfePDiS5Lg3pi6Qx"),
        ("eyJVc2VySUQiOiJ0ZXN0VXNlcjMiLCJQYXNzd29yZCI6InRlc3RQYXNzd29yZCJ9", "sig_5T8FcSsynBjn9mMLBsXhpacRovJf", "sig_7GFR4YaDshFcqsxWRZpRB161jguD"),
    ];
}
