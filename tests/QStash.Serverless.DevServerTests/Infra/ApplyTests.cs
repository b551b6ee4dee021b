using System.Net;
using QStash.Serverless.Client;
using QStash.Serverless.Infra;

namespace QStash.Serverless.DevServerTests.Infra;

/// <summary>What becomes of a plan when calls fail, are too many, or are stopped.</summary>
public sealed class ApplyTests : InfraTest
{
    private static InfraModel Mixed => Model(
        Group("receipts", new("https://shop.example/a", "a"), new UrlGroupEndpoint("https://shop.example/b", "b")) with { Defaults = new PublishOptions { Retries = 1 } },
        Queue("orders", 2),
        Pin("suppliers", rate: 10),
        Schedule("report", destination: Destination.UrlGroup("shop.prod.receipts")),
        Schedule("poll", queue: "shop.prod.orders"),
        Schedule("paused", paused: true),
        Schedule("moved", destination: Destination.Url("https://shop.example/moved")));

    [Fact]
    public async Task NthCallFails_TheRestIsToldAndTheNextApplyFinishes()
    {
        InfraModel before = Model(Group("receipts", new UrlGroupEndpoint("https://shop.example/old", "a")), Group("old", new UrlGroupEndpoint("https://shop.example/old")), Queue("gone"), Schedule("was", destination: Destination.Url("https://shop.example/moved")), Schedule("old", destination: Destination.UrlGroup("shop.prod.old")));
        PlanOptions prune = new() { Prune = true };
        int writes = int.MaxValue;
        for (int n = 1; n <= writes; n++)
        {
            await Server.ResetAsync();
            await SettleAsync(before);
            InfraPlan plan = await PlanAsync(Mixed, prune);
            Calls.Forget();
            Calls.Refuses = (number, _) => number == n ? HttpStatusCode.InternalServerError : null;

            InfraReport report = await InfraApply.ApplyAsync(Client, plan, new ApplyOptions { TimeProvider = Clock, Parallelism = 1 });
            Calls.Refuses = null;

            if (n == 1)
            {
                Approve("partial-failure.txt", InfraReportText.Human(report));
            }

            // The number of calls is known once one of them, the last, was not made to fail any more.
            writes = report.IsComplete ? n : int.MaxValue;
            Assert.Equal(report.IsComplete ? 0 : 1, report.Failed.Count);
            Assert.All(report.Failed, static failure => Assert.Contains("made to fail", failure.Error, StringComparison.Ordinal));
            Assert.Equal(plan.Changes.Count, report.Done.Count + report.Failed.Count + report.NotAttempted.Count);
            Assert.All(report.NotAttempted, static left => Assert.Contains("whose change was not made", left.Error, StringComparison.Ordinal));
            await SettleAsync(Mixed, prune);
            Assert.Equal(
                ["flowControl shop.prod.suppliers", "queues shop.prod.orders", "schedules shop.prod.moved", "schedules shop.prod.paused", "schedules shop.prod.poll", "schedules shop.prod.report", "topics shop.prod.receipts"],
                (await AccountAsync()).Keys.Order(StringComparer.Ordinal));
            Assert.True((bool)(await ScheduleAsync("shop.prod.paused"))["isPaused"]!);
        }

        Assert.InRange(writes, 12, 30);
    }

