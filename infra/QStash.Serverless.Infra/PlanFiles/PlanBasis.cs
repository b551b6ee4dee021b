using System.Globalization;
using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>
/// What a plan depends on, as fingerprints by name: everything the scope owns, and what the plan's changes touch. What QStash changes by itself, such as
/// counters and times of runs, is not part of it.
/// </summary>
internal static class PlanBasis
{
    internal static Dictionary<string, string> Of(ResourceScope scope, IReadOnlyList<InfraChange> changes, InfraState state)
    {
        HashSet<string> touched = [.. changes.SelectMany(static change => new[] { InfraPlan.Key(change), InfraPlan.Key(change.Resource, change.MovedFrom ?? change.PhysicalName) })];
        Dictionary<string, string> basis = new(StringComparer.Ordinal);
        void Add(InfraResource resource, string name, Func<string> value)
        {
            if (scope.TryGetName(name, out _) || touched.Contains(InfraPlan.Key(resource, name)))
            {
                basis[$"{InfraWords.Of(resource)} {name}"] = Shown.Fingerprint(value());
            }
        }

        foreach (QStashSchedule schedule in state.Schedules)
        {
            Add(InfraResource.Schedule, schedule.ScheduleId, () => Text(schedule));
        }

        foreach (QStashUrlGroup group in state.UrlGroups)
        {
            Add(InfraResource.UrlGroup, group.Name, () => Line(
                [Number(group.CreatedAt), .. group.Endpoints.OrderBy(static endpoint => endpoint.Url, StringComparer.Ordinal).Select(static endpoint => $"{endpoint.Url}\t{endpoint.Name}")]));
        }

        foreach (QStashQueue queue in state.Queues)
        {
            Add(InfraResource.Queue, queue.Name, () => Line([Number(queue.CreatedAt), queue.Parallelism.ToString(CultureInfo.InvariantCulture), queue.IsPaused ? "paused" : ""]));
        }

        foreach (FlowControlState key in state.FlowControlKeys.Where(static key => key.IsParallelismPinned || key.IsRatePinned))
        {
            Add(InfraResource.Pin, key.Key, () => Line([key.IsParallelismPinned ? $"{key.MaxParallelism}" : "", key.IsRatePinned ? $"{key.MaxRate} in {key.Period}" : ""]));
        }

        return basis;
    }

    private static string Text(QStashSchedule schedule) => Line(
        [Number(schedule.CreatedAt), schedule.IsPaused ? "paused" : "", .. ScheduleFacets.Of(schedule).All.Select(static facet => $"{facet.Name}\t{facet.Value}")]);

    private static string Line(IEnumerable<string> parts) => string.Join('\n', parts);

    private static string Number(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) ?? "";
}
