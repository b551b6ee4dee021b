using System.Text.Json.Nodes;

namespace QStash.Serverless.DevServerTests.Conformance.Rows;

/// <summary>Section 2.3: many publishes in one request.</summary>
internal static class BatchRows
{
    public static IEnumerable<Row> All =>
    [
        new("2.3", "one element an item, in the order of the request, an array for a group", async q =>
        {
            await q.Group("/1", "/2");
            JsonNode answer = await q.Json("POST /v2/batch", """[{"destination":"g"},{"destination":"https://app.test/c"}]""");
            Assert.Equal(["https://app.test/1", "https://app.test/2"], answer[0]!.AsArray().Select(m => (string)m!["url"]!));
            Assert.Equal("https://app.test/c", (string?)answer[1]!["url"]);
        }),
        new("2.3", "one item is answered with an array too", async q => Assert.Single((await q.Json("POST /v2/batch", """[{"destination":"https://app.test/a"}]""")).AsArray())),
        new("2.3", "a bad item is refused in its place and the others are accepted", async q =>
        {
            JsonNode answer = await q.Json("POST /v2/batch", """[{"destination":"https://app.test/a"},{"destination":"none"},{"destination":""},{"headers":{}},7,{"destination":"https://app.test/b"}]""");
            Assert.Equal("topic none not found", (string?)answer[1]!["error"]);
            Assert.Equal("a non-empty destination must be provided", (string?)answer[2]!["error"]);
            Assert.Equal([false, true, true, true, true, false], answer.AsArray().Select(m => m!["error"] is not null));
            await q.Settle();
            Assert.Equal(["/a", "/b"], q.App.Paths.Order());
        }),
        new("2.3", "a body that is no array is 400", async q =>
        {
            await q.Refused(400, "array", "POST /v2/batch", "{}");
            await q.Refused(400, "array", "POST /v2/batch", "[");
        }),
        new("2.3", "headers in any case, with texts or lists of texts", async q =>
        {
            JsonNode message = await OneAsync(q, """{"destination":"https://app.test/a","headers":{"upstash-retries":"1","Upstash-Forward-A":["1","2"],"content-type":"text/plain"}}""");
            Assert.Equal((1, """["1","2"]""", "text/plain"), ((int)message["maxRetries"]!, message["header"]!["A"]!.ToJsonString(), (string?)message["header"]!["Content-Type"]![0]));
        }),
        new("2.3", "the body is text", async q => Assert.Equal("grüße", (string?)(await OneAsync(q, """{"destination":"https://app.test/a","body":"grüße"}"""))["body"])),
        new("2.3", "a body that is null, empty or missing is none", async q =>
        {
            foreach (string body in new[] { ",\"body\":null", ",\"body\":\"\"", "" })
            {
                Assert.Null((await OneAsync(q, """{"destination":"https://app.test/a" """ + body + "}"))["body"]);
            }
        }),
        new("2.3", "a body that is a JSON object is sent compactly", async q => Assert.Equal("""{"a":[1,2]}""", (string?)(await OneAsync(q, """{"destination":"https://app.test/a","body":{ "a": [1, 2] }}"""))["body"])),
        new("2.3", "queue enqueues, and null and the empty text are none", async q =>
        {
            Assert.Equal("mail", (string?)(await OneAsync(q, """{"destination":"https://app.test/a","queue":"mail"}"""))["queueName"]);
            Assert.Null((await OneAsync(q, """{"destination":"https://app.test/a","queue":null}"""))["queueName"]);
            Assert.Null((await OneAsync(q, """{"destination":"https://app.test/a","queue":""}"""))["queueName"]);
        }),
    ];

    private static async Task<JsonNode> OneAsync(Bench q, string item)
        => await q.Message((string)(await q.Json("POST /v2/batch", $"[{item}]"))[0]!["messageId"]!);
}
