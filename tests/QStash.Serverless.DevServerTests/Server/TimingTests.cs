using QStash.Serverless.DevServer;

namespace QStash.Serverless.DevServerTests.Server;

/// <summary>What was other in earlier years, switched back.</summary>
public sealed class TimingTests : ServerTest
{
    [Fact]
    public async Task Backoff_FollowsItsRate()
    {
        List<double> seconds = [];
        App.Answers(_ =>
        {
            seconds.Add((Clock.GetUtcNow() - Start).TotalSeconds);
            return TestApp.Reply(500);
        });
        await PublishAsync("/1", "Upstash-Retries: 3");
        await Server.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal([0, 7.389, 7.389 + 54.598, 7.389 + 54.598 + 403.429], seconds.Select(s => Math.Round(s, 3)));
    }

    [Fact]
    public async Task DeduplicationId_IsRememberedAsLongAsTheWindow()
    {
        Answer first = await SendAsync("POST", "/v2/publish/https://app.test/1", "x", "Upstash-Deduplication-Id: d");
        await Server.AdvanceAsync(TimeSpan.FromDays(90) - TimeSpan.FromSeconds(1));
        Assert.Equal(202, (int)(await SendAsync("POST", "/v2/publish/https://app.test/1", "x", "Upstash-Deduplication-Id: d")).Status);
        Assert.Equal(202, (int)(await SendAsync("POST", "/v1/publish/https://app.test/1", "x", "Upstash-Deduplication-Id: d")).Status);
        await AdvanceAsync(1);
        Answer late = await SendAsync("POST", "/v2/publish/https://app.test/1", "x", "Upstash-Deduplication-Id: d");
        Assert.Equal(200, (int)late.Status);
        Assert.NotEqual((string?)first.Json["messageId"], (string?)late.Json["messageId"]);
    }

    [Fact]
    public async Task Callback_IsCalledOnceByTheAttemptThatDelivers()
    {
        App.Answers(r => TestApp.Reply(r.Path == "/1" && r.Headers["Upstash-Retried"] == "0" || r.Path == "/never" ? 500 : 200));
        await PublishAsync("/1", "Upstash-Callback: https://app.test/cb");
        await PublishAsync("/never", "Upstash-Callback: https://app.test/cb", "Upstash-Failure-Callback: https://app.test/failed");
        await Server.AdvanceAsync(TimeSpan.FromDays(1));
        Received callback = Assert.Single(App.Received, r => r.Path == "/cb");
        Assert.Equal((200, 1), ((int)callback.Json["status"]!, (int)callback.Json["retried"]!));
        Assert.Single(App.Received, r => r.Path == "/failed");
    }

    [Theory]
    [InlineData(-1, 2.5)]
    [InlineData(366, 2.5)]
    [InlineData(1, -0.1)]
    [InlineData(1, 10.1)]
    [InlineData(1, double.NaN)]
    public async Task OptionOutOfItsRange_FailsTheStart(int days, double rate)
        => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => QStashDevServer.StartAsync(new() { DeduplicationWindow = TimeSpan.FromDays(days), BackoffRate = rate }));

    protected override void Configure(QStashDevServerOptions options)
    {
        options.BackoffRate = 2;
        options.DeduplicationWindow = TimeSpan.FromDays(90);
        options.CallbackAfterEachAttempt = false;
    }
}
