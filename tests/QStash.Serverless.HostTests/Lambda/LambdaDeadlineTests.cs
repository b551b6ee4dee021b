using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless.Lambda;
using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests.Lambda;

#pragma warning disable CA2025 // every invocation that is started is awaited before its function is disposed of

/// <summary>Lambda's deadline is near: the handler is asked to end, then abandoned, and QStash gets its answer before the function is killed.</summary>
public sealed class LambdaDeadlineTests
{
    private static readonly string s_key = SignedDelivery.NewSigningKey();
    private readonly ManualTimeProvider _time = new();
    private readonly TaskCompletionSource<CancellationToken> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _never = new();

    [Theory]
    [InlineData(30_000, null, 29_499, 29_500)]
    [InlineData(30_000, "00:00:02", 27_999, 28_000)]
    [InlineData(1_000, null, 749, 750)]
    [InlineData(400, "00:00:05", 299, 300)]
    public async Task Token_fires_a_margin_before_the_deadline_but_not_before_three_quarters_of_the_time(int remaining, string? margin, int before, int after)
    {
        await using QStashLambdaHandler handler = Build(margin, Heeds);
        Task<DeliveryReply> reply = SendAsync(handler, TimeSpan.FromMilliseconds(remaining));
        CancellationToken token = await _started.Task;

        _time.Advance(TimeSpan.FromMilliseconds(before));
        Assert.False(token.IsCancellationRequested);
        _time.Advance(TimeSpan.FromMilliseconds(after - before));

        AssertUnavailable(await reply.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Handler_ends_its_work_after_the_token_fired_its_result_counts()
    {
        TaskCompletionSource end = new();
        await using QStashLambdaHandler handler = Build(null, async cancellationToken =>
        {
            _started.SetResult(cancellationToken);
            await end.Task;
        });
        Task<DeliveryReply> reply = SendAsync(handler, TimeSpan.FromSeconds(30));
        CancellationToken token = await _started.Task;
        _time.Advance(TimeSpan.FromMilliseconds(29_600));

        Assert.True(token.IsCancellationRequested);
        end.SetResult();
        Assert.Equal(200, (await reply.WaitAsync(TimeSpan.FromSeconds(30))).Status);
    }

    [Fact]
    public async Task Handler_ignores_its_token_it_is_abandoned_and_keeps_its_services()
    {
        Owned? owned = null;
        ContractSetup setup = Setup(null);
        setup.Configure = static qstash => qstash.Services.AddScoped<Owned>();
        QStashLambdaBuilder builder = LambdaHost.Builder(setup);
        await using QStashLambdaHandler handler = builder.Map("orders", async (QStashDelivery<string> _, Owned service, CancellationToken cancellationToken) =>
        {
            owned = service;
            _started.SetResult(cancellationToken);
            await _never.Task;
        }).Build();
        Task<DeliveryReply> reply = SendAsync(handler, TimeSpan.FromSeconds(30));
        await _started.Task;

        _time.Advance(TimeSpan.FromMilliseconds(29_749));
        Assert.False(reply.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        AssertUnavailable(await reply.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.False(owned!.IsDisposed);
        Assert.Contains(setup.Logs.Lines, static line => line.Id.Name == "Abandoned" && line.Text.Contains("orders", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Handler_ends_in_time_its_services_are_disposed_of()
    {
        Owned? owned = null;
        ContractSetup setup = Setup(null);
        setup.Configure = static qstash => qstash.Services.AddScoped<Owned>();
        await using QStashLambdaHandler handler = LambdaHost.Builder(setup).Map("orders", (QStashDelivery<string> _, Owned service, CancellationToken _) =>
        {
            owned = service;
            service.ThrowsWhenDisposed = true;
            return Task.CompletedTask;
        }).Build();

        Assert.Equal(200, (await SendAsync(handler, TimeSpan.FromSeconds(30))).Status);
        Assert.True(owned!.IsDisposed);
        Assert.Contains(setup.Logs.Lines, static line => line.Id.Name == "ScopeFailed");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5_000)]
    public async Task No_time_is_left_503_and_the_handler_is_not_started(int remaining)
    {
        await using QStashLambdaHandler handler = Build(null, Heeds);

        AssertUnavailable(await SendAsync(handler, TimeSpan.FromMilliseconds(remaining)));
        Assert.False(_started.Task.IsCompleted);
    }

    [Fact]
    public async Task No_deadline_at_all_the_handler_takes_its_time()
    {
        await using QStashLambdaHandler handler = Build(null, async cancellationToken =>
        {
            _started.SetResult(cancellationToken);
            await Task.Delay(TimeSpan.FromDays(7), _time, cancellationToken);
        });
        Task<DeliveryReply> reply = SendAsync(handler, Timeout.InfiniteTimeSpan);
        await _started.Task;
        _time.Advance(TimeSpan.FromDays(8));

        // The signature was checked before; only the handler took a week.
        Assert.Equal(200, (await reply.WaitAsync(TimeSpan.FromSeconds(30))).Status);
    }

    [Fact]
    public async Task Caller_goes_the_token_fires()
    {
        using CancellationTokenSource caller = new();
        await using QStashLambdaHandler handler = Build(null, Heeds);
        Task<DeliveryReply> reply = SendAsync(handler, TimeSpan.FromSeconds(30), caller.Token);
        await _started.Task;

        await caller.CancelAsync();

        AssertUnavailable(await reply.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Deadlines_of_one_invocation_leave_the_next_alone()
    {
        List<CancellationToken> tokens = [];
        await using QStashLambdaHandler handler = Build(null, cancellationToken =>
        {
            tokens.Add(cancellationToken);
            return Task.CompletedTask;
        });

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(200, (await SendAsync(handler, TimeSpan.FromSeconds(2))).Status);
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(3, tokens.Count);
        Assert.All(tokens, static token => Assert.False(token.IsCancellationRequested));
    }

    [Fact]
    public async Task Spare_timers_of_the_system_clock_serve_the_next_invocation_from_the_start()
    {
        LambdaDeadline first = LambdaDeadline.Start(TimeSpan.FromHours(1), TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None);
        int registered = 0;
        first.Token.Register(() => registered++);
        first.Dispose();
        using LambdaDeadline second = LambdaDeadline.Start(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None);

        await WaitAsync(second.Token);
        Assert.Equal(0, registered);
    }

    private static async Task WaitAsync(CancellationToken token)
    {
        TaskCompletionSource fired = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = token.Register(fired.SetResult);
        await fired.Task.WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
    }

    private async Task Heeds(CancellationToken cancellationToken)
    {
        _started.SetResult(cancellationToken);
        await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken);
    }

    private QStashLambdaHandler Build(string? margin, Func<CancellationToken, Task> handle) =>
        LambdaHost.Builder(Setup(margin)).Map("orders", (QStashDelivery<string> _, CancellationToken cancellationToken) => handle(cancellationToken)).Build();

    private ContractSetup Setup(string? margin) => new() { TimeProvider = _time, Settings = { ["QStash:CurrentSigningKey"] = s_key, ["QStash:Lambda:DeadlineMargin"] = margin } };

    private async Task<DeliveryReply> SendAsync(QStashLambdaHandler handler, TimeSpan remaining, CancellationToken cancellationToken = default)
    {
        LambdaGateway gateway = LambdaGateway.FunctionUrl;
        SignedDelivery delivery = new(gateway.Url + "/orders", s_key) { TimeProvider = _time };
        return await handler.HandleAsync(LambdaEventReader.Read(gateway.Event("/orders", delivery.AllHeaders(), default, null)), remaining, cancellationToken);
    }

    private static void AssertUnavailable(DeliveryReply reply) =>
        Assert.Equal((503, "10"), (reply.Status, Assert.Single(reply.Headers, static header => header.Key == "Retry-After").Value));

    private sealed class Owned : IDisposable
    {
        internal bool IsDisposed { get; private set; }

        internal bool ThrowsWhenDisposed { get; set; }

        public void Dispose()
        {
            IsDisposed = true;
            if (ThrowsWhenDisposed)
            {
                throw new InvalidOperationException("Disposed badly.");
            }
        }
    }
}
