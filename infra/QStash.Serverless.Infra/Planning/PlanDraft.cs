using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>A plan in the making, and what its parts need to know of each other.</summary>
internal sealed class PlanDraft(InfraModel model, InfraState state, bool prune)
{
    internal InfraModel Model { get; } = model;

    internal ResourceScope Scope { get; } = model.Scope;

    internal InfraState State { get; } = state;

    internal bool Prune { get; } = prune;

    internal RunForecast Forecast { get; } = new(state.ReadAt);

    internal List<InfraChange> Changes { get; } = [];

    internal List<InfraOrphan> Orphans { get; } = [];

    internal List<string> Refusals { get; } = [];

    internal List<string> Notes { get; } = [];

    internal int Unchanged { get; set; }

    /// <summary>How many things of the account this scope owns, declared or not.</summary>
    internal int Owned =>
        State.Schedules.Count(Scope.IsOwned) + State.UrlGroups.Count(group => IsOwn(group.Name)) + State.Queues.Count(queue => IsOwn(queue.Name)) + State.FlowControlKeys.Count(IsOwnPin);

    /// <summary>Whether a declared schedule sends to this group or goes through this queue: then it is in use, declared or not.</summary>
    internal bool IsUsed(string physicalName) => Model.Schedules.Any(schedule =>
        (schedule.Message.Destination.IsUrlGroup && schedule.Message.Destination.Value == physicalName) || schedule.Message.Queue?.ToString() == physicalName);

    internal bool IsOwn(string physicalName) => Scope.TryGetName(physicalName, out _);

    internal bool IsOwnPin(FlowControlState key) => IsOwn(key.Key) && (key.IsParallelismPinned || key.IsRatePinned);

    internal string NameOf(string physicalName) => Scope.TryGetName(physicalName, out string? name) ? name : physicalName;

    /// <summary>Deletes what is owned and no longer declared, or lists it.</summary>
    internal void Remove(InfraChange change, string detail)
    {
        if (Prune)
        {
            Changes.Add(change);
        }
        else
        {
            Orphans.Add(new InfraOrphan(change.Resource, change.Name, change.PhysicalName, detail));
        }
    }

    /// <summary>How many messages one run to a destination makes.</summary>
    internal int Endpoints(string destination, bool isUrlGroup)
    {
        if (!isUrlGroup)
        {
            return 1;
        }

        IEnumerable<string> actual = State.UrlGroups.FirstOrDefault(group => group.Name == destination)?.Endpoints.Select(static endpoint => endpoint.Url) ?? [];
        DeclaredUrlGroup? declared = Model.UrlGroups.FirstOrDefault(group => group.PhysicalName == destination);
        return Math.Max(1, declared is null ? actual.Count() : declared.Endpoints.Select(static endpoint => endpoint.Url).Union(IsOwn(destination) ? [] : actual, StringComparer.Ordinal).Count());
    }
}
