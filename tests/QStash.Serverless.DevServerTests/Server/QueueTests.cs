using System.Text.Json.Nodes;

namespace QStash.Serverless.DevServerTests.Server;

public sealed class QueueTests : ServerTest
{
    [Fact]
    public async Task FailingHead_BlocksUntilItsRetriesAreOver()
    {
        App.Answers(r => TestApp.Reply(r.Path == "/1" ? 500 : 200));
        foreach (string path in new[] { "/1", "/2", "/3" })
        {
            await EnqueueAsync(path, "Upstash-Retries: 2", "Upstash-Retry-Delay: 60000");
        }

        await PublishAsync("/beside");
        await SettleAsync();
        Assert.Equal(["/1", "/beside"], App.Paths.Order());
        await AdvanceAsync(119);
        Assert.DoesNotContain("/2", App.Paths);
        await AdvanceAsync(1);
        Assert.Equal(["/1", "/1", "/1", "/2", "/3"], App.Paths.Where(p => p != "/beside"));
    }

    [Fact]
    public async Task CallbacksOfTheHead_BlockToo()
    {
        App.Answers(r => TestApp.Reply(r.Path == "/cb" && r.Headers["Upstash-Retried"] == "0" ? 500 : 200));
        await EnqueueAsync("/1", "Upstash-Callback: https://app.test/cb", "Upstash-Callback-Retry-Delay: 60000");
        await EnqueueAsync("/2");
        await AdvanceAsync(59);
        Assert.Equal(["/1", "/cb"], App.Paths);
        await AdvanceAsync(1);
        Assert.Equal(["/1", "/cb", "/cb", "/2"], App.Paths);
    }

    [Fact]
    public async Task FailureCallbackOfTheHead_BlocksEvenWhenItFails()
    {
        App.Answers(r => TestApp.Reply(r.Path == "/2" ? 200 : 500));
        await EnqueueAsync("/1", "Upstash-Retries: 0", "Upstash-Failure-Callback: https://app.test/fail", "Upstash-Failure-Callback-Retries: 1", "Upstash-Failure-Callback-Retry-Delay: 60000");
        await EnqueueAsync("/2");
        await AdvanceAsync(60);
        Assert.Equal(["/1", "/fail", "/fail", "/2"], App.Paths);
    }

    [Fact]
    public async Task DelayedHead_HoldsItsPlace()
    {
        await EnqueueAsync("/1", "Upstash-Delay: 1m");
        await EnqueueAsync("/2");
        await AdvanceAsync(59);
        Assert.Empty(App.Received);
        await AdvanceAsync(1);
        Assert.Equal(["/1", "/2"], App.Paths);
    }

    [Fact]
    public async Task CancelledHead_FreesItsPlace()
    {
        string head = await EnqueueAsync("/1", "Upstash-Delay: 1h");
        string standing = await EnqueueAsync("/2");
        await EnqueueAsync("/3");
        Assert.Equal(200, (int)(await SendAsync("DELETE", "/v2/messages/" + standing)).Status);
        Assert.Equal(200, (int)(await SendAsync("DELETE", "/v2/messages/" + head)).Status);
        await SettleAsync();
        Assert.Equal(["/3"], App.Paths);
    }

    [Fact]
    public async Task ManyMessages_ArriveOneByOneInOrder()
    {
        int inFlight = 0;
        int most = 0;
        App.Answer = async (_, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inFlight));
            await Task.Yield();
            Interlocked.Decrement(ref inFlight);
            return TestApp.Reply(200);
        };
        for (int i = 0; i < 40; i++)
        {
            await EnqueueAsync("/" + i);
        }

        await SettleAsync();
        Assert.Equal(Enumerable.Range(0, 40).Select(i => "/" + i), App.Paths);
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task DifferentQueues_DoNotBlockEachOther()
    {
        App.Answers(r => TestApp.Reply(r.Path == "/1" ? 500 : 200));
        await EnqueueAsync("/1");
        await SendAsync("POST", "/v2/publish/https://app.test/2", "x", "Upstash-Queue-Name: other");
        await SettleAsync();
        Assert.Equal(["/1", "/2"], App.Paths.Order());
    }

    [Fact]
    public async Task Read_ShowsTheQueueItsEnqueueCreated()
    {
        await EnqueueAsync("/1", "Upstash-Delay: 1m");
        await EnqueueAsync("/2");
        JsonNode queue = (await GetAsync("/v2/queues/mail")).Json;
        Assert.Equal(
            $$"""{"name":"mail","parallelism":1,"createdAt":{{Start.ToUnixTimeMilliseconds()}},"updatedAt":{{Start.ToUnixTimeMilliseconds()}},"lag":2,"paused":false}""",
            queue.ToJsonString());
        Assert.Single((await GetAsync("/v2/queues/")).Json.AsArray());
        Assert.Equal("queue none not found", (await GetAsync("/v2/queues/none")).Error);
        await AdvanceAsync(60);
        Assert.Equal(0, (int?)(await GetAsync("/v2/queues/mail")).Json["lag"]);
    }

    [Fact]
    public async Task BadQueueName_IsRefused()
        => Assert.Equal(400, (int)(await SendAsync("POST", "/v2/enqueue/no%20spaces/https://app.test/1", "x")).Status);

    private async Task<string> EnqueueAsync(string path, params string[] headers)
        => (string)(await SendAsync("POST", "/v2/enqueue/mail/https://app.test" + path, "x", headers)).Json["messageId"]!;
}
