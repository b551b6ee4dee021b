using System.Text.Json.Nodes;

namespace QStash.Serverless.DevServerTests.Conformance.Rows;

/// <summary>Section 2.8: URL groups.</summary>
internal static class UrlGroupRows
{
    public static IEnumerable<Row> All =>
    [
        new("2.8", "adding endpoints creates the group, which keeps their order", async q =>
        {
            await q.Group("billing:/b", "/a");
            string expected = $$"""{"name":"g","createdAt":{{Bench.Now}},"updatedAt":{{Bench.Now}},"endpoints":[{"name":"billing","url":"https://app.test/b"},{"url":"https://app.test/a"}]}""";
            Assert.Equal(expected, (await q.Send("GET /v2/topics/g")).Text);
            Assert.Equal($"[{expected}]", (await q.Send("GET /v2/topics")).Text);
        }),
        new("2.8", "an endpoint of the same name gets the new URL", async q =>
        {
            await q.Group("x:/1", "/2");
            await q.Group("x:/3");
            Assert.Equal(["https://app.test/3", "https://app.test/2"], await UrlsAsync(q));
        }),
        new("2.8", "an endpoint of the same URL gets the name", async q =>
        {
            await q.Group("/1");
            await q.Group("x:/1");
            Assert.Equal("x", (string?)Assert.Single((await q.Json("GET /v2/topics/g"))["endpoints"]!.AsArray())!["name"]);
        }),
        new("2.8", "names of endpoints are free text", async q =>
        {
            await q.Group("an endpoint (1):/1");
            Assert.Equal("an endpoint (1)", (string?)(await q.Json("GET /v2/topics/g"))["endpoints"]![0]!["name"]);
        }),
        new("2.8", "an unknown group is 404", q => q.Refused(404, "topic g not found", "GET /v2/topics/g")),
        new("2.8", "remove endpoints by name or by URL", async q =>
        {
            await q.Group("x:/1", "/2", "/3");
            await q.Ok("DELETE /v2/topics/g/endpoints", """{"endpoints":[{"name":"x"},{"url":"https://app.test/3"}]}""");
            Assert.Equal(["https://app.test/2"], await UrlsAsync(q));
        }),
        new("2.8", "removing the last endpoint deletes the group", async q =>
        {
            await q.Group("/1");
            await q.Ok("DELETE /v2/topics/g/endpoints", """{"endpoints":[{"url":"https://app.test/1"}]}""");
            await q.Refused(404, "topic g not found", "GET /v2/topics/g");
        }),
        new("2.8", "an endpoint to remove needs a name or a URL", async q =>
        {
            await q.Group("/1");
            await q.Refused(400, "", "DELETE /v2/topics/g/endpoints", """{"endpoints":[{}]}""");
        }),
        new("2.8", "removing endpoints of an unknown group is an error", q => q.Refused(404, "topic g not found", "DELETE /v2/topics/g/endpoints", """{"endpoints":[{"name":"x"}]}""")),
        new("2.8", "PATCH sets default headers, as texts or lists, and a publish's own win", async q =>
        {
            await q.Group("/1");
            await q.Ok("PATCH /v2/topics/g", """{"headers":{"Upstash-Header-Forward":["true"],"Upstash-Retries":"5"}}""");
            JsonNode first = await q.Json("POST /v2/publish/g", "x", "X-Any: 1");
            JsonNode message = await q.Message((string)first[0]!["messageId"]!);
            Assert.Equal((5, "1"), ((int)message["maxRetries"]!, (string?)message["header"]!["X-Any"]![0]));
            JsonNode second = await q.Json("POST /v2/publish/g", "x", "Upstash-Retries: 1");
            Assert.Equal(1, (int)(await q.Message((string)second[0]!["messageId"]!))["maxRetries"]!);
        }),
        new("2.8", "delete: messages go on, later publishes fail", async q =>
        {
            await q.Group("/1");
            await q.Ok("POST /v2/publish/g", "x", "Upstash-Delay: 1m");
            await q.Ok("DELETE /v2/topics/g");
            await q.Refused(404, "topic g not found", "POST /v2/publish/g", "x");
            await q.Advance(60);
            Assert.Equal(["/1"], q.App.Paths);
        }),
        new("2.8", "deleting a group that does not exist succeeds", q => q.Ok("DELETE /v2/topics/none")),
    ];

    private static async Task<string[]> UrlsAsync(Bench q) => [.. (await q.Json("GET /v2/topics/g"))["endpoints"]!.AsArray().Select(e => (string)e!["url"]!)];
}
