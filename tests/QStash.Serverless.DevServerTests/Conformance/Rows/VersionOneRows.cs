using System.Text.Json.Nodes;
using QStash.Serverless.DevServerTests.Server;

namespace QStash.Serverless.DevServerTests.Conformance.Rows;

/// <summary>Section 2.15: the first version of the API.</summary>
internal static class VersionOneRows
{
    public static IEnumerable<Row> All =>
    [
        new("2.15", "v1 publish to a URL", async q =>
        {
            Answer answer = await q.Send("POST /v1/publish/https://app.test/a", "hello");
            Assert.Equal((201, "messageId"), ((int)answer.Status, Assert.Single(answer.Json.AsObject()).Key));
            await q.Settle();
            Assert.Equal("hello", Assert.Single(q.App.Received).Text);
        }),
        new("2.15", "v1 publish to a topic by name and by id", async q =>
        {
            string topic = await TopicAsync(q, "/1");
            await q.Ok("POST /v1/publish/t", "x");
            await q.Ok("POST /v1/publish/" + topic, "x");
            await q.Settle();
            Assert.Equal(["/1", "/1"], q.App.Paths);
        }),
        new("2.15", "v1 publish with Upstash-Cron", async q =>
        {
            JsonNode answer = await q.Json("POST /v1/publish/https://app.test/a", "x", "Upstash-Cron: */10 * * * *", "Upstash-Callback: https://app.test/cb");
            Assert.Equal("scheduleId", Assert.Single(answer.AsObject()).Key);
            await q.Advance(600);
            Assert.Equal(["/a", "/cb"], q.App.Paths);
        }),
        new("2.15", "v1 topics: list, create, get by name and id, rename, delete", async q =>
        {
            string id = await TopicAsync(q, "/1");
            Assert.StartsWith("tpc_", id, StringComparison.Ordinal);
            Assert.Single((await q.Json("GET /v1/topics")).AsArray());
            Assert.Equal((await q.Json("GET /v1/topics/t")).ToJsonString(), (await q.Json("GET /v1/topics/" + id)).ToJsonString());
            Assert.Equal("u", (string?)(await q.Json("PUT /v1/topics/t", """{"name":"u"}"""))["name"]);
            await q.Ok("DELETE /v1/topics/u");
            await q.Refused(404, "topic u not found", "GET /v1/topics/u");
        }),
        new("2.15", "v1 endpoints: list, create by topic name or id, get, update, delete", async q =>
        {
            string topic = await TopicAsync(q);
            JsonNode endpoint = await q.Json("POST /v1/endpoints", $$"""{"topicId":"{{topic}}","url":"https://app.test/1"}""");
            await q.Json("POST /v1/endpoints", """{"topicName":"t","url":"https://app.test/2"}""");
            string id = (string)endpoint["endpointId"]!;
            Assert.StartsWith("ept_", id, StringComparison.Ordinal);
            Assert.Equal(2, (await q.Json("GET /v1/endpoints")).AsArray().Count);
            Assert.Equal("https://app.test/3", (string?)(await q.Json("PUT /v1/endpoints/" + id, """{"url":"https://app.test/3"}"""))["url"]);
            Assert.Equal("https://app.test/3", (string?)(await q.Json("GET /v1/endpoints/" + id))["url"]);
            await q.Ok("DELETE /v1/endpoints/" + id);
            await q.Refused(404, "", "GET /v1/endpoints/" + id);
        }),
        new("2.15", "v1: an updated endpoint leaves accepted messages on the old URL", async q =>
        {
            await TopicAsync(q, "/old");
            await q.Ok("POST /v1/publish/t", "x", "Upstash-Delay: 1m");
            string id = (string)(await q.Json("GET /v1/endpoints"))[0]!["endpointId"]!;
            await q.Ok("PUT /v1/endpoints/" + id, """{"url":"https://app.test/new"}""");
            await q.Ok("POST /v1/publish/t", "x");
            await q.Advance(60);
            Assert.Equal(["/new", "/old"], q.App.Paths);
        }),
        new("2.15", "v1 messages: list, get, cancel", async q =>
        {
            string id = (string)(await q.Json("POST /v1/publish/https://app.test/a", "hello", "Upstash-Delay: 1h"))["messageId"]!;
            Assert.Equal(id, (string?)Assert.Single((await q.Json("GET /v1/messages"))["messages"]!.AsArray())!["messageId"]);
            Assert.Equal("aGVsbG8=", (string?)(await q.Json("GET /v1/messages/" + id))["body"]);
            Assert.Equal("""{"status":"accepted"}""", (await q.Send("DELETE /v1/messages/" + id)).Text);
        }),
        new("2.15", "v1 tasks and their logs: one task an endpoint", async q =>
        {
            await TopicAsync(q, "/1", "/2");
            string id = (string)(await q.Json("POST /v1/publish/t", "x"))["messageId"]!;
            await q.Settle();
            JsonArray tasks = (await q.Json($"GET /v1/messages/{id}/tasks"))["tasks"]!.AsArray();
            Assert.Equal(["https://app.test/1", "https://app.test/2"], tasks.Select(t => (string)t!["url"]!));
            JsonNode task = await q.Json("GET /v1/tasks/" + tasks[0]!["taskId"]);
            Assert.Equal(("delivered", id, 0, 3), ((string?)task["state"], (string?)task["messageId"], (int)task["retried"]!, (int)task["maxRetry"]!));
            Assert.Equal(["delivered", "active", "created"], (await q.Json($"GET /v1/tasks/{task["taskId"]}/logs"))["logs"]!.AsArray().Select(l => (string)l!["state"]!));
        }),
        new("2.15", "v1 events have lower-case states", async q =>
        {
            await q.Publish();
            await q.Settle();
            Assert.Equal(["delivered", "active", "created"], (await q.Json("GET /v1/events"))["events"]!.AsArray().Select(e => (string)e!["state"]!));
        }),
        new("2.15", "v1 schedules: nested content, destination and settings; list, get, delete", async q =>
        {
            string id = (string)(await q.Json("POST /v1/publish/https://app.test/a", "hello", "Upstash-Cron: 0 0 * * *", "Upstash-Retries: 2"))["scheduleId"]!;
            JsonNode schedule = await q.Json("GET /v1/schedules/" + id);
            Assert.Equal(("aGVsbG8=", "url", "https://app.test/a", 2), ((string?)schedule["content"]!["body"], (string?)schedule["destination"]!["type"], (string?)schedule["destination"]!["url"], (int)schedule["settings"]!["retries"]!));
            Assert.Single((await q.Json("GET /v1/schedules")).AsArray());
            Assert.Equal(202, (int)(await q.Send("DELETE /v1/schedules/" + id)).Status);
        }),
        new("2.15", "v1 keys and rotate as in v2", async q =>
        {
            Assert.Equal((await q.Send("GET /v2/keys")).Text, (await q.Send("GET /v1/keys")).Text);
            Assert.Equal(q.Server.NextSigningKey, (string?)(await q.Json("POST /v1/keys/rotate"))["current"]);
        }),
        new("2.15", "v1 quota", async q => Assert.Equal(
            ["maxTopics", "maxEndpointsPerTopic", "maxMessageSize", "maxRetries", "maxSchedules", "maxRequestsPerDay", "retention", "timeout", "maxDelay"],
            (await q.Json("GET /v1/quota")).AsObject().Select(p => p.Key))),
        new("2.15", "v1 backoff of e^(2n), deduplication for 90 days and callbacks once, by option", async q =>
        {
            q.App.Answers(r => TestApp.Reply(r.Path == "/a" && r.Headers["Upstash-Retried"] == "0" ? 500 : 200));
            await q.Publish("/a", "Upstash-Callback: https://app.test/cb", "Upstash-Deduplication-Id: d");
            await q.Advance(7);
            Assert.Equal(["/a"], q.App.Paths);
            await q.Advance(1);
            Assert.Equal(["/a", "/a", "/cb"], q.App.Paths);
            await q.Advance(89 * 86_400);
            Assert.Equal(202, (int)(await q.Send("POST /v1/publish/https://app.test/a", "x", "Upstash-Deduplication-Id: d")).Status);
        })
        {
            With = o => (o.BackoffRate, o.DeduplicationWindow, o.CallbackAfterEachAttempt) = (2, TimeSpan.FromDays(90), false),
        },
    ];

    /// <summary>A topic <c>t</c> with an endpoint a path; its id.</summary>
    private static async Task<string> TopicAsync(Bench q, params string[] paths)
    {
        string id = (string)(await q.Json("POST /v1/topics", """{"name":"t"}"""))["topicId"]!;
        foreach (string path in paths)
        {
            await q.Ok("POST /v1/endpoints", $$"""{"topicName":"t","url":"https://app.test{{path}}"}""");
        }

        return id;
    }
}
