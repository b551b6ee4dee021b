using System.Net;
using System.Text.Json.Nodes;

namespace QStash.Serverless.DevServerTests.Server;

public sealed class FlowControlTests : ServerTest
{
    private const string Key = "/v2/flowControl/k";

    private readonly List<(double Second, string Path)> _dispatched = [];
    private readonly Queue<TaskCompletionSource<HttpResponseMessage>> _open = [];
    private bool _holds;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        App.Answer = (r, _) =>
        {
            lock (_dispatched)
            {
                _dispatched.Add(((Clock.GetUtcNow() - Start).TotalSeconds, r.Path));
                if (!_holds)
                {
                    return Task.FromResult(TestApp.Reply(r.Path.StartsWith("/bad", StringComparison.Ordinal) ? 500 : 200));
                }

                TaskCompletionSource<HttpResponseMessage> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _open.Enqueue(answer);
                return answer.Task;
            }
        };
    }

    [Fact]
    public async Task Rate_LetsSoManyStartPerPeriodInOrderAndDropsNothing()
    {
        for (int i = 0; i < 7; i++)
        {
            await SendFlowAsync($"/{i}", "rate=3, period=1m");
        }

        await SettleAsync();
        Assert.Equal(["0 /0", "0 /1", "0 /2"], Dispatched);
        JsonNode key = (await GetAsync(Key)).Json;
        Assert.Equal((4, 3, 3, 60), ((int?)key["waitListSize"], (int?)key["rateMax"], (int?)key["rateCount"], (int?)key["ratePeriod"]));
        Assert.Equal(Start.ToUnixTimeSeconds(), (long?)key["ratePeriodStart"]);
        await AdvanceAsync(59);
        Assert.Equal(3, Dispatched.Length);
        await AdvanceAsync(61);
        Assert.Equal(["60 /3", "60 /4", "60 /5", "120 /6"], Dispatched[3..]);
        await AdvanceAsync(60);
        Assert.Equal((0, 0), await NumbersAsync("waitListSize", "rateCount"));
    }

    [Fact]
    public async Task RateWindow_StartsWithItsFirstDispatch()
    {
        await SendFlowAsync("/1", "rate=2,period=10s");
        await AdvanceAsync(8);
        await SendFlowAsync("/2", "rate=2,period=10s");
        await SendFlowAsync("/3", "rate=2,period=10s");
        await AdvanceAsync(1);
        Assert.Equal(["0 /1", "8 /2"], Dispatched);
        await AdvanceAsync(1);
        Assert.Equal("10 /3", Dispatched[^1]);
    }

    [Fact]
    public async Task Retries_UseTheRateLikeFirstAttempts()
    {
        await SendFlowAsync("/bad", "rate=1,period=1m", "Upstash-Retries: 1", "Upstash-Retry-Delay: 1000");
        await SendFlowAsync("/2", "rate=1,period=1m");
        await AdvanceAsync(180);
        Assert.Equal(["0 /bad", "60 /2", "120 /bad"], Dispatched);
    }

    [Fact]
    public async Task Parallelism_HoldsBackUntilAnAttemptEnds()
    {
        _holds = true;
        for (int i = 0; i < 5; i++)
        {
            await SendFlowAsync($"/{i}", "parallelism=2");
        }

        await PublishAsync("/free");
        await UntilAsync(() => _open.Count == 3);
        Assert.Equal((3, 2), await NumbersAsync("waitListSize", "parallelismCount"));
        Assert.Equal(3, (int?)(await GetAsync("/v2/globalParallelism")).Json["parallelismCount"]);
        Assert.Equal(100, (int?)(await GetAsync("/v2/globalParallelism")).Json["parallelismMax"]);
        await EndOneAsync();
        await UntilAsync(() => Dispatched.Contains("0 /2"));
        Assert.DoesNotContain("0 /3", Dispatched);
        await EndAllAsync();
        await SettleAsync();
        Assert.Equal(["/0", "/1", "/2", "/3", "/4"], Dispatched.Select(d => d[2..]).Where(p => p != "/free"));
        Assert.Equal((0, 0), await NumbersAsync("waitListSize", "parallelismCount"));
    }

    [Fact]
    public async Task RateAndParallelism_ApplyTogether()
    {
        for (int i = 0; i < 4; i++)
        {
            await SendFlowAsync($"/{i}", "Parallelism=1, Rate=2, Period=10");
        }

        await AdvanceAsync(10);
        Assert.Equal(["0 /0", "0 /1", "10 /2", "10 /3"], Dispatched);
    }

    [Fact]
    public async Task Pause_HoldsOldAndNewMessagesAndTheRateRunsOn()
    {
        await SendFlowAsync("/1", "rate=1,period=1m");
        await SettleAsync();
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("POST", Key + "/pause")).Status);
        await SendFlowAsync("/2", "rate=1,period=1m");
        await SendFlowAsync("/other", "rate=1,period=1m", "Upstash-Flow-Control-Key: other");
        await AdvanceAsync(300);
        Assert.Equal(["0 /1", "0 /other"], Dispatched);
        Assert.True((bool?)(await GetAsync(Key)).Json["isPaused"]);
        Assert.Equal((1, 0), await NumbersAsync("waitListSize", "rateCount"));
        await SendAsync("POST", Key + "/resume");
        await SettleAsync();
        Assert.Equal("300 /2", Dispatched[^1]);
        Assert.False((bool?)(await GetAsync(Key)).Json["isPaused"]);
    }

    [Fact]
    public async Task Pin_OverridesMessagesUntilUnpinned()
    {
        await SendFlowAsync("/1", "rate=1,period=1m");
        await SendFlowAsync("/2", "rate=1,period=1m");
        await SettleAsync();
        Assert.Single(Dispatched);
        await SendAsync("POST", Key + "/pin?rate=2&period=3600");
        await SettleAsync();
        Assert.Equal(["0 /1", "0 /2"], Dispatched);
        JsonNode pinned = (await GetAsync(Key)).Json;
        Assert.Equal((true, false), ((bool?)pinned["isPinnedRate"], (bool?)pinned["isPinnedParallelism"]));
        await SendFlowAsync("/3", "rate=10, parallelism=4");
        await SendFlowAsync("/4", "rate=10, parallelism=4");
        await SettleAsync();
        Assert.Equal(["0 /1", "0 /2", "0 /3"], Dispatched);
        JsonNode kept = (await GetAsync(Key)).Json;
        Assert.Equal((2, 3600, 4), ((int?)kept["rateMax"], (int?)kept["ratePeriod"], (int?)kept["parallelismMax"]));
        await SendAsync("POST", Key + "/unpin?parallelism=true");
        Assert.True((bool?)(await GetAsync(Key)).Json["isPinnedRate"]);
        await SendAsync("POST", Key + "/unpin?rate=true");
        Assert.Equal((2, 2), await NumbersAsync("rateMax", "rateCount"));
        await SendFlowAsync("/5", "rate=10");
        await SettleAsync();
        Assert.Equal(["0 /4", "0 /5"], Dispatched[3..]);
        Assert.Equal((10, 0), await NumbersAsync("rateMax", "parallelismMax"));
    }

    [Theory]
    [InlineData("resetRate")]
    [InlineData("reset")]
    public async Task ResetRate_StartsANewWindowNow(string action)
    {
        await SendFlowAsync("/1", "rate=1,period=1h");
        await SendFlowAsync("/2", "rate=1,period=1h");
        await AdvanceAsync(60);
        Assert.Single(Dispatched);
        await SendAsync("POST", $"{Key}/{action}");
        await SettleAsync();
        Assert.Equal("60 /2", Dispatched[^1]);
        Assert.Equal(Start.AddSeconds(60).ToUnixTimeSeconds(), (long?)(await GetAsync(Key)).Json["ratePeriodStart"]);
    }

    [Fact]
    public async Task LatestMessage_SetsTheKeysLimits()
    {
        await SendFlowAsync("/1", "rate=1,period=1h");
        await SendFlowAsync("/2", "rate=1,period=1h");
        await SettleAsync();
        await SendFlowAsync("/3", "rate=5,period=1h");
        await SettleAsync();
        Assert.Equal(["0 /1", "0 /2", "0 /3"], Dispatched);
    }

    [Fact]
    public async Task CancelledWaiter_LeavesTheWaitList()
    {
        await SendFlowAsync("/1", "rate=1,period=1m");
        string second = await SendFlowAsync("/2", "rate=1,period=1m");
        await SendFlowAsync("/3", "rate=1,period=1m");
        await SettleAsync();
        Assert.Equal("""{"cancelled":1}""", (await SendAsync("DELETE", "/v2/messages?flowControlKey=k&count=1")).Text);
        Assert.Equal(["CREATED", "CANCEL_REQUESTED", "CANCELED"], await StatesAsync(second));
        await AdvanceAsync(60);
        Assert.Equal(["0 /1", "60 /3"], Dispatched);
    }

    [Fact]
    public async Task QueuedMessage_WaitsForItsQueueFirstAndThenForItsKey()
    {
        await SendAsync("POST", "/v2/enqueue/q/https://app.test/1", "x", "Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: rate=1,period=1m");
        await SendAsync("POST", "/v2/enqueue/q/https://app.test/2", "x", "Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: rate=1,period=1m");
        await SendAsync("POST", "/v2/enqueue/q/https://app.test/3", "x");
        await SettleAsync();
        await SendAsync("POST", "/v2/queues/q/pause");
        await AdvanceAsync(90);
        Assert.Equal(["0 /1"], Dispatched);
        await SendAsync("POST", "/v2/queues/q/resume");
        await SettleAsync();
        Assert.Equal(["0 /1", "90 /2", "90 /3"], Dispatched);
    }

    [Fact]
    public async Task Read_ShowsEveryFieldAndMessagesShowOnlyWhatTheyBrought()
    {
        string id = await SendFlowAsync("/1", "parallelism=5", "Upstash-Delay: 1h");
        JsonObject message = (await GetAsync("/v2/messages/" + id)).Json.AsObject();
        Assert.Equal(("k", 5, 1), ((string?)message["flowControlKey"], (int?)message["parallelism"], (int?)message["period"]));
        Assert.False(message.ContainsKey("rate"));
        Assert.Equal(
            """
            {"flowControlKey":"k","waitListSize":0,"parallelismMax":5,"parallelismCount":0,"rateMax":0,"rateCount":0,"ratePeriod":1,"ratePeriodStart":0,"isPaused":false,"isPinnedParallelism":false,"isPinnedRate":false}
            """.Trim(),
            (await GetAsync(Key)).Text);
        string hms = await SendFlowAsync("/2", "rate=1, period=1h30m3s", "Upstash-Delay: 1h");
        Assert.Equal(5403, (int?)(await EventsAsync(hms))[0]["period"]);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("/v2/flowControl/none")).Status);
    }

    [Fact]
    public async Task List_SearchesAndKeysMayHoldSlashes()
    {
        await PublishAsync("/1", "Upstash-Flow-Control-Key: tenant/9", "Upstash-Flow-Control-Value: rate=1");
        await PublishAsync("/1", "Upstash-Flow-Control-Key: alpha", "Upstash-Flow-Control-Value: rate=1");
        Assert.Equal(["alpha", "tenant/9"], (await GetAsync("/v2/flowControl/")).Json.AsArray().Select(k => (string?)k!["flowControlKey"]));
        Assert.Equal("tenant/9", (string?)Assert.Single((await GetAsync("/v2/flowcontrol?search=nant")).Json.AsArray())!["flowControlKey"]);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("POST", "/v2/flowControl/tenant/9/pause")).Status);
        Assert.True((bool?)(await GetAsync("/v2/flowControl/tenant/9")).Json["isPaused"]);
        Assert.True((bool?)(await GetAsync("/v2/flowControl/tenant%2F9")).Json["isPaused"]);
    }

    [Theory]
    [InlineData("/v2/flowControl/k/pin?rate=0", 400)]
    [InlineData("/v2/flowControl/k/pin?parallelism=x", 400)]
    [InlineData("/v2/flowControl/k/pin?period=604801", 400)]
    [InlineData("/v2/flowControl/k/pin", 400)]
    [InlineData("/v2/flowControl/k/unpin?rate=maybe", 400)]
    [InlineData("/v2/flowControl/pause", 400)]
    [InlineData("/v2/flowControl/k/stop", 404)]
    public async Task BadChange_IsRefused(string path, int status)
    {
        Answer answer = await SendAsync("POST", path);
        Assert.Equal(status, (int)answer.Status);
        Assert.NotNull(answer.Error);
    }

    [Theory]
    [InlineData("Upstash-Flow-Control-Key: k", null)]
    [InlineData("Upstash-Flow-Control-Value: rate=1", null)]
    [InlineData("Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: rate=0")]
    [InlineData("Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: period=1m")]
    [InlineData("Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: rate=1, period=8d")]
    public async Task BadFlowControl_IsRefusedNamingTheHeader(string first, string? second)
    {
        Answer answer = await SendAsync("POST", "/v2/publish/https://app.test/", "x", second is null ? [first] : [first, second]);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("Upstash-Flow-Control-", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DlqRetryAndBatch_KeepTheKey()
    {
        await SendAsync("POST", "/v2/batch", """[{"destination":"https://app.test/bad","headers":{"Upstash-Flow-Control-Key":"k","Upstash-Flow-Control-Value":"rate=1,period=1m","Upstash-Retries":"0"}}]""");
        await SettleAsync();
        JsonNode entry = Assert.Single(await DlqAsync());
        Assert.Equal(("k", 60), ((string?)entry["flowControlKey"], (int?)entry["period"]));
        await SendAsync("POST", "/v2/dlq/retry?flowControlKey=k");
        await AdvanceAsync(60);
        Assert.Equal(["0 /bad", "60 /bad"], Dispatched);
    }

    /// <summary>What was dispatched and when; what starts at one instant starts in any order.</summary>
    private string[] Dispatched
    {
        get
        {
            lock (_dispatched)
            {
                return [.. _dispatched.Order().Select(d => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{d.Second} {d.Path}"))];
            }
        }
    }

    private Task<string> SendFlowAsync(string path, string value, params string[] headers)
        => PublishAsync(path, [.. headers.Any(h => h.StartsWith("Upstash-Flow-Control-Key", StringComparison.Ordinal)) ? [] : new[] { "Upstash-Flow-Control-Key: k" }, "Upstash-Flow-Control-Value: " + value, .. headers]);

    private async Task<(int?, int?)> NumbersAsync(string first, string second)
    {
        JsonNode key = (await GetAsync(Key)).Json;
        return ((int?)key[first], (int?)key[second]);
    }

    private Task EndOneAsync()
    {
        lock (_dispatched)
        {
            _open.Dequeue().SetResult(TestApp.Reply(200));
        }

        return Task.CompletedTask;
    }

    private async Task EndAllAsync()
    {
        lock (_dispatched)
        {
            _holds = false;
        }

        while (_open.TryDequeue(out TaskCompletionSource<HttpResponseMessage>? answer))
        {
            answer.SetResult(TestApp.Reply(200));
            await Task.Yield();
        }
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        while (true)
        {
            lock (_dispatched)
            {
                if (condition())
                {
                    return;
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit.Token);
        }
    }
}
