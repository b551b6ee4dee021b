using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace QStash.Serverless.DevServerTests.Server;

public sealed class QueueManagementTests : ServerTest
{
    [Fact]
    public async Task Upsert_CreatesAndChanges()
    {
        Answer created = await PutAsync("""{"queueName":"mail","parallelism":2}""");
        Assert.Equal((HttpStatusCode.OK, ""), (created.Status, created.Text));
        await AdvanceAsync(5);
        await PutAsync("""{"queueName":"mail","paused":true}""");
        Assert.Equal(
            $$"""{"name":"mail","parallelism":2,"createdAt":{{Start.ToUnixTimeMilliseconds()}},"updatedAt":{{Start.ToUnixTimeMilliseconds() + 5000}},"lag":0,"paused":true}""",
            (await GetAsync("/v2/queues/mail")).Text);
        await PutAsync("""{"queueName":"other"}""");
        Assert.Equal([("mail", 2, true), ("other", 1, false)], (await GetAsync("/v2/queues")).Json.AsArray().Select(q => ((string)q!["name"]!, (int)q["parallelism"]!, (bool)q["paused"]!)));
    }

    [Theory]
    [InlineData("""{"queueName":"no spaces"}""", "invalid queue name 'no spaces'")]
    [InlineData("""{"parallelism":1}""", "invalid queue name ''")]
    [InlineData("""{"queueName":"mail","parallelism":0}""", "invalid parallelism 0")]
    [InlineData("""{"queueName":"mail","parallelism":-1}""", "invalid parallelism -1")]
    [InlineData("""{"queueName":"mail","parallelism":1.5}""", "parallelism must be a whole number")]
    [InlineData("""{"queueName":"mail","paused":"yes"}""", "paused must be true or false")]
    [InlineData("""{"queueName":7}""", "queueName must be a string")]
    [InlineData("""[]""", "must be a JSON object")]
    public async Task BadQueue_IsRefused(string body, string error)
    {
        Answer answer = await PutAsync(body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(error, answer.Error, StringComparison.Ordinal);
        Assert.Equal("[]", (await GetAsync("/v2/queues")).Text);
    }

    [Fact]
    public async Task Parallelism_IsHonouredAndRaisedAtOnce()
    {
        HangingApp hanging = new(App);
        await PutAsync("""{"queueName":"mail","parallelism":2}""");
        for (int i = 0; i < 6; i++)
        {
            await EnqueueAsync("/" + i);
        }

        await hanging.UntilAsync(2);
        Assert.Equal(["/0", "/1"], App.Paths.Order());
        await PutAsync("""{"queueName":"mail","parallelism":4}""");
        await hanging.UntilAsync(4);
        Assert.Equal(["/0", "/1", "/2", "/3"], App.Paths.Order());
        await PutAsync("""{"queueName":"mail","parallelism":1}""");
        hanging.LetGo("/3");
        hanging.LetGo("/1");
        hanging.LetGo("/2");
        await hanging.UntilFinishedAsync(this, "/3", "/2", "/1");
        Assert.Equal(4, App.Received.Length);
        hanging.LetGo("/0");
        await hanging.UntilAsync(5);
        hanging.LetGo("/4");
        await hanging.UntilAsync(6);
        hanging.LetGo("/5");
        await SettleAsync();
        Assert.Equal(["/4", "/5"], App.Paths[4..]);
    }

    [Fact]
    public async Task Retries_KeepTheirPlaceWithParallelismToo()
    {
        App.Answers(r => TestApp.Reply(r.Path == "/0" && r.Headers["Upstash-Retried"] != "2" ? 500 : 200));
        await PutAsync("""{"queueName":"mail","parallelism":2}""");
        for (int i = 0; i < 4; i++)
        {
            await EnqueueAsync("/" + i, "Upstash-Retry-Delay: 60000");
        }

        await SettleAsync();
        Assert.Equal(["/0", "/1", "/2", "/3"], App.Paths.Order());
        Assert.Equal(["/1", "/2", "/3"], App.Paths.Where(p => p != "/0"));
        await AdvanceAsync(120);
        Assert.Equal(3, App.Paths.Count(p => p == "/0"));
        Assert.Equal(0, (int)(await GetAsync("/v2/queues/mail")).Json["lag"]!);
    }

    [Fact]
    public async Task Paused_AcceptsAndDeliversNothingUntilResumed()
    {
        App.Answers(r => TestApp.Reply(r.Path == "/1" && r.Headers["Upstash-Retried"] == "0" ? 500 : 200));
        await EnqueueAsync("/1", "Upstash-Retry-Delay: 60000");
        await EnqueueAsync("/2");
        await SettleAsync();
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await SendAsync("POST", "/v2/queues/mail/pause")).Status);
        }

        await EnqueueAsync("/3");
        await AdvanceAsync(3600);
        Assert.Equal(["/1"], App.Paths);
        JsonNode queue = (await GetAsync("/v2/queues/mail")).Json;
        Assert.Equal((3, true), ((int)queue["lag"]!, (bool)queue["paused"]!));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("POST", "/v2/queues/mail/resume")).Status);
        await SettleAsync();
        Assert.Equal(["/1", "/1", "/2", "/3"], App.Paths);
        Assert.False((bool)(await GetAsync("/v2/queues/mail")).Json["paused"]!);
    }

    [Fact]
    public async Task PausedByItsUpsert_HoldsADelayedHead()
    {
        await EnqueueAsync("/1", "Upstash-Delay: 1m");
        await PutAsync("""{"queueName":"mail","parallelism":1,"paused":true}""");
        await AdvanceAsync(120);
        Assert.Empty(App.Received);
        await PutAsync("""{"queueName":"mail","parallelism":1,"paused":false}""");
        await SettleAsync();
        Assert.Equal(["/1"], App.Paths);
    }

    [Fact]
    public async Task PauseOrResume_OfAnUnknownQueueIsRefused()
    {
        Answer answer = await SendAsync("POST", "/v2/queues/none/pause");
        Assert.Equal((HttpStatusCode.NotFound, "queue none not found"), (answer.Status, answer.Error));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("POST", "/v2/queues/none/resume")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("POST", "/v2/queues/no%20spaces/pause")).Status);
    }

    [Fact]
    public async Task Deleted_CancelsWhatIsInIt()
    {
        await PutAsync("""{"queueName":"mail","paused":true}""");
        string first = await EnqueueAsync("/1");
        string second = await EnqueueAsync("/2", "Upstash-Delay: 1h");
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("DELETE", "/v2/queues/mail")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("DELETE", "/v2/queues/mail")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("/v2/queues/mail")).Status);
        Assert.Equal(["CREATED", "CANCEL_REQUESTED", "CANCELED"], await StatesAsync(first));
        Assert.Equal("CANCELED", (await StatesAsync(second))[^1]);
        await EnqueueAsync("/3");
        await AdvanceAsync(7200);
        Assert.Equal(["/3"], App.Paths);
        Assert.Equal(1, (int)(await GetAsync("/v2/queues/mail")).Json["parallelism"]!);
    }

    private Task<Answer> PutAsync(string body) => SendAsync("POST", "/v2/queues", body);

    private async Task<string> EnqueueAsync(string path, params string[] headers)
        => (string)(await SendAsync("POST", "/v2/enqueue/mail/https://app.test" + path, "x", headers)).Json["messageId"]!;

    /// <summary>Makes a destination hold every delivery until it is let go.</summary>
    private sealed class HangingApp
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

        private readonly ConcurrentDictionary<string, TaskCompletionSource> _held = new();
        private readonly Channel<string> _arrived = Channel.CreateUnbounded<string>();
        private readonly TestApp _app;
        private int _seen;

        public HangingApp(TestApp app)
        {
            _app = app;
            app.Answer = async (received, ct) =>
            {
                _arrived.Writer.TryWrite(received.Path);
                await _held.GetOrAdd(received.Path, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task.WaitAsync(ct);
                return TestApp.Reply(200);
            };
        }

        public void LetGo(string path) => _held.GetOrAdd(path, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

        /// <summary>Waits until so many deliveries have arrived in all, and checks that no more have.</summary>
        public async Task UntilAsync(int deliveries)
        {
            for (; _seen < deliveries; _seen++)
            {
                await _arrived.Reader.ReadAsync().AsTask().WaitAsync(Patience);
            }

            Assert.Equal(deliveries, _app.Received.Length);
        }

        public async Task UntilFinishedAsync(QueueManagementTests test, params string[] paths)
        {
            foreach (string path in paths)
            {
                string id = _app.Received.Single(r => r.Path == path).Headers["Upstash-Message-Id"];
                using CancellationTokenSource limit = new(Patience);
                while (!(await test.StatesAsync(id)).Contains("DELIVERED"))
                {
                    limit.Token.ThrowIfCancellationRequested();
                    await Task.Yield();
                }
            }
        }
    }
}
