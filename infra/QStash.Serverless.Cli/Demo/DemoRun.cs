using System.Globalization;
using System.Text.Json;
using QStash.Serverless.Cli.Demo.App;
using QStash.Serverless.Cli.Demo.Orders;

namespace QStash.Serverless.Cli.Demo;

/// <summary>One run of the demo, from reading the file to the exit code.</summary>
internal sealed class DemoRun(Screen screen, DemoHost host, string input, TimeSpan timeout, bool keep, JsonOutput? json)
{
    private const int MostMissing = 100;
    private static readonly TimeSpan s_betweenChecks = TimeSpan.FromMilliseconds(100);
    private readonly TimeProvider _time = TimeProvider.System;

    public async Task<int> RunAsync()
    {
        OrderFileContent file = OrderFile.Read(input);
        if (file.Errors.Count > 0)
        {
            foreach (string error in file.Errors)
            {
                screen.Error(error);
            }

            return 1;
        }

        using Interruption interruption = new();
        try
        {
            return await RunAsync(file.Orders, interruption);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            screen.Error("Stopped before the end.");
            return interruption.IsCtrlC ? Interruption.CtrlCExitCode : 1;
        }
    }

    private async Task<int> RunAsync(IReadOnlyList<PlacedOrder> orders, Interruption interruption)
    {
        DemoJournal journal = new(_time);
        await using DemoWorld world = await screen.WhileAsync("starting QStash and the app", _ => DemoWorld.StartAsync(host, journal, interruption.Token));
        screen.Line(new("QStash  ", Part.Strong), world.QStash.Url.GetLeftPart(UriPartial.Authority), new($"  SQLite in {world.Folder}", Part.Faint));
        screen.Line(new("App     ", Part.Strong), world.App.Url, new($"  /orders, /invoices, /failed: {host.App}", Part.Faint));
        screen.Line(new("Orders  ", Part.Strong), string.Create(CultureInfo.InvariantCulture, $"{orders.Count}"), new($" from {input}", Part.Faint));
        screen.Line();

        long started = _time.GetTimestamp();
        Timeline timeline = new(_time.GetUtcNow(), orders);
        Task showing = ShowAsync(journal, timeline);
        IReadOnlyList<Expectation> expectations = Expectations.For(orders);
        IReadOnlyList<Unmet> missing;
        try
        {
            missing = await screen.WhileAsync("publishing", progress => ObserveAsync(world, orders, expectations, progress, interruption.Token));
        }
        finally
        {
            journal.EndFollowing();
            await showing;
        }

        screen.Line();
        screen.Write(ClosingTable.Of(orders, journal.Observe(), screen.IsTerminal));
        json?.Write(new
        {
            expectations = expectations.Count,
            missing,
            lines = Tally.Lines(orders, journal.Observe()).Select(static line => new { line.Label, line.Tally }),
            observed = Tally.Observed(journal.Observe()),
            expected = Tally.Expected(orders),
        });
        screen.Line();
        int exitCode = Conclude(expectations.Count, missing, _time.GetElapsedTime(started));
        return keep ? await KeepAsync(world, timeline, orders, exitCode, interruption) : exitCode;
    }

    /// <summary>Publishes, forges, and waits until everything was observed or the time is over.</summary>
    private async Task<IReadOnlyList<Unmet>> ObserveAsync(
        DemoWorld world, IReadOnlyList<PlacedOrder> orders, IReadOnlyList<Expectation> expectations, Action<string> progress, CancellationToken interrupted)
    {
        using CancellationTokenSource limit = new(timeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, interrupted);
        DeadLetterQueue deadLetters = new(world.Http, world.QStash.Url, world.QStash.Token, world.Journal);
        Task acting = ActAsync(world, orders, either.Token);
        try
        {
            for (bool isSettled = false; !isSettled;)
            {
                bool isActing = !acting.IsCompleted;
                await deadLetters.ReadAsync(either.Token);
                int kept = expectations.Count - Expectations.Check(expectations, world.Journal.Observe()).Count;
                progress(string.Create(CultureInfo.InvariantCulture, $"{kept} of {expectations.Count} expectations observed"));
                isSettled = !isActing && kept == expectations.Count;
                await (isActing ? Task.WhenAny(acting, Task.Delay(s_betweenChecks, _time, either.Token)).Unwrap()
                    : isSettled ? acting
                    : Task.Delay(s_betweenChecks, _time, either.Token));
            }

            // What is still under way could contradict what was seen.
            await world.QStash.DrainAsync(Timeout.InfiniteTimeSpan, either.Token);
            await deadLetters.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !interrupted.IsCancellationRequested)
        {
            // The time is over: what was seen until now counts.
        }
        finally
        {
            await either.CancelAsync();
            await acting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return Expectations.Check(expectations, world.Journal.Observe());
    }

    private async Task ActAsync(DemoWorld world, IReadOnlyList<PlacedOrder> orders, CancellationToken cancellationToken)
    {
        await new OrderPublisher(world.App.Publisher, world.App.Url, world.Journal).PublishAsync(orders, cancellationToken);
        await new Forgeries(world.Http, world.App.Url, world.Journal).SendAsync(orders[0].Order, world.QStash.CurrentSigningKey, cancellationToken);
    }

    private async Task ShowAsync(DemoJournal journal, Timeline timeline)
    {
        await foreach (DemoEvent seen in journal.FollowAsync())
        {
            if (timeline.Line(seen) is { } line)
            {
                screen.Line(line);
            }
        }
    }

    private int Conclude(int expectations, IReadOnlyList<Unmet> missing, TimeSpan elapsed)
    {
        string seconds = string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:0.0} s");
        if (missing.Count == 0)
        {
            screen.Line(new(string.Create(CultureInfo.InvariantCulture, $"All {expectations} expectations were observed"), Part.Good), $" in {seconds}.");
            return 0;
        }

        screen.Error(string.Create(CultureInfo.InvariantCulture, $"{missing.Count} of {expectations} expectations were not observed within {seconds} (--timeout {timeout.TotalSeconds}):"));
        foreach (Unmet unmet in missing.Take(MostMissing))
        {
            screen.Error($"  {unmet.Subject}: {unmet.Promise}: {OneLine.Of(unmet.Instead, 300)}");
        }

        if (missing.Count > MostMissing)
        {
            screen.Error($"  ... and {missing.Count - MostMissing} more");
        }

        return 1;
    }

    private async Task<int> KeepAsync(DemoWorld world, Timeline timeline, IReadOnlyList<PlacedOrder> orders, int exitCode, Interruption interruption)
    {
        string order = JsonSerializer.Serialize(orders[0].Order with { Id = "by-hand-1", Customer = "Curl", Simulate = null }, DemoJson.Default.Order);
        screen.Line();
        screen.Line("Both keep running until Ctrl+C. Publish an order of your own:");
        screen.Copyable($"curl -X POST '{world.QStash.Url.GetLeftPart(UriPartial.Authority)}/v2/publish/{world.App.Url}/orders' -H 'Authorization: Bearer {world.QStash.Token}' -H 'Content-Type: application/json' -d '{order}'");
        screen.Line();

        Task showing = ShowAsync(world.Journal, timeline);
        await interruption.WaitAsync();
        world.Journal.EndFollowing();
        await showing;
        return interruption.IsCtrlC && exitCode == 0 ? Interruption.CtrlCExitCode : exitCode;
    }
}