    [Fact]
    public async Task RefusedToken_StopsEverythingAtOnce()
    {
        InfraPlan plan = await PlanAsync(Mixed);
        Calls.Refuses = (_, _) => HttpStatusCode.Forbidden;
        Calls.Forget();

        InfraReport report = await InfraApply.ApplyAsync(Client, plan, new ApplyOptions { TimeProvider = Clock, Parallelism = 1 });

        Assert.Equal(1, Calls.Writes);
        Assert.Equal((0, 1, 6), (report.Done.Count, report.Failed.Count, report.NotAttempted.Count));
        Assert.Contains("refuses the token", report.NotAttempted[0].Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoAnswer_StopsAfterThreeChanges()
    {
        InfraPlan plan = await PlanAsync(Mixed);
        Calls.BeforeWrite = static _ => throw new HttpRequestException("the cable is out");

        InfraReport report = await InfraApply.ApplyAsync(Client, plan, new ApplyOptions { TimeProvider = Clock, Parallelism = 1 });

        Assert.Equal((0, 3, 4), (report.Done.Count, report.Failed.Count, report.NotAttempted.Count));
        Assert.Contains("does not answer", report.NotAttempted[0].Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancellation_LeavesATruthfulReport()
    {
        InfraPlan plan = await PlanAsync(Mixed);
        using CancellationTokenSource stop = new();
        Calls.BeforeWrite = number =>
        {
            if (number == 3)
            {
                stop.Cancel();
            }
        };

        InfraReport report = await InfraApply.ApplyAsync(Client, plan, new ApplyOptions { TimeProvider = Clock, Parallelism = 1 }, cancellationToken: stop.Token);
        Calls.BeforeWrite = null;

        Assert.True(report.IsCancelled);
        Assert.Equal(plan.Changes.Count, report.Done.Count + report.Failed.Count + report.NotAttempted.Count);
        Assert.Contains("it may be done", Assert.Single(report.Failed).Error, StringComparison.Ordinal);
        HashSet<string> there = [.. (await AccountAsync()).Keys];
        Assert.All(report.NotAttempted, left => Assert.DoesNotContain("schedules " + left.Change.PhysicalName, there));
        await SettleAsync(Mixed);
    }

    [Fact]
    public async Task CancelledBeforeItBegins_CallsNothing()
    {
        InfraPlan plan = await PlanAsync(Mixed);
        Calls.Forget();

        InfraReport report = await InfraApply.ApplyAsync(Client, plan, cancellationToken: new CancellationToken(canceled: true));

        Assert.Empty(Calls.All);
        Assert.Equal((true, 7), (report.IsCancelled, report.NotAttempted.Count));
    }

    [Fact]
    public async Task Progress_HearsOfEveryChange()
    {
        InfraPlan plan = await PlanAsync(Mixed);
        Progress progress = new();

        await InfraApply.ApplyAsync(Client, plan, new ApplyOptions { TimeProvider = Clock }, progress);

        Assert.Equal(Enumerable.Range(1, 7), progress.Heard.Select(static heard => heard.Finished).Order());
        Assert.All(progress.Heard, static heard => Assert.Equal((7, null), (heard.Total, heard.Error)));
    }

    [Fact]
    public async Task ManySchedules_TakeFiveReadsAndOneWriteEach()
    {
        InfraModel many = Model([.. Enumerable.Range(0, 1000).Select(static i => Schedule($"job-{i}", $"{i % 60} {i / 60 % 24} * * *", body: $"{i}"))]);
        Calls.Forget();

        InfraPlan plan = await PlanAsync(many);
        Assert.Equal((5, 0), (Calls.Reads, Calls.Writes));
        InfraReport report = await ApplyAsync(plan);

        Assert.Equal((1000, 5, 1000), (report.Done.Count, Calls.Reads, Calls.Writes));
        Assert.Equal(["1,000 schedules in the account (free: 10)"], plan.Risks.Select(static risk => risk.ToString()));
        Calls.Forget();
        Assert.True((await PlanAsync(many)).IsEmpty);
        await ApplyAsync(await PlanAsync(many with { Schedules = [many.Schedules[0] with { Cron = CronSchedule.Parse("1 1 1 1 1") }, .. many.Schedules.Skip(1)] }));
        Assert.Equal((10, 1), (Calls.Reads, Calls.Writes));
    }

    [Fact]
    public async Task BurstLimit_IsWaitedForAndTheCallMadeAgain()
    {
        InfraPlan plan = await PlanAsync(Model(Schedule("a"), Schedule("b"), Schedule("c")));
        Calls.Forget();
        Calls.Refuses = (number, _) => number <= 4 ? HttpStatusCode.TooManyRequests : null;

        InfraReport report = await DriveAsync(ApplyAsync(plan));

        Assert.True(report.IsComplete, InfraReportText.Human(report));
        Assert.Equal(7, Calls.Writes);
    }

    [Fact]
    public async Task BurstLimit_IsWaitedForByReadsToo()
    {
        await SettleAsync(Mixed);
        Calls.Forget();
        Calls.RefusesRead = static number => number <= 6 ? HttpStatusCode.TooManyRequests : null;

        InfraState state = await DriveAsync(ReadAsync());

        Assert.Equal(11, Calls.Reads);
        Assert.True(InfraPlan.Of(Mixed, state).IsEmpty);
    }

    [Fact]
    public async Task BurstLimitOfThePause_MakesThePauseAloneAgain()
    {
        InfraPlan plan = await PlanAsync(Model(Schedule("job", paused: true)));
        Calls.Forget();
        Calls.Refuses = static (number, _) => number == 2 ? HttpStatusCode.TooManyRequests : null;

        Assert.True((await DriveAsync(ApplyAsync(plan))).IsComplete);

        Assert.Single(Calls.All, static call => call.StartsWith("POST", StringComparison.Ordinal));
        Assert.True((bool)(await ScheduleAsync("shop.prod.job"))["isPaused"]!);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task CancellationWhileAPausedScheduleIsMade_DoesNotLeaveItRunning(int write)
    {
        InfraPlan plan = await PlanAsync(Model(Schedule("job", paused: true)));
        using CancellationTokenSource stop = new();
        Calls.Forget();
        Calls.BeforeWrite = number =>
        {
            if (number == write)
            {
                stop.Cancel();
            }
        };

        InfraReport report = await InfraApply.ApplyAsync(Client, plan, new ApplyOptions { TimeProvider = Clock }, cancellationToken: stop.Token);

        Assert.True(report.IsComplete, InfraReportText.Human(report));
        Assert.True((bool)(await ScheduleAsync("shop.prod.job"))["isPaused"]!);
    }

    [Fact]
    public async Task PauseThatFails_IsToldWithWhatToDo()
    {
        InfraPlan plan = await PlanAsync(Model(Schedule("job", paused: true)));
        Calls.Forget();
        Calls.Refuses = static (number, _) => number == 2 ? HttpStatusCode.InternalServerError : null;

        InfraReport report = await ApplyAsync(plan);

        Assert.EndsWith("pause it with `dotnet qstash schedules pause shop.prod.job`.", Assert.Single(report.Failed).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PausedSchedule_IsNotMadeWhileARunIsNear()
    {
        // The clock stands at a full minute: this schedule is due right now.
        InfraPlan plan = await PlanAsync(Model(Schedule("every-minute", "* * * * *", paused: true)));
        Task<InfraReport> applying = ApplyAsync(plan);

        await Server.AdvanceAsync(TimeSpan.FromSeconds(4));
        Assert.False(applying.IsCompleted);
        Assert.Empty(await AccountAsync());
        await DriveAsync(applying);

        await Server.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Empty(App.Received);
        Assert.True((bool)(await ScheduleAsync("shop.prod.every-minute"))["isPaused"]!);
    }

    [Fact]
    public async Task PlanForAnotherServer_IsNotApplied()
    {
        InfraPlan plan = await PlanAsync(Mixed);
        QStashClient elsewhere = new(new QStashClientOptions { Url = "https://qstash.example", Token = "t" });

        await Assert.ThrowsAsync<InvalidOperationException>(() => InfraApply.ApplyAsync(elsewhere, plan));
    }

    private async Task<T> DriveAsync<T>(Task<T> applying)
    {
        for (int second = 0; !applying.IsCompleted; second++)
        {
            Assert.True(second < 600, "It waits for more than there is to wait for.");
            await Server.AdvanceAsync(TimeSpan.FromSeconds(1));
        }

        return await applying;
    }

    private sealed class Progress : IProgress<InfraProgress>
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<InfraProgress> _heard = new();

        internal InfraProgress[] Heard => [.. _heard];

        public void Report(InfraProgress value) => _heard.Enqueue(value);
    }
}
