using System.Text.Json.Nodes;

namespace QStash.Serverless.DevServerTests.Server;

public sealed class RetryTests : ServerTest
{
    private static readonly string[] OneHeader = ["Retry-After: 7"];

    [Theory]
    [InlineData("Upstash-Retries: 5", new long[] { 12182, 148413, 1808042, 22026465, 86400000 })]
    [InlineData("Upstash-Retry-Delay: 1000 * retried", new long[] { 0, 1000, 2000 })]
    [InlineData("Upstash-Retry-Delay: pow(2, retried) * 1000", new long[] { 1000, 2000, 4000 })]
    [InlineData("Upstash-Retry-Delay: 0 - 5", new long[] { 0, 0, 0 })]
    public async Task Retries_ComeAfterTheDelaysOfTheTable(string header, long[] delays)
    {
        App.Answers(_ => TestApp.Reply(500));
        string id = await PublishAsync("/x", header);
        await Server.AdvanceAsync(TimeSpan.FromDays(3));
        JsonNode[] events = await EventsAsync(id);
        long[] attempts = [.. events.Where(e => (string?)e["state"] == "ACTIVE").Select(e => (long)e["time"]!)];
        Assert.Equal(delays.Length + 1, App.Received.Length);
        for (int i = 0; i < delays.Length; i++)
        {
            Assert.InRange(attempts[i + 1] - attempts[i], delays[i], delays[i] + 1);
        }

        Assert.Equal("FAILED", (string?)events[^1]["state"]);
        Assert.All(events.Where(e => (string?)e["state"] == "RETRY"), e => Assert.Contains((long)e["nextDeliveryTime"]!, attempts));
    }

    [Theory]
    [InlineData("Retry-After: 7", 7)]
    [InlineData("Retry-After: 0", 0)]
    [InlineData("Retry-After: 6m5s", 365)]
    [InlineData("Retry-After: 1.5s", 1.5)]
    [InlineData("Retry-After: Tue, 01 Jan 2030 00:01:30 GMT", 90)]
    [InlineData("Retry-After: Mon, 31 Dec 2029 00:00:00 GMT", 0)]
    [InlineData("X-RateLimit-Reset: 8", 8)]
    [InlineData("X-RateLimit-Reset-Requests: 1m", 60)]
    [InlineData("X-RateLimit-Reset-Tokens: 250ms", 0.25)]
    [InlineData("Retry-After: 90000", 1)]
    [InlineData("Retry-After: soon", 1)]
    [InlineData("X-RateLimit-Reset: 1900000000", 1)]
    public async Task ServerDrivenDelay_BeatsTheExpressionUnlessItIsUnusable(string header, double seconds)
    {
        App.Answers(r => TestApp.Reply(r.Headers["Upstash-Retried"] == "0" ? 503 : 200, "", header));
        string id = await PublishAsync("/x", "Upstash-Retry-Delay: 1000");
        await AdvanceAsync(400);
        JsonNode[] events = await EventsAsync(id);
        long[] attempts = [.. events.Where(e => (string?)e["state"] == "ACTIVE").Select(e => (long)e["time"]!)];
        Assert.Equal(seconds * 1000, attempts[1] - attempts[0]);
    }

    [Fact]
    public async Task RetriesWithoutDelay_AreAllAwaitedAndNeverMoreThanAHundredAtOnce()
    {
        int running = 0;
        int most = 0;
        App.Answer = async (_, _) =>
        {
            int now = Interlocked.Increment(ref running);
            for (int seen = most; now > seen; seen = most)
            {
                Interlocked.CompareExchange(ref most, now, seen);
            }

            for (int i = 0; i < 100; i++)
            {
                await Task.Yield();
            }

            Interlocked.Decrement(ref running);
            return TestApp.Reply(500);
        };
        await Task.WhenAll(Enumerable.Range(0, 130).Select(_ => PublishAsync("/x", "Upstash-Retries: 5", "Upstash-Retry-Delay: 0")));

        // Whatever else a busy process does, it delays the end of one attempt and not the start of the next.
        bool settled = false;
        Task[] noise = [.. Enumerable.Range(0, 50).Select(_ => Task.Run(async () =>
        {
            while (!Volatile.Read(ref settled))
            {
                Thread.SpinWait(2000);
                await Task.Yield();
            }
        }))];
        await SettleAsync();
        int received = App.Received.Length;
        Volatile.Write(ref settled, true);
        await Task.WhenAll(noise);
        Assert.Equal(130 * 6, received);
        Assert.InRange(most, 1, 100);
    }

    [Fact]
    public async Task ServerDrivenDelay_DoesNotAddAttempts()
    {
        App.Answers(_ => TestApp.Reply(503, "", OneHeader));
        await PublishAsync("/x", "Upstash-Retries: 2");
        await Server.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.Equal(3, App.Received.Length);
        Assert.Single(await DlqAsync());
    }

    [Fact]
    public async Task Delay_HoldsTheFirstAttempt()
    {
        string id = await PublishAsync("/x", "Upstash-Delay: 1h");
        await AdvanceAsync(3599);
        Assert.Empty(App.Received);
        Assert.Equal(Start.AddHours(1).ToUnixTimeMilliseconds(), (long?)(await EventsAsync(id))[0]["nextDeliveryTime"]);
        await AdvanceAsync(1);
        Assert.Single(App.Received);
    }

    [Fact]
    public async Task NotBefore_BeatsDelayAndThePastMeansNow()
    {
        await PublishAsync("/later", $"Upstash-Not-Before: {Start.AddMinutes(2).ToUnixTimeSeconds()}", "Upstash-Delay: 1s");
        await PublishAsync("/now", "Upstash-Not-Before: 1000");
        await AdvanceAsync(119);
        Assert.Equal(["/now"], App.Paths);
        await AdvanceAsync(1);
        Assert.Equal(["/now", "/later"], App.Paths);
    }

    [Theory]
    [InlineData("Upstash-Delay: 366d")]
    [InlineData("Upstash-Not-Before: 1956528001")]
    public async Task DelayBeyondAYear_ExceedsTheQuota(string header)
    {
        Answer answer = await SendAsync("POST", "/v2/publish/https://app.test/", "x", header);
        Assert.Equal((412, "quota maxDelay exceeded, current limit: 31536000"), ((int)answer.Status, answer.Error));
    }
}
