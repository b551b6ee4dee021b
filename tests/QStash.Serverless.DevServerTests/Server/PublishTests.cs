using System.Net;
using System.Text.Json.Nodes;

namespace QStash.Serverless.DevServerTests.Server;

public sealed class PublishTests : ServerTest
{
    [Fact]
    public async Task UrlDestination_AnswersIdAndUrlAndDelivers()
    {
        Answer answer = await SendAsync("POST", "/v2/publish/https://app.test/orders", "{\"id\":1}", "Content-Type: application/json", "Upstash-Forward-X-Tenant: t-9");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("https://app.test/orders", (string?)answer.Json["url"]);
        Assert.Null(answer.Json["deduplicated"]);
        await SettleAsync();
        Received received = Assert.Single(App.Received);
        Assert.Equal("POST", received.Method);
        Assert.Equal("{\"id\":1}", received.Text);
        Assert.Equal("t-9", received.Headers["X-Tenant"]);
        Assert.Equal("application/json", received.Headers["Content-Type"]);
        Assert.Equal((string?)answer.Json["messageId"], received.Headers["Upstash-Message-Id"]);
    }

    [Theory]
    [InlineData("https://app.test/a//b/%7Euser/%2F/../x", "https://app.test/a//b/%7Euser/%2F/../x")]
    [InlineData("https://app.test/a?x=1&qstash_token=T&Upstash-Retries=2&y=%20b+c", "https://app.test/a?x=1&y=%20b+c")]
    [InlineData("https://app.test/a?upstash-delay=0s", "https://app.test/a")]
    [InlineData("https://app.test?b=2&a=1&b=1", "https://app.test?b=2&a=1&b=1")]
    [InlineData("HTTPS://App.Test:443/a", "HTTPS://App.Test:443/a")]
    public async Task Destination_IsTheUntouchedTail(string sent, string expected)
    {
        Answer answer = await SendAsync("POST", "/v2/publish/" + sent, "x");
        Assert.Equal(expected, (string?)answer.Json["url"]);
        await SettleAsync();
        Received received = Assert.Single(App.Received);
        Assert.Equal(expected, received.Url);
        Assert.Equal(expected, Signed.Claims(received)["sub"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("", 400, "a non-empty destination must be provided")]
    [InlineData("orders", 404, "topic orders not found")]
    [InlineData("https%3A%2F%2Fapp.test", 400, "invalid destination url: endpoint has invalid scheme, add http:// or https://")]
    [InlineData("ftp://app.test", 400, "invalid destination url: endpoint has invalid scheme, add http:// or https://")]
    public async Task BadDestination_IsRefusedWithTheServicesText(string destination, int status, string error)
    {
        Answer answer = await SendAsync("POST", "/v2/publish/" + destination, "x");
        Assert.Equal(status, (int)answer.Status);
        Assert.Equal(error, answer.Error);
    }

    [Fact]
    public async Task DestinationOffThisMachine_IsRefusedAndSaysWhatToDo()
    {
        Answer answer = await SendAsync("POST", "/v2/publish/https://shop.example/orders", "x");
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("map the host", answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Upstash-Retries: many")]
    [InlineData("Upstash-Retries: -1")]
    [InlineData("Upstash-Delay: 1x")]
    [InlineData("Upstash-Timeout: soon")]
    [InlineData("Upstash-Not-Before: tomorrow")]
    [InlineData("Upstash-Method: FETCH")]
    [InlineData("Upstash-Retry-Delay: pow(2)")]
    [InlineData("Upstash-Callback: app.test/x")]
    [InlineData("Upstash-Callback-Retries: x")]
    [InlineData("Upstash-Failure-Callback: https://shop.example/x")]
    [InlineData("Upstash-Failure-Callback-Timeout: x")]
    [InlineData("Upstash-Queue-Name: no spaces")]
    [InlineData("Upstash-Redact-Fields: body, url")]
    [InlineData("Upstash-Content-Based-Deduplication: yes")]
    public async Task BadSetting_IsRefusedNamingTheHeader(string header)
    {
        Answer answer = await SendAsync("POST", "/v2/publish/https://app.test/", "x", header);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(header[..header.IndexOf(':', StringComparison.Ordinal)], answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmptyAndUnknownSettings_CountAsAbsent()
    {
        string id = (string)(await SendAsync(
            "POST", "/v2/publish/https://app.test/", "x", "Upstash-Method: ", "Upstash-Callback: ", "Upstash-Telemetry-Sdk: x", "Upstash-Workflow-Init: true")).Json["messageId"]!;
        JsonNode message = (await GetAsync("/v2/messages/" + id)).Json;
        Assert.Equal("POST", (string?)message["method"]);
        Assert.Null(message["callback"]);
        Assert.Empty(message["header"]!.AsObject());
    }

    [Fact]
    public async Task SettingInHeaderAndQuery_TheHeaderWins()
    {
        string id = (string)(await SendAsync(
            "POST", "/v2/publish/https://app.test/?upstash-retries=1&upstash-method=put&upstash-forward-x-a=q", "x", "Upstash-Retries: 2")).Json["messageId"]!;
        JsonNode message = (await GetAsync("/v2/messages/" + id)).Json;
        Assert.Equal(2, (int?)message["maxRetries"]);
        Assert.Equal("PUT", (string?)message["method"]);
        Assert.Equal("q", (string?)message["header"]!["X-A"]![0]);
    }

    [Fact]
    public async Task HeaderForward_CarriesEveryHeaderButTokenAndControl()
    {
        await SendAsync("POST", "/v2/publish/https://app.test/", "x", "Upstash-Header-Forward: true", "X-One: 1", "Upstash-Label: a", "Upstash-Forward-X-Two: 2");
        await SettleAsync();
        Received received = Assert.Single(App.Received);
        Assert.Equal("1", received.Headers["X-One"]);
        Assert.Equal("2", received.Headers["X-Two"]);
        Assert.DoesNotContain("Authorization", received.Headers.Keys);
        Assert.DoesNotContain("Upstash-Label", received.Headers.Keys);
    }

    [Fact]
    public async Task ReadMessage_ShowsEveryFieldThatWasSetAndNoOther()
    {
        string id = await PublishAsync(
            "/x", "Upstash-Delay: 90s", "Upstash-Label: a, b", "Upstash-Retry-Delay: 1000 * (1 + retried)", "Upstash-Callback: https://app.test/cb",
            "Upstash-Callback-Forward-X-C: c", "Upstash-Forward-x-tenant: 9");
        JsonObject message = (await GetAsync("/v2/messages/" + id)).Json.AsObject();
        string[] expected =
        [
            "messageId", "url", "method", "header", "body", "maxRetries", "notBefore", "createdAt", "callback", "callbackHeader", "callerIP",
            "retryDelayExpression", "label", "labels",
        ];
        Assert.Equal(expected.Order(), message.Select(p => p.Key).Order());
        Assert.Equal("hello", (string?)message["body"]);
        Assert.Equal(Start.ToUnixTimeMilliseconds(), (long?)message["createdAt"]);
        Assert.Equal(Start.AddSeconds(90).ToUnixTimeMilliseconds(), (long?)message["notBefore"]);
        Assert.Equal("""{"X-Tenant":["9"]}""", message["header"]!.ToJsonString());
        Assert.Equal("""["a","b"]""", message["labels"]!.ToJsonString());
        Assert.Equal("127.0.0.1", (string?)message["callerIP"]);
    }

    [Fact]
    public async Task BodyThatIsNotText_IsReadAsBase64AndDeliveredByteForByte()
    {
        byte[] body = [0xff, 0x00, 0xfe, 0x0d, 0x0a];
        Answer answer = await SendBytesAsync("POST", "/v2/publish/https://app.test/", body);
        await SettleAsync();
        JsonNode message = (await GetAsync("/v2/messages/" + answer.Json["messageId"])).Json;
        Assert.Null(message["body"]);
        Assert.Equal(Convert.ToBase64String(body), (string?)message["bodyBase64"]);
        Assert.Equal(body, Assert.Single(App.Received).Body);
    }

    [Fact]
    public async Task FinishedMessage_CanBeReadForAWhile()
    {
        string id = await PublishAsync("/x");
        await AdvanceAsync(10);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/v2/messages/" + id)).Status);
        await AdvanceAsync(60);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("/v2/messages/" + id)).Status);
    }

    [Theory]
    [InlineData("""{"destination":"https://app.test/bad","body":"\ud800"}""")]
    [InlineData("""{"destination":"https://app.test/bad","body":{"a":"\ud800"}}""")]
    [InlineData("""{"destination":"https://app.test/bad","headers":{"Upstash-Label":"\ud800"}}""")]
    [InlineData("""{"destination":"https://app.test/bad","headers":{"\ud800":"x"}}""")]
    [InlineData("""{"destination":"https://app.test/bad","headers":{"Content-Type":"a\r\nX-Forged: 1"}}""")]
    [InlineData("""{"destination":"https://app.test/bad","headers":{"Upstash-Forward-X":"a\r\nX-Forged: 1"}}""")]
    [InlineData("""{"destination":"https://app.test/bad","headers":{"Upstash-Forward-X":"\u0001"}}""")]
    public async Task BatchItemWithTextThatCannotBeSent_IsRefusedInItsPlace(string item)
    {
        Answer answer = await SendAsync("POST", "/v2/batch", $$"""[{{item}},{"destination":"https://app.test/good"}]""");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.NotNull((string?)answer.Json[0]!["error"]);
        Assert.NotNull((string?)answer.Json[1]!["messageId"]);
        await SettleAsync();
        Assert.Equal(["/good"], App.Paths);
    }

    [Fact]
    public async Task BatchOfBytesThatAreNoUtf8_IsRefusedInItsPlace()
    {
        Answer answer = await SendBytesAsync("POST", "/v2/batch", [.. """[{"destination":"https://app.test/","body":" """u8, 0xff, .. "\"}]"u8]);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Contains("not valid Unicode", (string?)answer.Json[0]!["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batch_AnswersInOrderAndRefusesOnlyTheBadItems()
    {
        Answer answer = await SendAsync("POST", "/v2/batch", """
            [{"destination":"https://app.test/1","headers":{"upstash-retries":"1","Upstash-Forward-X-A":["1","2"]},"body":"one"},
             {"destination":"nowhere"},
             {"destination":"https://app.test/3","queue":"q","body":{"a": 1}},
             {"destination":"https://app.test/4","headers":{"Upstash-Delay":"x"},"body":null}]
            """);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        JsonArray items = answer.Json.AsArray();
        Assert.Equal("https://app.test/1", (string?)items[0]!["url"]);
        Assert.Equal("topic nowhere not found", (string?)items[1]!["error"]);
        Assert.NotNull(items[2]!["messageId"]);
        Assert.Contains("Upstash-Delay", (string?)items[3]!["error"], StringComparison.Ordinal);
        JsonNode first = (await GetAsync("/v2/messages/" + items[0]!["messageId"])).Json;
        Assert.Equal(1, (int?)first["maxRetries"]);
        Assert.Equal("""["1","2"]""", first["header"]!["X-A"]!.ToJsonString());
        JsonNode third = (await GetAsync("/v2/messages/" + items[2]!["messageId"])).Json;
        Assert.Equal("q", (string?)third["queueName"]);
        Assert.Equal("{\"a\":1}", (string?)third["body"]);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("POST", "/v2/batch", "{}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("POST", "/v2/batch", "[")).Status);
    }
}
