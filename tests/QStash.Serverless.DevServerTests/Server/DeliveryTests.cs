using System.Text.Json.Nodes;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.DevServerTests.Server;

public sealed class DeliveryTests : ServerTest
{
    [Fact]
    public async Task Delivered_HasExactlyThreeEvents()
    {
        string id = await PublishAsync("/x");
        await SettleAsync();
        Assert.Equal(["CREATED", "ACTIVE", "DELIVERED"], await StatesAsync(id));
        Assert.Single((await GetAsync($"/v2/events?messageId={id}&state=DELIVERED")).Json["events"]!.AsArray());
    }

    [Fact]
    public async Task FailingWithoutRetries_HasExactlyFourEventsAndOneDlqEntry()
    {
        App.Answers(_ => TestApp.Reply(404, "404 Not Found", "X-Why: gone"));
        string id = await PublishAsync("/x", "Upstash-Retries: 0");
        await SettleAsync();
        Assert.Equal(["CREATED", "ACTIVE", "ERROR", "FAILED"], await StatesAsync(id));
        JsonNode entry = Assert.Single(await DlqAsync());
        Assert.Equal(id, (string?)entry["messageId"]);
        Assert.Equal(404, (int?)entry["responseStatus"]);
        Assert.Equal("404 Not Found", (string?)entry["responseBody"]);
        Assert.Equal("gone", (string?)entry["responseHeader"]!["X-Why"]![0]);
        Assert.Equal("hello", (string?)entry["body"]);
    }

    [Fact]
    public async Task EveryAttempt_CarriesQStashsOwnHeaders()
    {
        App.Answers(r => TestApp.Reply(r.Headers["Upstash-Retried"] == "0" ? 500 : 200));
        string id = await PublishAsync("/x");
        await AdvanceAsync(13);
        Assert.Equal(["0", "1"], App.Received.Select(r => r.Headers["Upstash-Retried"]));
        Assert.All(App.Received, r =>
        {
            Assert.Equal(id, r.Headers["Upstash-Message-Id"]);
            Assert.Equal("Upstash-QStash", r.Headers["User-Agent"]);
            Assert.Equal("127.0.0.1", r.Headers["Upstash-Caller-Ip"]);
            Assert.Equal("EU-CENTRAL-1", r.Headers["Upstash-Region"]);
            Assert.True(Signed.By(r, Server.CurrentSigningKey));
        });
    }

    [Fact]
    public async Task EveryAttempt_IsSignedFreshlyWithTheCurrentKey()
    {
        App.Answers(_ => TestApp.Reply(500));
        await PublishAsync("/x");
        await SettleAsync();
        string firstKey = Server.CurrentSigningKey;
        string promised = Server.NextSigningKey;
        await Server.RotateSigningKeysAsync();
        Assert.Equal(promised, Server.CurrentSigningKey);
        await AdvanceAsync(13);
        Received[] attempts = App.Received;
        Assert.True(Signed.By(attempts[0], firstKey));
        Assert.True(Signed.By(attempts[1], promised));
        Assert.Equal(Start.ToUnixTimeSeconds(), (long?)Signed.Claims(attempts[0])["iat"]);
        Assert.Equal(Start.ToUnixTimeSeconds() + 12, (long?)Signed.Claims(attempts[1])["iat"]);
        Assert.NotEqual((string?)Signed.Claims(attempts[0])["jti"], (string?)Signed.Claims(attempts[1])["jti"]);
    }

    [Fact]
    public async Task ForwardedHeaderNamedLikeQStashsOwn_CannotReplaceIt()
    {
        await PublishAsync(
            "/x", "Upstash-Forward-Upstash-Signature: forged", "Upstash-Forward-Upstash-Message-Id: forged", "Upstash-Forward-User-Agent: forged",
            "Upstash-Forward-Upstash-Schedule-Id: forged", "Upstash-Forward-Host: forged.test", "Upstash-Forward-Upstash-Custom: kept");
        await SettleAsync();
        Received received = Assert.Single(App.Received);
        Assert.DoesNotContain(received.Headers.Values, v => v.Contains("forged", StringComparison.Ordinal));
        Assert.Equal("kept", received.Headers["Upstash-Custom"]);
    }

