namespace QStash.Serverless.Infra;

/// <summary>What a plan is for.</summary>
public enum InfraPlanPurpose
{
    /// <summary>To make the account what the code declares.</summary>
    Apply,

    /// <summary>To take over what somebody else made.</summary>
    Adopt,

    /// <summary>To remove everything of an app and environment.</summary>
    Destroy,
}

/// <summary>
/// The way from what an account holds to what is declared: worked out from these two alone, without any record of earlier plans. It touches only what it
/// owns: schedules with this scope's prefix and label, and URL groups, queues and pinned keys with its prefix.
/// </summary>
public sealed record InfraPlan
{
    internal InfraPlan(InfraPlanPurpose purpose, ResourceScope scope, string url, DateTimeOffset madeAt)
    {
        Purpose = purpose;
        Scope = scope;
        Url = url;
        MadeAt = madeAt;
    }

    /// <summary>What it is for.</summary>
    public InfraPlanPurpose Purpose { get; }

    /// <summary>The app and the environment it is about.</summary>
    public ResourceScope Scope { get; }

    /// <summary>The QStash it is about: base URL, no trailing slash.</summary>
    public string Url { get; }

    /// <summary>When the account was read.</summary>
    public DateTimeOffset MadeAt { get; }

    /// <summary>The changes, in the order in which they are made: URL groups, queues and pins, then schedules; then deletions, schedules first.</summary>
    public IReadOnlyList<InfraChange> Changes { get; init; } = [];

    /// <summary>What is owned and no longer declared, and stays because the plan does not prune.</summary>
    public IReadOnlyList<InfraOrphan> Orphans { get; init; } = [];

    /// <summary>Why the plan cannot be applied as it is; empty when it can.</summary>
    public IReadOnlyList<string> Refusals { get; init; } = [];

    /// <summary>What to know about the account as it will be.</summary>
    public IReadOnlyList<InfraRisk> Risks { get; init; } = [];

    /// <summary>What was noticed, and is no reason to stop.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>How many declared things are as they shall be.</summary>
    public int Unchanged { get; init; }

    /// <summary>Whether there is nothing to change.</summary>
    public bool IsEmpty => Changes.Count == 0;

    /// <summary>Whether it cannot be applied; <see cref="Refusals"/> say why.</summary>
    public bool IsRefused => Refusals.Count > 0;

    /// <summary>Whether the account is not what is declared: something differs, is missing, is left over, or is not what its name promises.</summary>
    public bool HasDrift => Changes.Count + Orphans.Count + Refusals.Count > 0;

    /// <summary>Plans to make an account what is declared.</summary>
    /// <param name="model">What is declared.</param>
    /// <param name="state">What is there.</param>
    /// <param name="options">Whether to delete what is no longer declared; not, when null.</param>
    public static InfraPlan Of(InfraModel model, InfraState state, PlanOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(state);
        options ??= new PlanOptions();
        PlanDraft draft = new(model, state, options.Prune);
        UrlGroupPlanning.Plan(draft);
        QueuePlanning.Plan(draft);
        PinPlanning.Plan(draft);
        SchedulePlanning.Plan(draft);
        RemovalCap.Check(draft, options);
        return Finished(draft, InfraPlanPurpose.Apply);
    }

    /// <summary>
    /// Plans to take over what was made by hand or by a script: a schedule that is not ours, with the destination and the times of a declared one, is made
    /// anew under the declared id and deleted, paused if it was; one that already has the id is marked as ours; a URL group with the endpoints of a declared
    /// one gives way to it, unless its name is of the form <c>{app}.{env}.{name}</c>. What matches more than one declaration, or the other way round, is refused with the names of all.
    /// </summary>
    /// <param name="model">What is declared.</param>
    /// <param name="state">What is there.</param>
    public static InfraPlan ToAdopt(InfraModel model, InfraState state)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(state);
        PlanDraft draft = new(model, state, prune: false);
        AdoptionPlanning.Plan(draft);
        return Finished(draft, InfraPlanPurpose.Adopt);
    }

    /// <summary>Plans to remove everything that an app and environment own, and nothing else. Shared things stay.</summary>
    /// <param name="scope">The app and the environment.</param>
    /// <param name="state">What is there.</param>
    public static InfraPlan ToDestroy(ResourceScope scope, InfraState state)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(state);
        PlanDraft draft = new(new InfraModel { Scope = scope }, state, prune: true);
        UrlGroupPlanning.Plan(draft);
        QueuePlanning.Plan(draft);
        PinPlanning.Plan(draft);
        SchedulePlanning.Plan(draft);
        foreach (Client.QStashSchedule schedule in state.Schedules.Where(schedule => draft.IsOwn(schedule.ScheduleId) && !scope.IsOwned(schedule)))
        {
            draft.Notes.Add($"the schedule {schedule.ScheduleId} has no label '{OwnerLabel.Of(scope)}' and stays.");
        }

        return Finished(draft, InfraPlanPurpose.Destroy);
    }

    internal static string Key(InfraResource resource, string physicalName) => $"{resource} {physicalName}";

    internal static string Key(InfraChange change) => Key(change.Resource, change.PhysicalName);

    /// <summary>When a change is made, in relation to others: those of one phase may go side by side.</summary>
    internal static int Phase(InfraChange change) => (change.Kind == InfraChangeKind.Delete, change.Resource == InfraResource.Schedule) switch
    {
        (false, false) => 0,
        (false, true) => 1,
        (true, true) => 2,
        (true, false) => 3,
    };

    private static InfraPlan Finished(PlanDraft draft, InfraPlanPurpose purpose) => new(purpose, draft.Scope, draft.State.Url, draft.State.ReadAt)
    {
        Changes = [.. draft.Changes.OrderBy(Phase).ThenBy(static change => change.Resource).ThenBy(static change => change.PhysicalName, StringComparer.Ordinal)],
        Orphans = [.. draft.Orphans.OrderBy(static orphan => orphan.Resource).ThenBy(static orphan => orphan.PhysicalName, StringComparer.Ordinal)],
        Refusals = [.. draft.Refusals],
        Risks = [.. AccountRisks.Of(draft)],
        Notes = [.. draft.Notes],
        Unchanged = draft.Unchanged,
    };
}
