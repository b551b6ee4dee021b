namespace QStash.Serverless.Infra;

/// <summary>When declared schedules run, worked out here: QStash is not asked.</summary>
public sealed record InfraPreview
{
    private InfraPreview(DateTimeOffset from) => From = from;

    /// <summary>The instant after which runs are looked for.</summary>
    public DateTimeOffset From { get; }

    /// <summary>The schedules, in the order of their next runs; those that never run are the last.</summary>
    public IReadOnlyList<PreviewedSchedule> Schedules { get; private init; } = [];

    /// <summary>Works out the next runs of every declared schedule (protocol 8.4).</summary>
    /// <param name="model">What is declared.</param>
    /// <param name="from">The instant after which to look.</param>
    /// <param name="runs">How many runs of each, 1 to 1,000.</param>
    public static InfraPreview Of(InfraModel model, DateTimeOffset from, int runs = 5)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(runs, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(runs, 1000);
        return new InfraPreview(from)
        {
            Schedules =
            [
                .. model.Schedules.Select(schedule => Previewed(schedule, from, runs))
                    .OrderBy(static schedule => schedule.Runs.Count == 0 ? DateTimeOffset.MaxValue : schedule.Runs[0]).ThenBy(static schedule => schedule.Name, StringComparer.Ordinal),
            ],
        };
    }

    private static PreviewedSchedule Previewed(DeclaredSchedule schedule, DateTimeOffset from, int count)
    {
        DateTimeOffset[] runs = [.. schedule.Cron.OccurrencesAfter(from).Take(count)];
        return new PreviewedSchedule(
            schedule.Name, schedule.ScheduleId, schedule.Cron.Text, schedule.Cron.TimeZone.Id, schedule.Paused == true, runs,
            runs.Length == 0 ? ["it never runs: no such day exists."] : [.. ClockChanges.Notes(schedule.Cron, from, runs[^1])], schedule.At);
    }
}

/// <summary>When one declared schedule runs.</summary>
/// <param name="Name">The name that the code uses.</param>
/// <param name="ScheduleId">Its id.</param>
/// <param name="Cron">Its cron expression, with its time zone if it has one.</param>
/// <param name="TimeZone">The id of its time zone.</param>
/// <param name="IsPaused">Whether it is declared paused, and runs at none of these times.</param>
/// <param name="Runs">Its next runs, with the offsets of its time zone.</param>
/// <param name="Notes">What clock changes do to it between now and the last of these runs.</param>
/// <param name="At">Where it is declared.</param>
public sealed record PreviewedSchedule(
    string Name, string ScheduleId, string Cron, string TimeZone, bool IsPaused, IReadOnlyList<DateTimeOffset> Runs, IReadOnlyList<string> Notes, DeclaredAt At);
