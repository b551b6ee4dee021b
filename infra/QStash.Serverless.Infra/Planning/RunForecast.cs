namespace QStash.Serverless.Infra;

/// <summary>The runs of cron expressions in the 30 days from an instant, counted one by one, each expression once.</summary>
internal sealed class RunForecast(DateTimeOffset from)
{
    internal const int ShownRuns = 3;
    private static readonly TimeSpan s_month = TimeSpan.FromDays(30);
    private readonly Dictionary<string, Runs> _known = new(StringComparer.Ordinal);

    internal Runs Of(CronSchedule cron)
    {
        if (!_known.TryGetValue(cron.Text, out Runs? runs))
        {
            _known.Add(cron.Text, runs = Count(cron));
        }

        return runs;
    }

    private Runs Count(CronSchedule cron)
    {
        long count = 0;
        Dictionary<int, long> days = [];
        List<DateTimeOffset> next = [];
        foreach (DateTimeOffset run in cron.OccurrencesAfter(from))
        {
            if (run > from + s_month)
            {
                break;
            }

            count++;
            int day = DateOnly.FromDateTime(run.UtcDateTime).DayNumber;
            days[day] = days.GetValueOrDefault(day) + 1;
            if (next.Count < ShownRuns)
            {
                next.Add(run);
            }
        }

        // Rare ones do not run in these 30 days; when they do is what one wants to know.
        return new Runs(next.Count > 0 ? next : [.. cron.OccurrencesAfter(from).Take(1)], count, days.Count == 0 ? 0 : days.Values.Max());
    }
}

/// <summary>The runs of one expression.</summary>
/// <param name="Next">The first few.</param>
/// <param name="Month">How many there are in 30 days.</param>
/// <param name="BusiestDay">How many there are on the UTC day that has most.</param>
internal sealed record Runs(IReadOnlyList<DateTimeOffset> Next, long Month, long BusiestDay);
