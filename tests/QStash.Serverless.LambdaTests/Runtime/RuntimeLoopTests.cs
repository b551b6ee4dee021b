using System.Text;
using QStash.Serverless.Lambda;
using QStash.Serverless.Tests.RuntimeApi;

namespace QStash.Serverless.LambdaTests.Runtime;

/// <summary>The loop against a Runtime API that is orderly, slow, or broken.</summary>
public sealed class RuntimeLoopTests : IAsyncLifetime, IDisposable
{
    private static readonly byte[] s_event = """{"greeting":"grüezi"}"""u8.ToArray();

    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(2));
    private readonly CancellationTokenSource _stopping = new();
    private readonly CapturedLog _log = new();
    private readonly ManualTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private RuntimeApiServer _server = null!;

    private CancellationToken Patience => _patience.Token;

    public async Task InitializeAsync() => _server = await RuntimeApiServer.StartAsync();

    public async Task DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _server.DisposeAsync();
    }

    public void Dispose()
    {
        _patience.Dispose();
        _stopping.Dispose();
    }

    [Fact]
    public async Task Event_IsHandledAndReplied()
    {
        Task loop = Run(EchoAsync);

        InvocationResult first = await _server.InvokeAsync(s_event).WaitAsync(Patience);
        InvocationResult second = await _server.InvokeAsync("2"u8.ToArray()).WaitAsync(Patience);

        Assert.Equal("""{"greeting":"grüezi"}""", first.ReplyText);
        Assert.Equal("2", second.ReplyText);
        Assert.All(_server.Calls.Where(static call => call.IsReply), static call => Assert.Equal("application/json", call.ContentType));
        await StopAsync(loop);
    }

    [Fact]
    public async Task EventAfterALongPoll_IsHandled()
    {
        Task loop = Run(EchoAsync);
        await _server.CallAsync(static call => call.What == "poll", Patience);
        _clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal("""{"greeting":"grüezi"}""", (await _server.InvokeAsync(s_event).WaitAsync(Patience)).ReplyText);
        await StopAsync(loop);
    }

    [Fact]
    public async Task EventThatTrickles_IsHandledWhole()
    {
        ApiFault slow = ApiFault.TrickleEvent();
        _server.OnNext(slow);
        Task loop = Run(EchoAsync);
        Task<InvocationResult> invocation = _server.InvokeAsync(s_event);
        await _server.CallAsync(static call => call.What == "next", Patience);

        slow.GoOn.SetResult();

        Assert.Equal("""{"greeting":"grüezi"}""", (await invocation.WaitAsync(Patience)).ReplyText);
        await StopAsync(loop);
    }

    [Fact]
    public async Task Deadline_ReachesTheFunctionAsTheTimeThatIsLeft()
    {
        _server.Timeout = TimeSpan.FromSeconds(90);
        TimeSpan seen = default;
        Task loop = Run((_, remaining, _) =>
        {
            seen = remaining;
            return Reply("{}");
        });

        await _server.InvokeAsync(s_event).WaitAsync(Patience);

        // The loop's clock stands still since before the deadline was computed.
        Assert.InRange(seen, TimeSpan.FromSeconds(90) - TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(4));
        _server.Timeout = TimeSpan.FromMinutes(-5);
        await _server.InvokeAsync(s_event).WaitAsync(Patience);
        Assert.Equal(TimeSpan.Zero, seen);
        await StopAsync(loop);
    }

    [Fact]
    public async Task FunctionThatThrows_IsReportedInLambdasFormat_AndTheLoopGoesOn()
    {
        Task loop = Run(static (stream, _, _) => stream.Length > 1 ? throw new TimeoutException("The stock service did not answer.") : Reply("{}"), seekable: true);

        InvocationResult failed = await _server.InvokeAsync(s_event).WaitAsync(Patience);
        InvocationResult next = await _server.InvokeAsync("1"u8.ToArray()).WaitAsync(Patience);

        Assert.Equal(("TimeoutException", "The stock service did not answer.", "TimeoutException"), (failed.Failure!.Type, failed.Failure.Message, failed.Failure.HeaderType));
        Assert.Contains(failed.Failure.StackTrace, static line => line.Contains(nameof(RuntimeLoopTests), StringComparison.Ordinal));
        Assert.Equal("{}", next.ReplyText);
        ApiCall posted = Assert.Single(_server.Calls, static call => call.IsError);
        Assert.Equal("application/vnd.aws.lambda.error+json", posted.ContentType);
        Assert.Contains(_log.Lines, line => line.Contains($"RequestId: {failed.RequestId}", StringComparison.Ordinal) && line.Contains("The stock service did not answer.", StringComparison.Ordinal));
        await StopAsync(loop);
    }

    [Fact]
    public async Task ReplyThatIsTooLarge_IsReportedAsAnError()
    {
        _server.LargestReply = 10;
        Task loop = Run(static (_, _, _) => Reply("12345678901"));

        InvocationResult result = await _server.InvokeAsync(s_event).WaitAsync(Patience);

        Assert.Equal("Function.ResponseSizeTooLarge", result.Failure!.Type);
        Assert.Contains("11 bytes", result.Failure.Message, StringComparison.Ordinal);
        await StopAsync(loop);
    }

    [Fact]
    public async Task ConnectionsThatBreak_AreTriedAgain()
    {
        _server.OnNext(ApiFault.Disconnect());
        _server.OnNext(ApiFault.Disconnect());
        _server.OnPost(ApiFault.Disconnect());
        Task loop = Run(EchoAsync);
        await AdvanceWaitsAsync(2);
        Task<InvocationResult> invocation = _server.InvokeAsync(s_event);
        await AdvanceWaitsAsync(1);

        Assert.Equal("""{"greeting":"grüezi"}""", (await invocation.WaitAsync(Patience)).ReplyText);
        Assert.Equal([-1, 202], _server.Calls.Where(static call => call.IsReply).Select(static call => call.Status));
        await StopAsync(loop);
    }

    [Fact]
    public async Task EventThatBreaksOff_IsReportedForItsInvocation()
    {
        ApiFault broken = ApiFault.BreakOffEvent();
        _server.OnNext(broken);
        Task loop = Run(async (stream, remaining, cancellationToken) =>
        {
            MemoryStream begun = new();
            byte[] first = new byte[1];
            await stream.ReadExactlyAsync(first, cancellationToken);
            begun.Write(first);
            broken.GoOn.TrySetResult();
            await stream.CopyToAsync(begun, cancellationToken);
            begun.Position = 0;
            return begun;
        });

        InvocationResult failed = await _server.InvokeAsync(s_event).WaitAsync(Patience);
        InvocationResult next = await _server.InvokeAsync(s_event).WaitAsync(Patience);

        Assert.NotNull(failed.Failure);
        Assert.Equal("""{"greeting":"grüezi"}""", next.ReplyText);
        await StopAsync(loop);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(500)]
    public async Task ApiThatRefusesForGood_EndsTheLoop(int status)
    {
        _server.OnNext(ApiFault.Answer(status));

        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => Run(EchoAsync).WaitAsync(Patience));

        Assert.Contains($"answered {status}", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(500)]
    public async Task ApiThatRefusesAReplyForGood_EndsTheLoop(int status)
    {
        _server.OnPost(ApiFault.Answer(status));
        Task loop = Run(EchoAsync);
        _ = _server.InvokeAsync(s_event);

        await Assert.ThrowsAsync<InvalidOperationException>(() => loop.WaitAsync(Patience));
    }

    [Fact]
    public async Task ReplyThatComesTooLate_IsLoggedAndTheLoopGoesOn()
    {
        _server.OnPost(ApiFault.Answer(400));
        Task loop = Run(EchoAsync);
        _ = _server.InvokeAsync(s_event);

        Assert.Equal("2", (await _server.InvokeAsync("2"u8.ToArray()).WaitAsync(Patience)).ReplyText);
        Assert.Contains(_log.Lines, static line => line.Contains("no longer waits", StringComparison.Ordinal));
        await StopAsync(loop);
    }

    [Fact]
    public async Task ApiThatIsGone_EndsTheLoopAfterFiveRepeats()
    {
        using RuntimeApi api = new("127.0.0.1:1", _clock);
        Task loop = new RuntimeLoop(api, EchoAsync, 1, _clock, _log).RunAsync(_stopping.Token);
        for (int repeat = 0; repeat < RuntimeApi.Repeats; repeat++)
        {
            await AdvanceWaitsAsync(1);
        }

        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => loop.WaitAsync(Patience));
        Assert.Contains("AWS_LAMBDA_RUNTIME_API", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_LetsWhatIsInProgressEnd()
    {
        TaskCompletionSource entered = new(), leave = new();
        Task loop = Run(async (stream, _, _) =>
        {
            entered.SetResult();
            await leave.Task;
            return await Reply("done");
        });
        Task<InvocationResult> invocation = _server.InvokeAsync(s_event);
        await entered.Task.WaitAsync(Patience);

        await _stopping.CancelAsync();
        leave.SetResult();

        await loop.WaitAsync(Patience);
        Assert.Equal("done", (await invocation).ReplyText);
    }

    [Fact]
    public async Task StopWithAFunctionThatGoesOn_FiresItsToken_ThenEndsWithoutIt()
    {
        TaskCompletionSource entered = new(), fired = new(), never = new();
        Task loop = Run(async (stream, _, abandoned) =>
        {
            using CancellationTokenRegistration registration = abandoned.Register(fired.SetResult);
            entered.SetResult();
            await never.Task;
            return await Reply("too late");
        });
        _ = _server.InvokeAsync(s_event);
        await entered.Task.WaitAsync(Patience);
        await _stopping.CancelAsync();
        await _clock.WaitForTimersAsync(1, Patience);

        _clock.Advance(RuntimeLoop.Grace - TimeSpan.FromMilliseconds(1));
        Assert.False(fired.Task.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await fired.Task.WaitAsync(Patience);
        await _clock.WaitForTimersAsync(1, Patience);
        Assert.False(loop.IsCompleted);
        _clock.Advance(RuntimeLoop.LastWait);

        await loop.WaitAsync(Patience);
        Assert.Contains(_log.Lines, static line => line.Contains("still in progress", StringComparison.Ordinal));
        never.SetResult();
    }

    [Fact]
    public async Task SeveralLoops_HandleInvocationsSideBySide()
    {
        int entered = 0;
        TaskCompletionSource all = new();
        Task loop = Run(async (stream, _, _) =>
        {
            if (Interlocked.Increment(ref entered) == 4)
            {
                all.SetResult();
            }

            await all.Task;
            return await Reply("{}");
        }, concurrency: 4);

        InvocationResult[] results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _server.InvokeAsync(s_event))).WaitAsync(Patience);

        Assert.All(results, static result => Assert.Equal("{}", result.ReplyText));
        await StopAsync(loop);
    }

    [Fact]
    public async Task LoopThatCannotGoOn_EndsTheOthers()
    {
        Task loop = Run(EchoAsync, concurrency: 3);
        await _server.CallAsync(static call => call.What == "poll", Patience);
        _server.OnNext(ApiFault.Answer(500));
        _ = _server.InvokeAsync(s_event);

        await Assert.ThrowsAsync<InvalidOperationException>(() => loop.WaitAsync(Patience));
    }

    [Fact]
    public async Task TraceId_IsTheProcesssOnlyWithoutConcurrency()
    {
        Environment.SetEnvironmentVariable("_X_AMZN_TRACE_ID", null);
        Task alone = Run(static (_, _, _) => Reply(Environment.GetEnvironmentVariable("_X_AMZN_TRACE_ID") ?? "none"));
        Assert.StartsWith("Root=1-", (await _server.InvokeAsync(s_event).WaitAsync(Patience)).ReplyText, StringComparison.Ordinal);
        await StopAsync(alone);

        Environment.SetEnvironmentVariable("_X_AMZN_TRACE_ID", null);
        using CancellationTokenSource stopping = new();
        await using RuntimeApiServer another = await RuntimeApiServer.StartAsync();
        using RuntimeApi api = new(another.Endpoint, _clock);
        Task several = new RuntimeLoop(api, static (_, _, _) => Reply(Environment.GetEnvironmentVariable("_X_AMZN_TRACE_ID") ?? "none"), 2, _clock, _log).RunAsync(stopping.Token);
        Assert.Equal("none", (await another.InvokeAsync(s_event).WaitAsync(Patience)).ReplyText);
        await stopping.CancelAsync();
        await several.WaitAsync(Patience);
    }

    private static async Task<Stream> EchoAsync(Stream lambdaEvent, TimeSpan remaining, CancellationToken cancellationToken)
    {
        MemoryStream copy = new();
        await lambdaEvent.CopyToAsync(copy, cancellationToken);
        copy.Position = 0;
        return copy;
    }

    private static Task<Stream> Reply(string text) => Task.FromResult<Stream>(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private async Task Run(Func<Stream, TimeSpan, CancellationToken, Task<Stream>> handle, int concurrency = 1, bool seekable = false)
    {
        using RuntimeApi api = new(_server.Endpoint, _clock);
        await new RuntimeLoop(api, seekable ? WholeAsync : handle, concurrency, _clock, _log).RunAsync(_stopping.Token);

        async Task<Stream> WholeAsync(Stream lambdaEvent, TimeSpan remaining, CancellationToken cancellationToken) =>
            await handle(await EchoAsync(lambdaEvent, remaining, cancellationToken), remaining, cancellationToken);
    }

    private async Task StopAsync(Task loop)
    {
        await _stopping.CancelAsync();
        await loop.WaitAsync(Patience);
    }

    private async Task AdvanceWaitsAsync(int waits)
    {
        for (int wait = 0; wait < waits; wait++)
        {
            await _clock.WaitForTimersAsync(1, Patience);
            _clock.Advance(TimeSpan.FromSeconds(2));
        }
    }
}
