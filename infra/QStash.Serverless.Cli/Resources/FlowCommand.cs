using System.CommandLine;
using System.Globalization;

namespace QStash.Serverless.Cli.Resources;

/// <summary><c>dotnet qstash flow</c>.</summary>
internal static class FlowCommand
{
    public static Command Create(ToolOptions tool) => new ToolCommand("flow", "Shows and pauses flow-control keys, and pins their limits.",
        """
        Keys are QStash's own, such as shop.prod.mail.

        Exit code: 0 done; 1 it did not work; 130 Ctrl+C.

        Examples:
          dotnet qstash flow list
          dotnet qstash flow pause shop.prod.mail
          dotnet qstash flow pin shop.prod.mail --rate 10 --period 1m

        """)
    {
        List(tool),
        Act(tool, "pause", "Holds every message of a key back.", static (run, key) => run.Client.FlowControl.PauseAsync(key, run.Stopped), "is paused"),
        Act(tool, "resume", "Releases the messages of a key.", static (run, key) => run.Client.FlowControl.ResumeAsync(key, run.Stopped), "delivers"),
        Pin(tool),
        Act(tool, "unpin", "Lets the messages of a key set its limits again.", static (run, key) => run.Client.FlowControl.UnpinAsync(key, cancellationToken: run.Stopped), "takes its messages' limits again"),
    };

    private static ToolCommand List(ToolOptions tool)
    {
        Option<string?> search = new("--search") { HelpName = "TEXT", Description = "Those with this text in the key." };
        ToolCommand command = new("list", "Lists the flow-control keys of the account.",
            """
            Exit code: 0 listed; 1 QStash refused; 130 Ctrl+C.

            Examples:
              dotnet qstash flow list
              dotnet qstash flow list --search shop.prod. --json

            """)
        {
            search,
        };
        tool.Act(command, async run => run.List(await run.Client.FlowControl.ListAsync(run.Get(search), run.Stopped), static key => key.Json, "There are no flow-control keys.",
            new("KEY", static key => key.Key),
            new("WAITING", static key => key.WaitListSize.ToString(CultureInfo.InvariantCulture), IsNumber: true),
            new("IN FLIGHT", static key => Of(key.Parallelism, key.MaxParallelism), IsNumber: true),
            new("STARTED", static key => Of(key.Rate, key.MaxRate), IsNumber: true),
            new("PERIOD", static key => key.Period is { } period ? QStashDuration.Format(period) : "", IsNumber: true),
            new("STATE", static key => string.Join(", ", [key.IsPaused ? "paused" : "delivers", .. key.IsParallelismPinned || key.IsRatePinned ? ["pinned"] : Array.Empty<string>()]))));
        return command;
    }

    private static ToolCommand Pin(ToolOptions tool)
    {
        Option<int?> parallelism = TypedOption.Count("--parallelism", 1, int.MaxValue, "How many deliveries may be in flight at once.");
        Option<int?> rate = TypedOption.Count("--rate", 1, int.MaxValue, "How many deliveries may start in one period.");
        Option<TimeSpan?> period = TypedOption.Duration("--period", "The period of --rate. Default: 1s.");
        ToolCommand command = Act(tool, "pin", "Fixes limits of a key, whatever its messages say.",
            (run, key) => run.Client.FlowControl.PinAsync(key, run.Get(parallelism), run.Get(rate), run.Get(period), run.Stopped), "is pinned", " --rate 10 --period 1m");
        command.Options.Add(parallelism);
        command.Options.Add(rate);
        command.Options.Add(period);
        return command;
    }

    private static ToolCommand Act(ToolOptions tool, string name, string description, Func<ToolRun, string, Task> act, string done, string exampleOptions = "")
    {
        Argument<string> key = new("key") { Description = "The flow-control key." };
        ToolCommand command = new(name, description, $"Exit code: 0 done; 1 QStash refused; 130 Ctrl+C.\n\nExamples:\n  dotnet qstash flow {name} shop.prod.mail{exampleOptions}\n") { key };
        tool.Act(command, async run =>
        {
            await act(run, run.Get(key));
            return await run.Client.FlowControl.GetAsync(run.Get(key), run.Stopped) is { } state
                ? run.Done($"Flow-control key {OneLine.Of(state.Key)} {done}.", state.Json)
                : run.NotFound("flow-control key", run.Get(key));
        });
        return command;
    }

    private static string Of(int count, int? max) => max is { } limit ? $"{count} of {limit}" : count.ToString(CultureInfo.InvariantCulture);
}
