using QStash.Serverless.DevServer;

namespace QStash.Serverless.DevServerTests.Server;

/// <summary>A server on a clock that runs with the system's time, as the command line starts it.</summary>
public sealed class RunningClockTests : ServerTest
{
    [Fact]
    public async Task RunningClock_DeliversInRealTimeAndCanStillBeMovedAhead()
    {
        await PublishAsync("/soon", "Upstash-Not-Before: " + (Clock.GetUtcNow().ToUnixTimeSeconds() + 1));
        await PublishAsync("/tomorrow", "Upstash-Delay: 1d");
        await UntilAsync(() => App.Paths.Contains("/soon"));
        Assert.DoesNotContain("/tomorrow", App.Paths);
        await Server.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.Contains("/tomorrow", App.Paths);
        Assert.InRange(Clock.GetUtcNow(), Start.AddDays(1), Start.AddDays(2));
    }

    [Fact]
    public async Task SignaturesOfAMovedClock_AreDatedByTheirOwnClock()
    {
        await Server.AdvanceAsync(TimeSpan.FromDays(30));
        await PublishAsync("/x");
        await Server.DrainAsync(TimeSpan.FromSeconds(60));
        long issued = Signed.Claims(App.Received[^1])["iat"]!.GetValue<long>();
        Assert.InRange(issued, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 300, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 300);
    }

    [Fact]
    public async Task Freezing_StopsTimeAndThawingGoesOnFromThere()
    {
        Server.FreezeClock(true);
        DateTimeOffset frozen = Clock.GetUtcNow();
        await PublishAsync("/x", "Upstash-Delay: 1s");
        Assert.Equal(frozen, Clock.GetUtcNow());
        Server.FreezeClock(false);
        await UntilAsync(() => App.Paths.Contains("/x"));
        Assert.True(Clock.GetUtcNow() >= frozen.AddSeconds(1));
    }

    [Fact]
    public async Task PeriodicTimer_RingsAgainAndAgain()
    {
        int rings = 0;
        await using ITimer timer = Clock.CreateTimer(_ => Interlocked.Increment(ref rings), null, TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(5));
        await UntilAsync(() => Volatile.Read(ref rings) >= 3);
    }

    protected override void Configure(QStashDevServerOptions options)
    {
        Clock.IsFrozen = false;
        options.SignatureTimeProvider = TimeProvider.System;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit.Token);
        }
    }
}
