using System.Net;
using System.Text.Json.Nodes;

namespace QStash.Serverless.DevServerTests.Server;

/// <summary>The first version of the API over the same store (protocol 2.15).</summary>
public sealed class V1Tests : ServerTest
{
    [Fact]
    public async Task Publish_AnswersTheMessageIdAndDelivers()
    {
        Answer answer = await SendAsync("POST", "/v1/publish/https://app.test/1?x=1", "hello", "Upstash-Forward-My-Header: my-value", "Content-Type: text/plain", "Upstash-Delay: 10s");
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        string id = (string)answer.Json["messageId"]!;
        Assert.Equal($$"""{"messageId":"{{id}}"}""", answer.Text);
        Assert.Equal(
            JsonNode.Parse($$"""
            {"messageId":"{{id}}","destinationType":"url","url":"https://app.test/1?x=1","method":"POST","header":{"Content-Type":"text/plain","My-Header":"my-value"},
             "body":"{{Convert.ToBase64String("hello"u8)}}","createdAt":{{At(0)}},"settings":{"retries":3,"delay":10,"notBefore":{{At(10)}} } }
            """)!.ToJsonString(),
            Sorted((await GetAsync("/v1/messages/" + id)).Json, "header"));
        await AdvanceAsync(10);
        Assert.Equal(("hello", "my-value", id), (App.Received[0].Text, App.Received[0].Headers["My-Header"], App.Received[0].Headers["Upstash-Message-Id"]));
        Assert.Equal(id, (string?)(await GetAsync("/v2/messages/" + id)).Json["messageId"]);
    }

