using System.CommandLine;
using QStash.Serverless.Client;
using QStash.Serverless.Cli.Messages;

namespace QStash.Serverless.Cli.Resources;

/// <summary><c>dotnet qstash schedules create</c>.</summary>
internal static class ScheduleCreation
{
    public static Command Create(ToolOptions tool)
    {
        MessageOptions options = new(isSchedule: true);
        Argument<string> cron = new("cron") { Description = "When it makes messages: five fields, in UTC unless --time-zone says otherwise." };
        Option<string?> id = new("--id") { HelpName = "ID", Description = "The schedule's id; one that exists is replaced altogether. Without it every call makes another schedule." };
        Option<string?> zone = new("--time-zone") { HelpName = "ZONE", Description = "The IANA time zone of the cron expression, such as Europe/Berlin." };
        Option<string?> queue = new("--queue") { HelpName = "NAME", Description = "The FIFO queue that its messages go through." };
        Option<bool> yes = new("--yes", "-y") { Description = "Replace an existing schedule without asking." };
        ToolCommand command = new("create", "Makes a schedule, or replaces the one with the same id.",
            """
            Replacing asks first: options that are not given again are gone. It keeps the id and whether it is paused.

            Exit code: 0 done; 1 refused or not sent, or the answer was no; 130 Ctrl+C.

            Examples:
              dotnet qstash schedules create '0 2 * * *' https://shop.example.com/close-day --id shop.prod.close-day --time-zone Europe/Berlin
              dotnet qstash schedules create '*/5 * * * *' --group shop.prod.receipts --body '{"kind":"tick"}' --retries 0

            """)
        {
            cron, id, zone, queue, yes,
        };
        options.AddTo(command);
        tool.Act(command, async run =>
        {
            CronSchedule when = CronSchedule.Parse(run.Get(zone) is { } named ? $"CRON_TZ={named} {run.Get(cron)}" : run.Get(cron));
            QStashMessage message = await options.MessageAsync(run, run.Get(queue));
            QStashSchedule? old = run.Get(id) is { } given ? await run.Client.Schedules.GetAsync(given, run.Stopped) : null;
            if (old is not null && !await run.ConfirmAsync($"Replace the schedule {old.ScheduleId}, {old.Cron} to {OneLine.Of(old.Destination, 200)}?", run.Get(yes)))
            {
                return 1;
            }

            string scheduleId = await run.Client.Schedules.CreateAsync(when, message, run.Get(id), run.Stopped);
            string next = when.NextAfter(run.Time.GetUtcNow()) is { } first ? $"next at {run.At(first)}" : "it never occurs";
            return run.Done($"Schedule {scheduleId} {(old is null ? "made" : "replaced")}: {next}.", new { scheduleId, replaced = old is not null, nextTime = when.NextAfter(run.Time.GetUtcNow()) });
        });
        return command;
    }
}