    [Fact]
    public async Task NoContentTypePublished_NoneIsInvented()
    {
        await PublishAsync("/x");
        await SettleAsync();
        Assert.DoesNotContain("Content-Type", Assert.Single(App.Received).Headers.Keys);
    }

    [Fact]
    public async Task GetWithBody_IsDeliveredAsPublished()
    {
        await PublishAsync("/x", "Upstash-Method: GET", "Upstash-Forward-Content-Type: text/plain");
        await SettleAsync();
        Received received = Assert.Single(App.Received);
        Assert.Equal("GET", received.Method);
        Assert.Equal("hello", received.Text);
        Assert.Equal("text/plain", received.Headers["Content-Type"]);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(400)]
    [InlineData(489)]
    public async Task AnyStatusOutside2xx_IsRetried(int status)
    {
        App.Answers(_ => TestApp.Reply(status));
        string id = await PublishAsync("/x", "Upstash-Retries: 1");
        await SettleAsync();
        Assert.Equal(["CREATED", "ACTIVE", "ERROR", "RETRY"], await StatesAsync(id));
    }

    [Fact]
    public async Task NonRetryable489_FailsAtOnce()
    {
        App.Answers(_ => TestApp.Reply(489, "never", "Upstash-NonRetryable-Error: true"));
        string id = await PublishAsync("/x");
        await SettleAsync();
        Assert.Equal(["CREATED", "ACTIVE", "ERROR", "FAILED"], await StatesAsync(id));
        Assert.Equal(489, (int?)Assert.Single(await DlqAsync())["responseStatus"]);
    }

    [Fact]
    public async Task NonRetryableHeaderOnAnotherStatus_IsRetried()
    {
        App.Answers(_ => TestApp.Reply(500, "", "Upstash-NonRetryable-Error: true"));
        Assert.Equal("RETRY", (await StatesAsync(await SettledAsync("/x")))[^1]);
    }

    [Fact]
    public async Task DestinationThrows_IsAnAttemptWithoutResponse()
    {
        App.Answer = (_, _) => throw new HttpRequestException("connection refused");
        JsonNode error = (await EventsAsync(await SettledAsync("/x"))).Single(e => (string?)e["state"] == "ERROR");
        Assert.Equal(0, (int?)error["responseStatus"]);
        Assert.Contains("connection refused", (string?)error["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timeout_RunsOnTheServersClock()
    {
        App.Answer = async (_, ct) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, Clock, ct);
            return TestApp.Reply(200);
        };
        string id = await PublishAsync("/x", "Upstash-Timeout: 30s", "Upstash-Retries: 0");
        await AdvanceAsync(29);
        Assert.Equal(["CREATED", "ACTIVE"], await StatesAsync(id));
        await AdvanceAsync(1);
        await Server.DrainAsync(TimeSpan.FromSeconds(20));
        JsonNode[] events = await EventsAsync(id);
        Assert.Equal("FAILED", (string?)events[^1]["state"]);
        Assert.Contains("30 s", (string?)events[^1]["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drain_NamesWhatIsStillInProgress()
    {
        TaskCompletionSource gate = new();
        App.Answer = async (_, _) =>
        {
            await gate.Task;
            return TestApp.Reply(200);
        };
        string id = await PublishAsync("/slow");
        TimeoutException timeout = await Assert.ThrowsAsync<TimeoutException>(() => Server.DrainAsync(TimeSpan.FromMilliseconds(300)));
        Assert.Contains(id, timeout.Message, StringComparison.Ordinal);
        gate.SetResult();
        await Server.DrainAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("DELIVERED", (await StatesAsync(id))[^1]);
    }

    protected override void Configure(QStashDevServerOptions options) => options.AttemptPatience = TimeSpan.FromMilliseconds(300);

    private async Task<string> SettledAsync(string path)
    {
        string id = await PublishAsync(path);
        await SettleAsync();
        return id;
    }
}