    [Fact]
    public async Task Duplicate_Is202AndEchoesItsDeduplicationId()
    {
        Answer first = await SendAsync("POST", "/v1/publish/https://app.test/1", "x", "Upstash-Deduplication-Id: unique123");
        Answer second = await SendAsync("POST", "/v1/publish/https://app.test/1", "x", "Upstash-Deduplication-Id: unique123");
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Accepted), (first.Status, second.Status));
        Assert.Equal((string?)first.Json["messageId"], (string?)second.Json["messageId"]);
        Assert.Equal("unique123", second.Headers["Upstash-Deduplication-Id"]);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("POST", "/v1/publish/https://app.test/1", "x", "Upstash-Deduplication-Id: a:b")).Status);
        await SettleAsync();
        Assert.Single(App.Received);
    }

    [Fact]
    public async Task Topic_HasAnIdItsNameCanChange()
    {
        JsonNode topic = (await SendAsync("POST", "/v1/topics", """{"name":"orders"}""")).Json;
        string id = (string)topic["topicId"]!;
        Assert.StartsWith("tpc_", id, StringComparison.Ordinal);
        Assert.Equal($$"""{"topicId":"{{id}}","name":"orders","endpoints":[]}""", topic.ToJsonString());
        Assert.Equal($"[{topic.ToJsonString()}]", (await GetAsync("/v1/topics")).Text);
        Assert.Equal(topic.ToJsonString(), (await GetAsync("/v1/topics/orders")).Text);
        await SendAsync("POST", "/v1/endpoints", $$"""{"topicId":"{{id}}","url":"https://app.test/a"}""");
        await SendAsync("POST", "/v1/publish/orders", "x", "Upstash-Cron: */10 * * * *");
        Answer renamed = await SendAsync("PUT", "/v1/topics/" + id, """{"name":"sales"}""");
        Assert.Equal(("sales", 1), ((string?)renamed.Json["name"], renamed.Json["endpoints"]!.AsArray().Count));
        Assert.Equal("topic orders not found", (await GetAsync("/v1/topics/orders")).Error);
        Assert.Equal("sales", (string?)(await GetAsync("/v2/topics/sales")).Json["name"]);
        await AdvanceAsync(600);
        Assert.Equal("sales", Assert.Single(App.Received).Headers["Upstash-Topic-Name"]);
        Assert.Equal((HttpStatusCode.BadRequest, "there is a topic sales already"), Refusal(await SendAsync("POST", "/v1/topics", """{"name":"sales"}""")));
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("POST", "/v1/topics", """{"name":"no spaces"}""")).Status);
        Answer deleted = await SendAsync("DELETE", "/v1/topics/" + id);
        Assert.Equal((HttpStatusCode.Accepted, """{"status":"ok"}"""), (deleted.Status, deleted.Text));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("DELETE", "/v1/topics?topic=sales")).Status);
    }

    [Fact]
    public async Task UpdatedEndpoint_LeavesAcceptedMessagesOnTheOldUrl()
    {
        await SendAsync("POST", "/v1/topics", """{"name":"orders"}""");
        JsonNode endpoint = (await SendAsync("POST", "/v1/endpoints", """{"topicName":"orders","url":"https://app.test/old"}""")).Json;
        string id = (string)endpoint["endpointId"]!;
        Assert.StartsWith("ept_", id, StringComparison.Ordinal);
        Assert.Equal(
            $$"""{"endpointId":"{{id}}","topicId":"{{(await GetAsync("/v1/topics/orders")).Json["topicId"]}}","topicName":"orders","url":"https://app.test/old"}""",
            endpoint.ToJsonString());
        Assert.Equal(endpoint.ToJsonString(), (await GetAsync("/v1/endpoints/" + id)).Text);
        Assert.Equal($"[{endpoint.ToJsonString()}]", (await GetAsync("/v1/endpoints")).Text);
        App.Answers(r => TestApp.Reply(r.Headers["Upstash-Retried"] == "0" ? 500 : 200));
        await SendAsync("POST", "/v1/publish/orders", "before", "Upstash-Delay: 1m");
        await SendAsync("POST", "/v1/publish/orders", "retried");
        await SettleAsync();
        Answer updated = await SendAsync("PUT", "/v1/endpoints/" + id, """{"url":"https://app.test/new"}""");
        Assert.Equal("https://app.test/new", (string?)updated.Json["url"]);
        App.Answers(_ => TestApp.Reply(200));
        await SendAsync("POST", "/v1/publish/orders", "after");
        await AdvanceAsync(120);
        Assert.Equal([("retried", "/old"), ("after", "/new"), ("retried", "/old"), ("before", "/old")], App.Received.Select(r => (r.Text, r.Path)));
    }

    [Fact]
    public async Task Endpoints_AreCheckedAndLeaveTheirTopicWhenDeleted()
    {
        await SendAsync("POST", "/v1/topics", """{"name":"orders"}""");
        JsonNode first = (await SendAsync("POST", "/v1/endpoints", """{"topicName":"orders","url":"https://app.test/a"}""")).Json;
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("POST", "/v1/endpoints", """{"topicName":"orders","url":"https://app.test/a"}""")).Status);
        Assert.Equal((HttpStatusCode.BadRequest, "either topicId or topicName must be set"), Refusal(await SendAsync("POST", "/v1/endpoints", """{"url":"https://app.test/a"}""")));
        Assert.Equal((HttpStatusCode.BadRequest, "an endpoint needs a url"), Refusal(await SendAsync("POST", "/v1/endpoints", """{"topicName":"orders"}""")));
        Assert.Equal((HttpStatusCode.NotFound, "topic none not found"), Refusal(await SendAsync("POST", "/v1/endpoints", """{"topicName":"none","url":"https://app.test/b"}""")));
        Assert.Equal((HttpStatusCode.NotFound, "endpoint ept_999 not found"), Refusal(await GetAsync("/v1/endpoints/ept_999")));
        Answer deleted = await SendAsync("DELETE", "/v1/endpoints?endpointId=" + first["endpointId"]);
        Assert.Equal((HttpStatusCode.OK, """{"status":"ok"}"""), (deleted.Status, deleted.Text));
        Assert.Empty((await GetAsync("/v1/topics/orders")).Json["endpoints"]!.AsArray());
        Assert.Equal((HttpStatusCode.BadRequest, "topic orders has no endpoints"), Refusal(await SendAsync("POST", "/v1/publish/orders", "x")));
    }

    [Fact]
    public async Task MessageToATopic_IsOneMessageWithATaskAnEndpoint()
    {
        await SendAsync("POST", "/v1/topics", """{"name":"orders"}""");
        await SendAsync("POST", "/v1/endpoints", """{"topicName":"orders","url":"https://app.test/good"}""");
        await SendAsync("POST", "/v1/endpoints", """{"topicName":"orders","url":"https://app.test/bad"}""");
        App.Answers(r => TestApp.Reply(r.Path == "/bad" ? 503 : 200, "busy"));
        string id = (string)(await SendAsync("POST", "/v1/publish/" + (await GetAsync("/v1/topics/orders")).Json["topicId"], "x", "Upstash-Retries: 1")).Json["messageId"]!;
        await SettleAsync();
        JsonArray tasks = (await GetAsync($"/v1/messages/{id}/tasks")).Json["tasks"]!.AsArray();
        Assert.Equal([("https://app.test/good", "delivered", 0), ("https://app.test/bad", "retrying", 1)], tasks.Select(t => ((string)t!["url"]!, (string)t["state"]!, (int)t["retried"]!)));
        Assert.All(tasks, t => Assert.Equal((id, 1), ((string?)t!["messageId"], (int)t["maxRetry"]!)));
        Assert.Equal(At(0), (long)tasks[0]!["completedAt"]!);
        Assert.Null(tasks[0]!["error"]);
        Assert.Equal(("destination answered 503", At(0), At(0) + 12182), ((string?)tasks[1]!["error"], (long)tasks[1]!["lastErrorAt"]!, (long)tasks[1]!["nextProcessAt"]!));
        string taskId = (string)tasks[1]!["taskId"]!;
        Assert.StartsWith("task_", taskId, StringComparison.Ordinal);
        Assert.Equal(tasks[1]!.ToJsonString(), (await GetAsync("/v1/tasks/" + taskId)).Text);
        Assert.Equal(tasks[1]!.ToJsonString(), (await GetAsync("/v1/tasks?taskId=" + taskId)).Text);
        await AdvanceAsync(60);
        JsonArray logs = (await GetAsync($"/v1/tasks/{taskId}/logs")).Json["logs"]!.AsArray();
        Assert.Equal(["failed", "error", "active", "retry", "error", "active", "created"], logs.Select(l => (string)l!["state"]!));
        Assert.Equal((503, Convert.ToBase64String("busy"u8)), ((int)logs[1]!["responseStatus"]!, (string?)logs[1]!["responseBody"]));
        JsonNode message = (await GetAsync("/v1/messages?messageId=" + id)).Json;
        Assert.Equal(("topic", "orders"), ((string?)message["destinationType"], (string?)message["topicName"]));
        Assert.NotNull(message["topicId"]);
        Assert.Null(message["url"]);
        Assert.Single((await GetAsync("/v1/messages")).Json["messages"]!.AsArray());
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("/v1/tasks/task_none")).Status);
        Assert.Empty((await GetAsync($"/v1/messages/{id}/tasks?cursor={At(0)}")).Json["tasks"]!.AsArray());
    }

    [Fact]
    public async Task CancelledMessage_IsCancelledForEveryEndpoint()
    {
        await SendAsync("POST", "/v1/topics", """{"name":"orders"}""");
        await SendAsync("POST", "/v1/endpoints", """{"topicName":"orders","url":"https://app.test/a"}""");
        await SendAsync("POST", "/v1/endpoints", """{"topicName":"orders","url":"https://app.test/b"}""");
        string id = (string)(await SendAsync("POST", "/v1/publish/orders", "x", "Upstash-Delay: 1m")).Json["messageId"]!;
        Answer cancelled = await SendAsync("DELETE", "/v1/messages/" + id);
        Assert.Equal((HttpStatusCode.Accepted, """{"status":"accepted"}"""), (cancelled.Status, cancelled.Text));
        await AdvanceAsync(120);
        Assert.Empty(App.Received);
        Assert.Equal(["canceled", "canceled"], (await GetAsync($"/v1/messages/{id}/tasks")).Json["tasks"]!.AsArray().Select(t => (string)t!["state"]!));
        Assert.Equal((HttpStatusCode.NotFound, "message msg_none not found"), Refusal(await SendAsync("DELETE", "/v1/messages?messageId=msg_none")));
        Assert.Equal((HttpStatusCode.BadRequest, "messageId must be given"), Refusal(await SendAsync("DELETE", "/v1/messages")));
    }

    [Fact]
    public async Task Messages_ComeInPagesThatLoseNothing()
    {
        for (int second = 0; second < 3; second++)
        {
            for (int i = 0; i < 60; i++)
            {
                await PublishAsync("/1");
            }

            await AdvanceAsync(1);
        }

        List<string> seen = [];
        string cursor = "";
        do
        {
            JsonNode page = (await GetAsync("/v1/messages" + cursor)).Json;
            seen.AddRange(page["messages"]!.AsArray().Select(m => (string)m!["messageId"]!));
            cursor = page["cursor"] is { } next ? $"?cursor={next}" : "";
        }
        while (cursor.Length > 0);
        Assert.Equal(180, seen.Count);
        Assert.Equal(180, seen.Distinct().Count());
        Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync("/v1/messages?cursor=x")).Status);
    }

    [Fact]
    public async Task CronOnAPublish_CreatesTheScheduleV1Describes()
    {
        Answer created = await SendAsync(
            "POST", "/v1/publish/https://app.test/1", "hello", "Upstash-Cron: */5 * * * *", "Upstash-Callback: https://app.test/cb", "Upstash-Retries: 2", "Content-Type: text/plain");
        Assert.Equal(HttpStatusCode.Created, created.Status);
        string id = (string)created.Json["scheduleId"]!;
        Assert.Null(created.Json["messageId"]);
        Answer read = await GetAsync("/v1/schedules/" + id);
        Assert.Equal(
            $$$"""{"scheduleId":"{{{id}}}","cron":"*/5 * * * *","createdAt":{{{At(0)}}},"content":{"header":{"Content-Type":["text/plain"]},"body":"{{{Convert.ToBase64String("hello"u8)}}}"},"destination":{"type":"url","url":"https://app.test/1"},"settings":{"retries":2,"callback":"https://app.test/cb"}}""",
            read.Text);
        Assert.Equal($"[{read.Text}]", (await GetAsync("/v1/schedules")).Text);
        await AdvanceAsync(300);
        Assert.Equal(["/1", "/cb"], App.Paths.Order());
        string messageId = App.Received.Single(r => r.Path == "/1").Headers["Upstash-Message-Id"];
        Assert.Equal(id, (string?)(await GetAsync("/v1/messages/" + messageId)).Json["scheduleId"]);
        Answer deleted = await SendAsync("DELETE", "/v1/schedules/" + id);
        Assert.Equal((HttpStatusCode.Accepted, """{"status":"accepted"}"""), (deleted.Status, deleted.Text));
        Assert.Equal((HttpStatusCode.NotFound, $"schedule {id} not found"), Refusal(await SendAsync("DELETE", "/v1/schedules?scheduleId=" + id)));
    }

    [Fact]
    public async Task ScheduleToATopic_ShowsTheTopic()
    {
        await SendAsync("POST", "/v1/topics", """{"name":"orders"}""");
        await SendAsync("POST", "/v1/endpoints", """{"topicName":"orders","url":"https://app.test/a"}""");
        string id = (string)(await SendAsync("POST", "/v1/publish/orders", null, "Upstash-Cron: 0 0 * * *")).Json["scheduleId"]!;
        JsonNode destination = (await GetAsync("/v1/schedules/" + id)).Json["destination"]!;
        Assert.Equal("topic", (string?)destination["type"]);
        Assert.Equal((await GetAsync("/v1/topics/orders")).Text, destination["topic"]!.ToJsonString());
    }

    [Fact]
    public async Task WhatASingleTimeCannotSay_IsRefused()
    {
        Answer answer = await SendAsync("POST", "/v1/publish/https://app.test/1", "x", "Upstash-Cron: 0 0 * * *", "Upstash-Not-Before: 1900000000");
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("Upstash-Not-Before", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_AreInLowerCaseAndNameTheirTask()
    {
        string id = (string)(await SendAsync("POST", "/v1/publish/https://app.test/1", "x")).Json["messageId"]!;
        await SettleAsync();
        JsonNode page = (await GetAsync("/v1/events/")).Json;
        Assert.Equal("", (string?)page["cursor"]);
        Assert.Equal(["delivered", "active", "created"], page["events"]!.AsArray().Select(e => (string)e!["state"]!));
        JsonNode latest = page["events"]![0]!;
        Assert.Equal((id, "task_" + id[4..], "https://app.test/1", At(0)), ((string?)latest["messageId"], (string?)latest["taskId"], (string?)latest["url"], (long)latest["time"]!));
        Assert.Equal(3, page["events"]!.AsArray().Select(e => (string)e!["id"]!).Distinct().Count());
        for (int i = 0; i < 34; i++)
        {
            await PublishAsync("/2");
        }

        await SettleAsync();
        string cursor = (string)(await GetAsync("/v1/events")).Json["cursor"]!;
        Assert.Equal(5, (await GetAsync("/v1/events?cursor=" + cursor)).Json["events"]!.AsArray().Count);
    }

    [Fact]
    public async Task QuotaAndKeys_AreThoseOfTheAccount()
    {
        Assert.Equal(
            """{"maxTopics":100,"maxEndpointsPerTopic":100,"maxMessageSize":10485760,"maxRetries":5,"maxSchedules":1000,"maxRequestsPerDay":-1,"retention":1209600,"timeout":7200,"maxDelay":31536000}""",
            (await GetAsync("/v1/quota/")).Text);
        Assert.Equal((await GetAsync("/v2/keys")).Text, (await GetAsync("/v1/keys")).Text);
        string next = Server.NextSigningKey;
        Assert.Equal(next, (string?)(await SendAsync("POST", "/v1/keys/rotate")).Json["current"]);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await GetAsync("/v1/keys/rotate")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync("GET", "/v1/keys", null, "Authorization: none")).Status);
    }

    private static long At(long seconds) => Start.ToUnixTimeMilliseconds() + (seconds * 1000);

    private static (HttpStatusCode Status, string? Error) Refusal(Answer answer) => (answer.Status, answer.Error);

    private static string Sorted(JsonNode json, string name)
    {
        json[name] = new JsonObject(json[name]!.AsObject().OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
        return json.ToJsonString();
    }
}
