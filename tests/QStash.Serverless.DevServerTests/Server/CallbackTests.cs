using System.Text;
using System.Text.Json.Nodes;

namespace QStash.Serverless.DevServerTests.Server;

public sealed class CallbackTests : ServerTest
{
    [Fact]
    public async Task Callback_TellsOfTheDelivery()
    {
        App.Answers(_ => TestApp.Reply(201, "done", "X-Answer: 42"));
        string id = await PublishAsync("/work", "Content-Type: text/plain", "Upstash-Callback: https://app.test/cb", "Upstash-Callback-Forward-X-Token: secret");
        await SettleAsync();
        Received callback = App.Received.Single(r => r.Path == "/cb");
        Assert.Equal("POST", callback.Method);
        Assert.Equal("application/json", callback.Headers["Content-Type"]);
        Assert.Equal("secret", callback.Headers["X-Token"]);
        Assert.NotEqual(id, callback.Headers["Upstash-Message-Id"]);
        Assert.True(Signed.By(callback, Server.CurrentSigningKey));
        JsonObject body = callback.Json.AsObject();
        string[] expected =
        [
            "status", "header", "body", "retried", "maxRetries", "sourceMessageId", "url", "method", "sourceHeader", "sourceBody", "notBefore", "createdAt", "callerIP",
        ];
        Assert.Equal(expected.Order(), body.Select(p => p.Key).Order());
        Assert.Equal(201, (int?)body["status"]);
        Assert.Equal("done", Text(body["body"]));
        Assert.Equal("42", (string?)body["header"]!["X-Answer"]![0]);
        Assert.Equal("hello", Text(body["sourceBody"]));
        Assert.Equal("text/plain", (string?)body["sourceHeader"]!["Content-Type"]![0]);
        Assert.Equal(id, (string?)body["sourceMessageId"]);
        Assert.Equal("https://app.test/work", (string?)body["url"]);
        Assert.Equal(Start.ToUnixTimeMilliseconds(), (long?)body["createdAt"]);
    }

    [Fact]
    public async Task EachAttempt_SendsACallbackAndTheLastFailureAFailureCallback()
    {
        App.Answers(r => r.Path == "/work" ? TestApp.Reply(500, "busy") : TestApp.Reply(200));
        await PublishAsync(
            "/work", "Upstash-Retries: 2", "Upstash-Retry-Delay: 1000", "Upstash-Callback: https://app.test/cb", "Upstash-Failure-Callback: https://app.test/failed",
            "Upstash-Failure-Callback-Method: PUT");
        await AdvanceAsync(10);
        Assert.Equal([0, 1, 2], App.Received.Where(r => r.Path == "/cb").Select(r => (int)r.Json["retried"]!));
        Received failed = Assert.Single(App.Received, r => r.Path == "/failed");
        Assert.Equal("PUT", failed.Method);
        Assert.Equal(500, (int?)failed.Json["status"]);
        Assert.Equal("busy", Text(failed.Json["body"]));
        Assert.Equal((string?)Assert.Single(await DlqAsync())["dlqId"], (string?)failed.Json["dlqId"]);
    }

    [Fact]
    public async Task NoResponse_IsToldAsStatusZero()
    {
        App.Answer = (r, _) => r.Path == "/work" ? throw new HttpRequestException("refused") : Task.FromResult(TestApp.Reply(200));
        await PublishAsync("/work", "Upstash-Retries: 0", "Upstash-Failure-Callback: https://app.test/failed");
        await SettleAsync();
        Assert.Equal(0, (int?)App.Received.Single(r => r.Path == "/failed").Json["status"]);
    }

    [Fact]
    public async Task FailingCallback_InheritsRetriesAndEndsInTheDlqItself()
    {
        App.Answers(r => TestApp.Reply(r.Path == "/cb" ? 500 : 200));
        await PublishAsync("/work", "Upstash-Retries: 1", "Upstash-Retry-Delay: 1000", "Upstash-Callback: https://app.test/cb");
        await AdvanceAsync(10);
        Assert.Equal(2, App.Received.Count(r => r.Path == "/cb"));
        Assert.Equal("https://app.test/cb", (string?)Assert.Single(await DlqAsync())["url"]);
    }

    [Fact]
    public async Task CallbacksOwnRetries_ReplaceTheInheritedOnes()
    {
        App.Answers(r => TestApp.Reply(r.Path == "/cb" ? 500 : 200));
        await PublishAsync("/work", "Upstash-Retries: 3", "Upstash-Callback: https://app.test/cb", "Upstash-Callback-Retries: 0");
        await Server.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.Single(App.Received, r => r.Path == "/cb");
    }

    [Fact]
    public async Task DelayedCallback_WaitsOnPublishAndIsRefusedOnEnqueue()
    {
        string[] headers = ["Upstash-Callback: https://app.test/cb", "Upstash-Callback-Delay: 60s"];
        await PublishAsync("/work", headers);
        await AdvanceAsync(59);
        Assert.Equal(["/work"], App.Paths);
        await AdvanceAsync(1);
        Assert.Equal(["/work", "/cb"], App.Paths);
        Answer refused = await SendAsync("POST", "/v2/enqueue/q/https://app.test/work", "x", headers);
        Assert.Equal(400, (int)refused.Status);
        Assert.Contains("Upstash-Callback-Delay", refused.Error, StringComparison.Ordinal);
    }

    private static string Text(JsonNode? base64) => Encoding.UTF8.GetString(Convert.FromBase64String((string)base64!));
}
