using System.Text.Json.Nodes;
using QStash.Serverless.DevServerTests.Server;

namespace QStash.Serverless.DevServerTests.Conformance.Rows;

/// <summary>Sections 2.6 and 9.4: the dead letter queue.</summary>
internal static class DlqRows
{
    public static IEnumerable<Row> All =>
    [
        new("2.6", "list: messages, and a cursor until the end", async q =>
        {
            await q.Fail("/1");
            await q.Fail("/2");
            JsonNode page = await q.Json("GET /v2/dlq?count=1");
            Assert.Equal("https://app.test/1", (string?)Assert.Single(page["messages"]!.AsArray())!["url"]);
            JsonNode rest = await q.Json($"GET /v2/dlq?count=1&cursor={page["cursor"]}");
            Assert.Equal("https://app.test/2", (string?)Assert.Single(rest["messages"]!.AsArray())!["url"]);
            Assert.False(rest.AsObject().ContainsKey("cursor"));
        }),
        new("2.6", "list: at most 100 a page, also by default", async q =>
        {
            q.App.Answers(_ => TestApp.Reply(500));
            string batch = "[" + string.Join(',', Enumerable.Repeat("""{"destination":"https://app.test/a","headers":{"Upstash-Retries":"0"}}""", 101)) + "]";
            await q.Ok("POST /v2/batch", batch);
            await q.Settle();
            Assert.Equal(100, (await q.Dlq()).Length);
            Assert.Equal(100, (await q.Dlq("?count=500")).Length);
        }),
        new("2.6", "list: earliest first by default, latest first on request", async q =>
        {
            await q.Fail("/1");
            await q.Fail("/2");
            Assert.Equal("https://app.test/1", (string?)(await q.Dlq())[0]["url"]);
            Assert.Equal("https://app.test/2", (string?)(await q.Dlq("?order=latestFirst"))[0]["url"]);
        }),
        new("2.6", "list: dlqIds", async q =>
        {
            await q.Fail("/1");
            string two = await q.Fail("/2");
            string three = await q.Fail("/3");
            Assert.Equal([two, three], (await q.Dlq($"?dlqIds={two}&dlqIds={three}")).Select(e => (string)e["dlqId"]!));
        }),
        new("2.6", "list: trimBody", async q =>
        {
            await q.Fail();
            Assert.Null((await q.Dlq("?trimBody=0"))[0]["body"]);
        }),
        new("2.6", "list by the message id of a failed message is one entry", async q =>
        {
            string dlqId = await q.Fail();
            string id = (string)(await q.Json("GET /v2/dlq/" + dlqId))["messageId"]!;
            Assert.Single(await q.Dlq("?messageId=" + id));
        }),
        new("2.6", "one entry: the message and its last response", async q =>
        {
            string dlqId = await q.Fail("/a", "Upstash-Forward-A: 1");
            JsonNode entry = await q.Json("GET /v2/dlq/" + dlqId);
            Assert.Matches("^[0-9]+-[0-9]+$", dlqId);
            Assert.Equal((dlqId, 500, "why", "because"), ((string?)entry["dlqId"], (int)entry["responseStatus"]!, (string?)entry["responseBody"], (string?)entry["responseHeader"]!["X-Why"]![0]));
            Assert.Equal(("https://app.test/a", "hello", 0, "1"), ((string?)entry["url"], (string?)entry["body"], (int)entry["maxRetries"]!, (string?)entry["header"]!["A"]![0]));
        }),
        new("2.6", "responseBodyBase64 when the response is no UTF-8", async q =>
        {
            q.App.Answers(_ => new(System.Net.HttpStatusCode.InternalServerError) { Content = new ByteArrayContent([0xff, 1]) });
            await q.Publish("/a", "Upstash-Retries: 0");
            await q.Settle();
            JsonNode entry = Assert.Single(await q.Dlq());
            Assert.Equal((null, "/wE="), ((string?)entry["responseBody"], (string?)entry["responseBodyBase64"]));
        }),
        new("2.6", "responseStatus is 0 without a response", async q =>
        {
            q.App.Answer = (_, _) => throw new HttpRequestException("refused");
            await q.Publish("/a", "Upstash-Retries: 0");
            await q.Settle();
            Assert.Equal(0, (int)Assert.Single(await q.Dlq())["responseStatus"]!);
        }),
        new("2.6", "an unknown entry is 404", async q =>
        {
            await q.Refused(404, "", "GET /v2/dlq/1-1");
            await q.Refused(404, "", "DELETE /v2/dlq/1-1");
            await q.Refused(404, "", "POST /v2/dlq/retry/1-1");
        }),
        new("2.6", "delete one, and it is 404 afterwards", async q =>
        {
            string dlqId = await q.Fail();
            await q.Ok("DELETE /v2/dlq/" + dlqId);
            await q.Refused(404, "", "DELETE /v2/dlq/" + dlqId);
        }),
        new("2.6", "bulk delete by dlqIds in query and body", async q =>
        {
            string[] ids = [await q.Fail("/1"), await q.Fail("/2"), await q.Fail("/3")];
            Assert.Equal("""{"deleted":1}""", (await q.Send($"DELETE /v2/dlq?dlqIds={ids[0]}&label=none")).Text);
            Assert.Equal("""{"deleted":2}""", (await q.Send("DELETE /v2/dlq", $$"""{"dlqIds":["{{ids[1]}}","{{ids[2]}}"]}""")).Text);
        }),
        new("2.6", "bulk delete in pages, and 0 when nothing is left", async q =>
        {
            await q.Fail("/1");
            await q.Fail("/2");
            JsonNode page = await q.Json("DELETE /v2/dlq?count=1");
            Assert.Equal((1, true), ((int)page["deleted"]!, page["cursor"] is not null));
            Assert.Equal("""{"deleted":1}""", (await q.Send("DELETE /v2/dlq?count=1")).Text);
            Assert.Equal("""{"deleted":0}""", (await q.Send("DELETE /v2/dlq")).Text);
        }),
        new("2.6", "retry: 201, a new message with the same body and headers, and the entry is gone", async q =>
        {
            string dlqId = await q.Fail("/a", "Upstash-Forward-A: 1", "Content-Type: text/plain");
            string before = q.App.Received[0].Headers["Upstash-Message-Id"];
            Answer answer = await q.Send("POST /v2/dlq/retry/" + dlqId);
            Assert.Equal(201, (int)answer.Status);
            Assert.NotEqual(before, (string?)answer.Json["messageId"]);
            await q.Settle();
            Received again = q.App.Received[^1];
            Assert.Equal(("hello", "1", "text/plain", (string?)answer.Json["messageId"]), (again.Text, again.Headers["A"], again.Headers["Content-Type"], again.Headers["Upstash-Message-Id"]));
            await q.Refused(404, "", "GET /v2/dlq/" + dlqId);
        }),
        new("2.6", "retry with overrides", async q =>
        {
            JsonNode answer = await q.Json("POST /v2/dlq/retry/" + await q.Fail(), null, "Upstash-Retries: 1", "Upstash-Method: PUT");
            JsonNode message = await q.Message((string)answer["messageId"]!);
            Assert.Equal((1, "PUT"), ((int)message["maxRetries"]!, (string?)message["method"]));
        }),
        new("2.6", "retry delivers the originals of what is redacted", async q =>
        {
            await q.Ok("POST /v2/dlq/retry/" + await q.Fail("/a", "Upstash-Redact-Fields: body"));
            await q.Settle();
            Assert.Equal("hello", q.App.Received[^1].Text);
        }),
        new("2.6", "bulk retry: 201, responses, and the cursor is the empty text at the end", async q =>
        {
            string one = await q.Fail("/1");
            await q.Fail("/2");
            Answer answer = await q.Send("POST /v2/dlq/retry?dlqIds=" + one);
            Assert.Equal((201, "", 1), ((int)answer.Status, (string?)answer.Json["cursor"], answer.Json["responses"]!.AsArray().Count));
            Assert.NotNull(answer.Json["responses"]![0]!["messageId"]);
        }),
        new("2.6", "bulk retry with count", async q =>
        {
            await q.Fail("/1");
            await q.Fail("/2");
            JsonNode answer = await q.Json("POST /v2/dlq/retry?count=1");
            Assert.Single(answer["responses"]!.AsArray());
            Assert.NotEqual("", (string?)answer["cursor"]);
        }),
        new("2.6", "bulk retry by dlqIds in a JSON body", async q =>
        {
            string one = await q.Fail("/1");
            Assert.Single((await q.Json("POST /v2/dlq/retry", $$"""{"dlqIds":["{{one}}"]}"""))["responses"]!.AsArray());
        }),
        new("2.6", "bulk retry is 404 when an id does not exist, and empty when a filter finds nothing", async q =>
        {
            string one = await q.Fail("/1");
            await q.Refused(404, "", $"POST /v2/dlq/retry?dlqIds={one}&dlqIds=1-99");
            Assert.Empty((await q.Json("POST /v2/dlq/retry?label=none"))["responses"]!.AsArray());
            Assert.Single(await q.Dlq());
        }),
    ];
}
