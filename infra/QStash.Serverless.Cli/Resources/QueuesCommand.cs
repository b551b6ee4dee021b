using System.CommandLine;
using System.Globalization;
using QStash.Serverless.Client;

namespace QStash.Serverless.Cli.Resources;

/// <summary><c>dotnet qstash queues</c>.</summary>
internal static class QueuesCommand
{
    public static Command Create(ToolOptions tool) => new ToolCommand("queues", "Shows, makes, pauses and deletes FIFO queues.",
        """
        Names are QStash's own, such as shop.prod.orders. What is declared in code changes with `dotnet qstash apply`.

        Exit code: 0 done; 1 it did not work; 130 Ctrl+C.

        Examples:
          dotnet qstash queues list
          dotnet qstash queues upsert shop.prod.orders --parallelism 2
          dotnet qstash queues pause shop.prod.orders

        """)
    {
        List(tool), Show(tool), Upsert(tool), Pause(tool, pause: true), Pause(tool, pause: false), Delete(tool),
    };

    private static ToolCommand List(ToolOptions tool)
    {
        ToolCommand command = new("list", "Lists the queues of the account.",
            """
            Exit code: 0 listed; 1 QStash refused; 130 Ctrl+C.

            Examples:
              dotnet qstash queues list
              dotnet qstash queues list --json

            """);
        tool.Act(command, async run => run.List(await run.Client.Queues.ListAsync(run.Stopped), static queue => queue.Json, "There are no queues.",
            new("QUEUE", static queue => queue.Name),
            new("PARALLELISM", static queue => queue.Parallelism.ToString(CultureInfo.InvariantCulture), IsNumber: true),
            new("LAG", static queue => queue.Lag.ToString(CultureInfo.InvariantCulture), IsNumber: true),
            new("STATE", static queue => State(queue)),
            new("CHANGED", queue => run.At(queue.UpdatedAt))));
        return command;
    }

    private static ToolCommand Show(ToolOptions tool)
    {
        Argument<string> name = Name();
        ToolCommand command = new("show", "Shows a queue.",
            """
            Exit code: 0 shown; 1 there is none, or QStash refused; 130 Ctrl+C.

            Examples:
              dotnet qstash queues show shop.prod.orders
              dotnet qstash queues show shop.prod.orders --json

            """)
        {
            name,
        };
        tool.Act(command, async run => await run.Client.Queues.GetAsync(run.Get(name), run.Stopped) is { } queue
            ? run.Show(queue.Json,
                ("queue", queue.Name),
                ("state", State(queue)),
                ("parallelism", queue.Parallelism.ToString(CultureInfo.InvariantCulture)),
                ("lag", queue.Lag.ToString(CultureInfo.InvariantCulture)),
                ("created", run.At(queue.CreatedAt)),
                ("changed", run.At(queue.UpdatedAt)))
            : run.NotFound("queue", run.Get(name)));
        return command;
    }

    private static ToolCommand Upsert(ToolOptions tool)
    {
        Argument<string> name = Name();
        Option<int?> parallelism = TypedOption.Count("--parallelism", 1, int.MaxValue, "How many of its messages may be in flight at once; more than 1 weakens the order. Unset: as it is, 1 for a new queue.");
        Option<bool?> paused = new("--paused") { HelpName = "true|false", Description = "Whether it delivers nothing. Unset: as it is." };
        ToolCommand command = new("upsert", "Makes a queue, or changes it.",
            """
            Exit code: 0 done; 1 QStash refused; 130 Ctrl+C.

            Examples:
              dotnet qstash queues upsert shop.prod.orders --parallelism 2
              dotnet qstash queues upsert shop.prod.orders --paused true

            """)
        {
            name, parallelism, paused,
        };
        tool.Act(command, async run =>
        {
            int limit = run.Get(parallelism) ?? (await run.Client.Queues.GetAsync(run.Get(name), run.Stopped))?.Parallelism ?? 1;
            await run.Client.Queues.UpsertAsync(run.Get(name), limit, run.Get(paused), run.Stopped);
            QStashQueue? queue = await run.Client.Queues.GetAsync(run.Get(name), run.Stopped);
            return queue is null ? run.NotFound("queue", run.Get(name)) : run.Done($"Queue {queue.Name}: parallelism {queue.Parallelism}, {State(queue)}.", queue.Json);
        });
        return command;
    }

    private static ToolCommand Pause(ToolOptions tool, bool pause)
    {
        Argument<string> name = Name();
        ToolCommand command = pause
            ? new("pause", "Lets a queue take messages but deliver none.", "Exit code: 0 done; 1 there is none, or QStash refused; 130 Ctrl+C.\n\nExamples:\n  dotnet qstash queues pause shop.prod.orders\n")
            : new("resume", "Lets a paused queue deliver again.", "Exit code: 0 done; 1 there is none, or QStash refused; 130 Ctrl+C.\n\nExamples:\n  dotnet qstash queues resume shop.prod.orders\n");
        command.Arguments.Add(name);
        tool.Act(command, async run =>
        {
            // A mistyped name must not look like success.
            if (await run.Client.Queues.GetAsync(run.Get(name), run.Stopped) is null)
            {
                return run.NotFound("queue", run.Get(name));
            }

            await (pause ? run.Client.Queues.PauseAsync(run.Get(name), run.Stopped) : run.Client.Queues.ResumeAsync(run.Get(name), run.Stopped));
            return run.Done($"Queue {run.Get(name)} {(pause ? "is paused" : "delivers")}.", new { queue = run.Get(name), paused = pause });
        });
        return command;
    }

    private static ToolCommand Delete(ToolOptions tool)
    {
        Argument<string> name = Name();
        Option<bool> yes = new("--yes", "-y") { Description = "Do not ask." };
        ToolCommand command = new("delete", "Deletes a queue. It asks first: messages still in it are lost.",
            """
            Exit code: 0 deleted; 1 there is none, QStash refused, or the answer was no; 130 Ctrl+C.

            Examples:
              dotnet qstash queues delete shop.prod.orders
              dotnet qstash queues delete shop.prod.orders --yes

            """)
        {
            name, yes,
        };
        tool.Act(command, async run =>
        {
            if (await run.Client.Queues.GetAsync(run.Get(name), run.Stopped) is not { } queue)
            {
                return run.NotFound("queue", run.Get(name));
            }

            if (!await run.ConfirmAsync($"Delete the queue {queue.Name}?{(queue.Lag > 0 ? $" Its {queue.Lag} waiting message{(queue.Lag == 1 ? " is" : "s are")} lost then." : "")}", run.Get(yes)))
            {
                return 1;
            }

            await run.Client.Queues.DeleteAsync(queue.Name, run.Stopped);
            return run.Done($"Queue {queue.Name} deleted.", new { queue = queue.Name, deleted = true });
        });
        return command;
    }

    private static Argument<string> Name() => new("queue") { Description = "The queue's name." };

    private static string State(QStashQueue queue) => queue.IsPaused ? "paused" : "delivers";
}
