using System.Net;
using System.Text.Json.Nodes;

namespace QStash.Serverless.DevServerTests.Server;

public sealed class UrlGroupTests : ServerTest
{
    private const string Two = """{"endpoints":[{"url":"https://app.test/a","name":"billing"},{"url":"https://app.test/b"}]}""";

    [Fact]
    public async Task AddingEndpoints_CreatesTheGroup()
    {
        Answer added = await AddAsync(Two);
        Assert.Equal((HttpStatusCode.OK, ""), (added.Status, added.Text));
        await AdvanceAsync(1);
        await AddAsync("""{"endpoints":[{"name":"an audit","url":"https://app.test/c"}]}""");
        string expected = $$"""
            {"name":"orders","createdAt":{{At(0)}},"updatedAt":{{At(1)}},"endpoints":[{"name":"billing","url":"https://app.test/a"},{"url":"https://app.test/b"},{"name":"an audit","url":"https://app.test/c"}]}
            """;
        Assert.Equal(expected, (await GetAsync("/v2/topics/orders")).Text);
        Assert.Equal($"[{expected}]", (await GetAsync("/v2/topics/")).Text);
    }

    [Theory]
    [InlineData("""{"endpoints":[{"name":"billing","url":"https://app.test/new"}]}""", """[{"name":"billing","url":"https://app.test/new"},{"url":"https://app.test/b"}]""")]
    [InlineData("""{"endpoints":[{"name":"named","url":"https://app.test/b"}]}""", """[{"name":"billing","url":"https://app.test/a"},{"name":"named","url":"https://app.test/b"}]""")]
    [InlineData("""{"endpoints":[{"url":"https://app.test/a"}]}""", """[{"name":"billing","url":"https://app.test/a"},{"url":"https://app.test/b"}]""")]
    [InlineData("""{"endpoints":[{"url":"https://app.test/c"},{"url":"https://app.test/c"}]}""", """[{"name":"billing","url":"https://app.test/a"},{"url":"https://app.test/b"},{"url":"https://app.test/c"}]""")]
    public async Task EndpointOfTheSameNameOrUrl_IsUpdatedInItsPlace(string body, string expected)
    {
        await AddAsync(Two);
        Assert.Equal(HttpStatusCode.OK, (await AddAsync(body)).Status);
        Assert.Equal(expected, (await GetAsync("/v2/topics/orders")).Json["endpoints"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"endpoints":[{"name":"billing","url":"https://app.test/b"}]}""", "would go there twice")]
    [InlineData("""{"endpoints":[{"name":"x"}]}""", "needs a url")]
    [InlineData("""{"endpoints":[{"url":"app.test"}]}""", "endpoint has invalid scheme, add http:// or https://")]
    [InlineData("""{"endpoints":[{"url":"https://shop.example/"}]}""", "map the host")]
    [InlineData("""{"endpoints":[]}""", "at least one endpoint")]
    [InlineData("""{"endpoints":["https://app.test"]}""", "must be a JSON object")]
    [InlineData("""{"endpoints":[{"url":7}]}""", "url must be a string")]
    [InlineData("""[]""", "must be a JSON object")]
    [InlineData("""{""", "must be a JSON object")]
    [InlineData("", "must be a JSON object")]
    [InlineData("""{"endpoints":[{"url":"\ud800"}]}""", "not valid Unicode")]
    public async Task BadEndpoints_AreRefusedAndNothingIsKept(string body, string error)
    {
        await AddAsync(Two);
        string before = (await GetAsync("/v2/topics")).Text;
        Answer answer = await AddAsync(body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(error, answer.Error, StringComparison.Ordinal);
        Assert.Equal(before, (await GetAsync("/v2/topics")).Text);
    }

    [Fact]
    public async Task BadGroupName_IsRefused()
        => Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("POST", "/v2/topics/no%20spaces/endpoints", Two)).Status);

    [Fact]
    public async Task Publish_MakesOneIndependentMessageAnEndpoint()
    {
        App.Answers(r => TestApp.Reply(r.Path == "/a" && r.Headers["Upstash-Retried"] == "0" ? 500 : 200));
        await AddAsync(Two);
        Answer answer = await SendAsync("POST", "/v2/publish/orders", "hello", "Upstash-Retry-Delay: 1000", "Upstash-Callback: https://app.test/cb");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        JsonArray messages = answer.Json.AsArray();
        Assert.Equal(["https://app.test/a", "https://app.test/b"], messages.Select(m => (string)m!["url"]!));
        Assert.NotEqual((string?)messages[0]!["messageId"], (string?)messages[1]!["messageId"]);
        await AdvanceAsync(1);
        Assert.Equal(["/a", "/a", "/b"], App.Paths.Where(p => p != "/cb").Order());
        Assert.All(App.Received.Where(r => r.Path != "/cb"), r => Assert.Equal("orders", r.Headers["Upstash-Topic-Name"]));
        JsonNode message = (await GetAsync("/v2/messages/" + messages[0]!["messageId"])).Json;
        Assert.Equal(("orders", "billing"), ((string?)message["topicName"], (string?)message["endpointName"]));
        JsonNode second = (await GetAsync("/v2/messages/" + messages[1]!["messageId"])).Json;
        Assert.Null(second["endpointName"]);
        Received callback = App.Received.First(r => r.Path == "/cb" && (string?)r.Json["sourceMessageId"] == (string?)messages[0]!["messageId"]);
        Assert.Equal(("orders", "billing"), ((string?)callback.Json["topicName"], (string?)callback.Json["endpointName"]));
        Assert.Equal("orders", (string?)(await EventsAsync((string)messages[0]!["messageId"]!))[0]["topicName"]);
    }

    [Fact]
    public async Task Deduplication_IsPerEndpoint()
    {
        await AddAsync("""{"endpoints":[{"url":"https://app.test/a"}]}""");
        Answer first = await SendAsync("POST", "/v2/publish/orders", "x", "Upstash-Deduplication-Id: d");
        await AddAsync("""{"endpoints":[{"url":"https://app.test/b"}]}""");
        Answer second = await SendAsync("POST", "/v2/publish/orders", "x", "Upstash-Deduplication-Id: d");
        Assert.Equal(HttpStatusCode.OK, second.Status);
        Assert.Equal((true, (string?)first.Json[0]!["messageId"]), ((bool?)second.Json[0]!["deduplicated"], (string?)second.Json[0]!["messageId"]));
        Assert.Null(second.Json[1]!["deduplicated"]);
        Answer single = await SendAsync("POST", "/v2/publish/https://app.test/a", "x", "Upstash-Deduplication-Id: d");
        Assert.Equal(HttpStatusCode.OK, single.Status);
        await SendAsync("POST", "/v2/publish/orders", "same", "Upstash-Content-Based-Deduplication: true");
        Answer content = await SendAsync("POST", "/v2/publish/orders", "same", "Upstash-Content-Based-Deduplication: True");
        Assert.All(content.Json.AsArray(), m => Assert.True((bool)m!["deduplicated"]!));
        await SettleAsync();
        Assert.Equal(["/a", "/a", "/a", "/b", "/b"], App.Paths.Order());
    }

    [Fact]
    public async Task BatchAndQueue_FanOutToo()
    {
        await AddAsync(Two);
        await SendAsync("POST", "/v2/queues", """{"queueName":"q","paused":true}""");
        Answer batch = await SendAsync("POST", "/v2/batch", """[{"destination":"orders"},{"destination":"https://app.test/c"},{"destination":"orders","queue":"q"}]""");
        Assert.Equal([2, 2], new[] { batch.Json[0]!, batch.Json[2]! }.Select(item => item.AsArray().Count));
        Assert.NotNull(batch.Json[1]!["messageId"]);
        Answer enqueued = await SendAsync("POST", "/v2/enqueue/q/orders", "x");
        Assert.Equal(2, enqueued.Json.AsArray().Count);
        Assert.Equal(4, (int)(await GetAsync("/v2/queues/q")).Json["lag"]!);
        await SettleAsync();
        Assert.Equal(["/a", "/b", "/c"], App.Paths.Order());
        await SendAsync("POST", "/v2/queues/q/resume");
        await SettleAsync();
        Assert.Equal(["/a", "/b", "/a", "/b"], App.Paths[3..]);
    }

    [Fact]
    public async Task DefaultHeaders_ApplyUnlessThePublishSaysOtherwise()
    {
        await AddAsync("""{"endpoints":[{"url":"https://app.test/a"}]}""");
        Answer set = await SendAsync(
            "PATCH", "/v2/topics/orders", """{"headers":{"Upstash-Header-Forward":["true"],"Upstash-Retries":"5","Upstash-Label":"hooks","Upstash-Forward-X-Group":"g"}}""");
        Assert.Equal(HttpStatusCode.OK, set.Status);
        Answer plain = await SendAsync("POST", "/v2/publish/orders", "x", "X-Github-Event: push", "Content-Type: text/plain");
        JsonNode message = (await GetAsync("/v2/messages/" + plain.Json[0]!["messageId"])).Json;
        Assert.Equal((5, "hooks", "g"), ((int)message["maxRetries"]!, (string?)message["label"], (string?)message["header"]!["X-Group"]![0]));
        Assert.Equal("push", (string?)message["header"]!["X-Github-Event"]![0]);
        Answer own = await SendAsync("POST", "/v2/publish/orders?upstash-header-forward=false", "x", "Upstash-Retries: 1", "Upstash-Forward-X-Group: own", "X-Github-Event: push");
        message = (await GetAsync("/v2/messages/" + own.Json[0]!["messageId"])).Json;
        Assert.Equal((1, "own"), ((int)message["maxRetries"]!, (string?)message["header"]!["X-Group"]![0]));
        Assert.Null(message["header"]!["X-Github-Event"]);
        await SendAsync("PATCH", "/v2/topics/orders", """{"headers":{"Upstash-Retries":"2"}}""");
        Answer replaced = await SendAsync("POST", "/v2/publish/orders", "x");
        message = (await GetAsync("/v2/messages/" + replaced.Json[0]!["messageId"])).Json;
        Assert.Equal(2, (int)message["maxRetries"]!);
        Assert.Null(message["label"]);
    }

    [Theory]
    [InlineData("""{"headers":{"Upstash-Retries":"many"}}""", 400, "Upstash-Retries")]
    [InlineData("""{"headers":{"Upstash-Header-Forward":"maybe"}}""", 400, "Upstash-Header-Forward")]
    [InlineData("""{"headers":{"Upstash-Cron":"* * * * *"}}""", 400, "Upstash-Cron")]
    [InlineData("""{"headers":[]}""", 400, "headers must be a JSON object")]
    [InlineData("""{"headers":{"Upstash-Retries":5}}""", 400, "must be a string")]
    public async Task BadDefaultHeaders_AreRefused(string body, int status, string error)
    {
        await AddAsync(Two);
        Answer answer = await SendAsync("PATCH", "/v2/topics/orders", body);
        Assert.Equal(status, (int)answer.Status);
        Assert.Contains(error, answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RemovingTheLastEndpoint_DeletesTheGroup()
    {
        await AddAsync(Two);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("DELETE", "/v2/topics/orders/endpoints", """{"endpoints":[{"name":"billing"},{"name":"unknown"}]}""")).Status);
        Assert.Equal("""[{"url":"https://app.test/b"}]""", (await GetAsync("/v2/topics/orders")).Json["endpoints"]!.ToJsonString());
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("DELETE", "/v2/topics/orders/endpoints", """{"endpoints":[{"url":"https://app.test/b"}]}""")).Status);
        Answer gone = await GetAsync("/v2/topics/orders");
        Assert.Equal((HttpStatusCode.NotFound, "topic orders not found"), (gone.Status, gone.Error));
        Assert.Equal("topic orders not found", (await SendAsync("DELETE", "/v2/topics/orders/endpoints", """{"endpoints":[{"url":"https://app.test/b"}]}""")).Error);
        Assert.Equal("topic orders not found", (await SendAsync("PATCH", "/v2/topics/orders", """{"headers":{}}""")).Error);
        Assert.Equal(400, (int)(await SendAsync("DELETE", "/v2/topics/orders/endpoints", """{"endpoints":[{}]}""")).Status);
    }

    [Fact]
    public async Task DeletedGroup_LeavesItsMessagesAndRefusesNewOnes()
    {
        await AddAsync(Two);
        await SendAsync("POST", "/v2/publish/orders", "x", "Upstash-Delay: 1m");
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("DELETE", "/v2/topics/orders")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("DELETE", "/v2/topics/orders")).Status);
        Assert.Equal("topic orders not found", (await SendAsync("POST", "/v2/publish/orders", "x")).Error);
        await AdvanceAsync(60);
        Assert.Equal(["/a", "/b"], App.Paths.Order());
    }

    [Fact]
    public async Task RetriedFromTheDlq_GoesToItsOwnEndpointOnly()
    {
        App.Answers(r => TestApp.Reply(r.Path == "/a" ? 500 : 200));
        await AddAsync(Two);
        await SendAsync("POST", "/v2/publish/orders", "x", "Upstash-Retries: 0");
        await SettleAsync();
        JsonNode entry = Assert.Single(await DlqAsync());
        Assert.Equal(("orders", "billing"), ((string?)entry["topicName"], (string?)entry["endpointName"]));
        App.Answers(_ => TestApp.Reply(200));
        await SendAsync("DELETE", "/v2/topics/orders");
        Answer retried = await SendAsync("POST", "/v2/dlq/retry/" + entry["dlqId"], null);
        Assert.NotNull(retried.Json["messageId"]);
        await SettleAsync();
        Assert.Equal(("/a", "orders"), (App.Received[^1].Path, App.Received[^1].Headers["Upstash-Topic-Name"]));
        Assert.Equal(3, App.Received.Length);
    }

    private static long At(long seconds) => Start.ToUnixTimeMilliseconds() + (seconds * 1000);

    private Task<Answer> AddAsync(string body) => SendAsync("POST", "/v2/topics/orders/endpoints", body);
}
