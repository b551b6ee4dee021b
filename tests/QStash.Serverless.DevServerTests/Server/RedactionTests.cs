using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace QStash.Serverless.DevServerTests.Server;

public sealed class RedactionTests : ServerTest
{
    [Fact]
    public async Task RedactedBody_IsHiddenFromEveryReadAndDelivered()
    {
        App.Answers(_ => TestApp.Reply(500));
        string id = await PublishAsync("/x", "Upstash-Redact-Fields: body", "Upstash-Retries: 0", "Upstash-Forward-X-A: open");
        Assert.Equal(Mark("hello"), (string?)(await GetAsync("/v2/messages/" + id)).Json["body"]);
        await SettleAsync();
        Assert.All(await EventsAsync(id), e => Assert.Equal(Mark("hello"), Encoding.UTF8.GetString(Convert.FromBase64String((string)e["body"]!))));
        JsonNode entry = Assert.Single(await DlqAsync());
        Assert.Equal((Mark("hello"), "open"), ((string?)entry["body"], (string?)entry["header"]!["X-A"]![0]));
        await SendAsync("POST", "/v2/dlq/retry/" + entry["dlqId"]);
        await SettleAsync();
        Assert.Equal(["hello", "hello"], App.Received.Select(r => r.Text));
    }

    [Theory]
    [InlineData("header", true, true)]
    [InlineData("headers", true, true)]
    [InlineData("body, header[X-SECRET]", true, false)]
    [InlineData("headers[ x-secret ],headers[Other]", true, false)]
    [InlineData("header[X-Open]", false, true)]
    public async Task RedactedHeaders_AreHiddenByNameInAnyCase(string fields, bool secretHidden, bool openHidden)
    {
        string id = await PublishAsync("/x", "Upstash-Redact-Fields: " + fields, "Upstash-Forward-X-Secret: s", "Upstash-Forward-X-Open: o");
        JsonNode header = (await GetAsync("/v2/messages/" + id)).Json["header"]!;
        Assert.Equal(secretHidden ? Mark("s") : "s", (string?)header["X-Secret"]![0]);
        Assert.Equal(openHidden ? Mark("o") : "o", (string?)header["X-Open"]![0]);
        await SettleAsync();
        Assert.Equal(("s", "o"), (App.Received[0].Headers["X-Secret"], App.Received[0].Headers["X-Open"]));
    }

    [Fact]
    public async Task CallbackOfARedactedMessage_TellsItsReceiverAndNoReader()
    {
        await PublishAsync("/x", "Upstash-Redact-Fields: header[X-Secret]", "Upstash-Forward-X-Secret: s", "Upstash-Callback: https://app.test/cb");
        await SettleAsync();
        Received callback = App.Received.Single(r => r.Path == "/cb");
        Assert.Equal("s", (string?)callback.Json["sourceHeader"]!["X-Secret"]![0]);
        JsonNode read = (await GetAsync("/v2/messages/" + callback.Headers["Upstash-Message-Id"])).Json;
        Assert.Equal(Mark(callback.Text), (string?)read["body"]);
        string secret = Convert.ToBase64String("s"u8);
        Assert.DoesNotContain($"\"{secret}\"", (await GetAsync("/v2/events")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmptyBody_HasNothingToHide()
    {
        string id = (string)(await SendAsync("POST", "/v2/publish/https://app.test/", null, "Upstash-Redact-Fields: body")).Json["messageId"]!;
        Assert.False((await GetAsync("/v2/messages/" + id)).Json.AsObject().ContainsKey("body"));
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("POST", "/v2/publish/https://app.test/", "x", "Upstash-Redact-Fields: header[]")).Status);
    }

    private static string Mark(string value) => "REDACTED:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)));
}
