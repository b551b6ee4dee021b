using System.CommandLine;
using System.Globalization;

namespace QStash.Serverless.Cli.Resources;

/// <summary><c>dotnet qstash schedules next</c>.</summary>
internal static class ScheduleTimes
{
    public static Command Create(ToolOptions tool)
    {
        Argument<string?> id = new("schedule") { Description = "The schedule's id.", Arity = ArgumentArity.ZeroOrOne };
        Option<CronSchedule?> cron = TypedOption.Cron("--cron", "An expression instead of a schedule: nothing is asked of QStash then. CRON_TZ=ZONE in front names a time zone.");
        Option<int?> count = TypedOption.Count("--count", 1, 1000, "How many. Default: 5.");
        Option<Func<DateTimeOffset, DateTimeOffset>?> from = TypedOption.Instant("--from", "Those after then; unset: after now.");
        ToolCommand command = new("next", "Shows when a schedule, or a cron expression, occurs next. Computed here.",
            """
            Exit code: 0 shown; 1 there is no such schedule, or the expression never occurs; 130 Ctrl+C.

            Examples:
              dotnet qstash schedules next shop.prod.close-day
              dotnet qstash schedules next --cron 'CRON_TZ=Europe/Berlin 30 2 * * *' --from 2026-03-27T00:00:00Z --count 3

            """)
        {
            id, cron, count, from,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(id) is { Tokens.Count: > 0 } == result.GetResult(cron) is { Implicit: false })
            {
                result.AddError("Give either a schedule's id or --cron.");
            }
        });
        tool.Act(command, async run =>
        {
            CronSchedule? when = run.Get(cron);
            if (when is null)
            {
                if (await run.Client.Schedules.GetAsync(run.Get(id)!, run.Stopped) is not { } schedule)
                {
                    return run.NotFound("schedule", run.Get(id)!);
                }

                when = CronSchedule.Parse(schedule.Cron);
                if (schedule.IsPaused)
                {
                    run.Screen.Error($"The schedule {schedule.ScheduleId} is paused: these times are skipped until it is resumed.");
                }
            }

            DateTimeOffset now = run.Time.GetUtcNow();
            DateTimeOffset[] times = [.. when.OccurrencesAfter(run.Get(from)?.Invoke(now) ?? now).Take(run.Get(count) ?? 5)];
            if (times.Length == 0)
            {
                return run.Refuse($"'{when.Text}' never occurs.");
            }

            if (run.IsJson)
            {
                run.Json(new { cron = when.Text, times });
                return 0;
            }

            foreach (DateTimeOffset time in times)
            {
                run.Screen.Line(time.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture), new Part(time.Offset == TimeSpan.Zero ? "" : $"  {time.UtcDateTime:yyyy-MM-dd HH:mm} UTC", Part.Faint));
            }

            return 0;
        });
        return command;
    }
}
