using System.CommandLine;
using System.Globalization;
using QStash.Serverless.Client;
using QStash.Serverless.Cli.Messages;

namespace QStash.Serverless.Cli.Resources;

/// <summary><c>dotnet qstash schedules</c>.</summary>
internal static class SchedulesCommand
{
    public static Command Create(ToolOptions tool) => new ToolCommand("schedules", "Shows, makes, pauses and deletes schedules.",
        """
        Ids are QStash's own, such as shop.prod.close-day. What is declared in code changes with `dotnet qstash apply`.

        Exit code: 0 done; 1 it did not work; 130 Ctrl+C.

        Examples:
          dotnet qstash schedules list
          dotnet qstash schedules create '0 2 * * *' https://shop.example.com/close-day --id shop.prod.close-day
          dotnet qstash schedules next shop.prod.close-day

        """)
    {
        List(tool), Show(tool), ScheduleCreation.Create(tool), Pause(tool, pause: true), Pause(tool, pause: false), Delete(tool), ScheduleTimes.Create(tool),
    };

    internal static Argument<string> Id() => new("schedule") { Description = "The schedule's id." };

    private static ToolCommand List(ToolOptions tool)
    {
        ToolCommand command = new("list", "Lists the schedules of the account.",
            """
            Exit code: 0 listed; 1 QStash refused; 130 Ctrl+C.

            Examples:
              dotnet qstash schedules list
              dotnet qstash schedules list --json

            """);
        tool.Act(command, async run => run.List(await run.Client.Schedules.ListAsync(run.Stopped), static schedule => schedule.Json, "There are no schedules.",
            new("SCHEDULE", static schedule => schedule.ScheduleId),
            new("CRON", static schedule => schedule.Cron),
            new("STATE", static schedule => State(schedule)),
            new("NEXT", schedule => schedule.IsPaused ? "" : run.At(schedule.NextTime)),
            new("DESTINATION", static schedule => schedule.Destination)));
        return command;
    }

    private static ToolCommand Show(ToolOptions tool)
    {
        Argument<string> id = Id();
        ToolCommand command = new("show", "Shows a schedule and its last run.",
            """
            Exit code: 0 shown; 1 there is none, or QStash refused; 130 Ctrl+C.

            Examples:
              dotnet qstash schedules show shop.prod.close-day
              dotnet qstash schedules show shop.prod.close-day --json

            """)
        {
            id,
        };
        tool.Act(command, async run => await run.Client.Schedules.GetAsync(run.Get(id), run.Stopped) is { } schedule
            ? run.Show(schedule.Json,
            [
                ("schedule", schedule.ScheduleId),
                ("state", State(schedule)),
                ("cron", schedule.Cron),
                ("destination", schedule.Destination),
                ("created", run.At(schedule.CreatedAt)),
                ("last", run.At(schedule.LastTime)),
                ("next", schedule.IsPaused ? null : run.At(schedule.NextTime)),
                .. schedule.LastStates.Select(static state => ($"last {state.Key}", (string?)state.Value)),
                ("error", schedule.Error),
                ("retries", schedule.Retries?.ToString(CultureInfo.InvariantCulture)),
                ("delay", schedule.Delay is { Ticks: > 0 } delay ? QStashDuration.Format(delay) : null),
                ("timeout", schedule.Timeout is { Ticks: > 0 } timeout ? QStashDuration.Format(timeout) : null),
                .. StoredFields.Of(schedule),
            ])
            : run.NotFound("schedule", run.Get(id)));
        return command;
    }

    private static ToolCommand Pause(ToolOptions tool, bool pause)
    {
        Argument<string> id = Id();
        ToolCommand command = pause
            ? new("pause", "Lets a schedule make no messages; what falls due meanwhile is skipped.", "Exit code: 0 done; 1 there is none, or QStash refused; 130 Ctrl+C.\n\nExamples:\n  dotnet qstash schedules pause shop.prod.close-day\n")
            : new("resume", "Lets a paused schedule make messages again.", "Exit code: 0 done; 1 there is none, or QStash refused; 130 Ctrl+C.\n\nExamples:\n  dotnet qstash schedules resume shop.prod.close-day\n");
        command.Arguments.Add(id);
        tool.Act(command, async run =>
        {
            if (await run.Client.Schedules.GetAsync(run.Get(id), run.Stopped) is null)
            {
                return run.NotFound("schedule", run.Get(id));
            }

            await (pause ? run.Client.Schedules.PauseAsync(run.Get(id), run.Stopped) : run.Client.Schedules.ResumeAsync(run.Get(id), run.Stopped));
            return run.Done($"Schedule {run.Get(id)} {(pause ? "is paused" : "runs")}.", new { scheduleId = run.Get(id), paused = pause });
        });
        return command;
    }

    private static ToolCommand Delete(ToolOptions tool)
    {
        Argument<string> id = Id();
        Option<bool> yes = new("--yes", "-y") { Description = "Do not ask." };
        ToolCommand command = new("delete", "Deletes a schedule. It asks first. Messages it has made are delivered all the same.",
            """
            Exit code: 0 deleted; 1 there is none, QStash refused, or the answer was no; 130 Ctrl+C.

            Examples:
              dotnet qstash schedules delete shop.prod.close-day
              dotnet qstash schedules delete shop.prod.close-day --yes

            """)
        {
            id, yes,
        };
        tool.Act(command, async run =>
        {
            if (await run.Client.Schedules.GetAsync(run.Get(id), run.Stopped) is not { } schedule)
            {
                return run.NotFound("schedule", run.Get(id));
            }

            if (!await run.ConfirmAsync($"Delete the schedule {schedule.ScheduleId}, {schedule.Cron} to {OneLine.Of(schedule.Destination, 200)}?", run.Get(yes)))
            {
                return 1;
            }

            return await run.Client.Schedules.DeleteAsync(schedule.ScheduleId, run.Stopped)
                ? run.Done($"Schedule {schedule.ScheduleId} deleted.", new { scheduleId = schedule.ScheduleId, deleted = true })
                : run.NotFound("schedule", run.Get(id));
        });
        return command;
    }

    private static string State(QStashSchedule schedule) => schedule.IsPaused ? "paused" : "runs";
}
