using System.Text.Json.Nodes;
using QStash.Serverless.DevServerTests.Server;

namespace QStash.Serverless.DevServerTests.Conformance.Rows;

/// <summary>Section 2.0: how a request target is read, and what lies outside.</summary>
internal static class RoutingRows
{
    public static IEnumerable<Row> All =>
    [
        .. Destinations.Select(d => new Row("2.0", $"rule 1: the destination {d} stays as it was sent", async q =>
        {
            Assert.Equal(d, (string?)(await q.Json("POST /v2/publish/" + d, "x"))["url"]);
            await q.Settle();
            Assert.Equal(d, Assert.Single(q.App.Received).Url);
        })),
        new("2.0", "rule 2: QStash's own parameters are cut out of the query, the rest keeps its order and encoding", async q => Assert.Equal(
            "https://app.test/a?z=%20&a=b+c&a=1",
            (string?)(await q.Json("POST /v2/publish/https://app.test/a?z=%20&UPSTASH-Retries=1&a=b+c&qstash_token=t&a=1&upstash-x=y", "x"))["url"])),
        new("2.0", "rule 3: what has a scheme is a URL, other words are groups", async q =>
        {
            await q.Group("/a");
            Assert.IsType<JsonObject>(await q.Json("POST /v2/publish/https://app.test/g", "x"));
            Assert.IsType<JsonArray>(await q.Json("POST /v2/publish/g", "x"));
        }),
        .. new[] { "queue", "schedule", "group" }.Select(kind => new Row("2.0", $"rule 5: the name of a {kind} has letters, digits, _ . - and nothing else", async q =>
        {
            foreach ((string name, bool good) in new[] { ("aZ9_.-", true), ("a b", false), ("a/b", false), ("ä", false) })
            {
                Answer answer = kind switch
                {
                    "queue" => await q.Send("POST /v2/queues", $$"""{"queueName":"{{name}}"}"""),
                    "schedule" => await q.Send("POST /v2/schedules/https://app.test/a", "x", "Upstash-Cron: * * * * *", "Upstash-Schedule-Id: " + name),
                    _ => await q.Send($"POST /v2/topics/{Uri.EscapeDataString(name)}/endpoints", """{"endpoints":[{"url":"https://app.test/a"}]}"""),
                };
                Assert.Equal(good ? 200 : 400, (int)answer.Status);
            }
        })),
        .. new[] { "queues", "schedules", "topics", "flowControl" }.Select(path => new Row("2.0", $"rule 6: /v2/{path}/ with a slash at its end", async q => Assert.Equal("[]", (await q.Send($"GET /v2/{path}/")).Text))),
        new("2.0", "rule 6: the words of a path in any case", async q =>
        {
            await q.Ok("POST /v2/Schedules/https://app.test/a", "x", "Upstash-Cron: * * * * *");
            Assert.Single((await q.Json("GET /V2/SCHEDULES")).AsArray());
        }),
        new("2.0", "rule 7: header names in any case", async q => Assert.Equal(1, (int)(await q.Published("uPSTASH-rETRIES: 1"))["maxRetries"]!)),
        new("2.0", "rule 8: a control header without a value counts as absent", async q =>
        {
            JsonNode message = await q.Published("Upstash-Callback: ", "Upstash-Method: ", "Upstash-Retries: ");
            Assert.Equal(("POST", 3), ((string?)message["method"], (int)message["maxRetries"]!));
            Assert.Null(message["callback"]);
        }),
        new("2.0.1", "an unknown route is 404 with an error body", q => q.Refused(404, "", "GET /v2/unknown")),
        Row.Uncovered("2.13", "the built-in destination api/llm", "hosted models are gone from the service too; it is refused with 501 (the next row)"),
        new("2.13", "a built-in destination is refused with 501", q => q.Refused(501, "api/llm", "POST /v2/publish/api/llm", "{}")),
        Row.Uncovered("2.13", "the chat endpoint /llm/v1/chat/completions", "deprecated; it is 404 here (the next row)"),
        new("2.13", "the chat endpoint is 404", q => q.Refused(404, "", "POST /llm/v1/chat/completions", "{}")),
        Row.Uncovered("2.14", "the workflow routes", "another product on the same host; they are 404 here (the next row)"),
        new("2.14", "the workflow routes are 404", async q =>
        {
            await q.Refused(404, "", "POST /v2/trigger/https://app.test/a", "{}");
            await q.Refused(404, "", "GET /v2/workflows/logs");
            await q.Refused(404, "", "POST /v2/notify/e", "{}");
        }),
    ];

    private static string[] Destinations =>
    [
        "https://app.test/a", "http://app.test/a//b", "https://app.test/%7Euser/%2F", "https://app.test/a/../b", "https://app.test?x=1", "HTTPS://App.Test:443/A",
    ];
}
