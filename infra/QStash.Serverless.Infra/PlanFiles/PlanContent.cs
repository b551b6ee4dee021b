using System.Text.Json.Serialization;

namespace QStash.Serverless.Infra;

/// <summary>The outside of a plan file: enough to tell what it is before its content is believed.</summary>
internal sealed record PlanEnvelope(int Version, string? Url, string? Account, string? Seal, string? Content);

/// <summary>The inside of a plan file: the plan, its steps, and what it was made from.</summary>
internal sealed record PlanContent
{
    public required InfraPlanPurpose Purpose { get; init; }

    public required string App { get; init; }

    public required string Env { get; init; }

    public required DateTimeOffset MadeAt { get; init; }

    public required IReadOnlyList<PlannedChange> Changes { get; init; }

    public required IReadOnlyList<InfraOrphan> Orphans { get; init; }

    public required IReadOnlyList<InfraRisk> Risks { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    public required int Unchanged { get; init; }

    public required IReadOnlyDictionary<string, string> Basis { get; init; }

    internal static PlanContent Of(InfraPlan plan, InfraState state) => new()
    {
        Purpose = plan.Purpose,
        App = plan.Scope.App,
        Env = plan.Scope.Env,
        MadeAt = plan.MadeAt,
        Changes = [.. plan.Changes.Select(PlannedChange.Of)],
        Orphans = plan.Orphans,
        Risks = plan.Risks,
        Notes = plan.Notes,
        Unchanged = plan.Unchanged,
        Basis = PlanBasis.Of(plan.Scope, plan.Changes, state),
    };

    internal InfraPlan ToPlan(string url) => new(Purpose, new ResourceScope(App, Env), url, MadeAt)
    {
        Changes = [.. Changes.Select(static change => change.ToChange())],
        Orphans = Orphans,
        Risks = Risks,
        Notes = Notes,
        Unchanged = Unchanged,
    };

    /// <summary>What is no longer as it was when the plan was made.</summary>
    internal IEnumerable<string> Moved(InfraState state)
    {
        Dictionary<string, string> now = PlanBasis.Of(new ResourceScope(App, Env), [.. Changes.Select(static change => change.ToChange())], state);
        return now.Keys.Union(Basis.Keys).Where(key => now.GetValueOrDefault(key) != Basis.GetValueOrDefault(key)).Order(StringComparer.Ordinal);
    }
}

/// <summary>A change with its steps.</summary>
internal sealed record PlannedChange
{
    public required InfraChangeKind Kind { get; init; }

    public required InfraResource Resource { get; init; }

    public required string Name { get; init; }

    public required string PhysicalName { get; init; }

    public string? MovedFrom { get; init; }

    public required IReadOnlyList<InfraField> Fields { get; init; }

    public required IReadOnlyList<DateTimeOffset> NextRuns { get; init; }

    public long? MessagesPerMonth { get; init; }

    public required IReadOnlyList<InfraRisk> Risks { get; init; }

    public DeclaredAt? At { get; init; }

    public required IReadOnlyList<InfraStep> Steps { get; init; }

    public required IReadOnlyList<string> Needs { get; init; }

    internal static PlannedChange Of(InfraChange change) => new()
    {
        Kind = change.Kind,
        Resource = change.Resource,
        Name = change.Name,
        PhysicalName = change.PhysicalName,
        MovedFrom = change.MovedFrom,
        Fields = change.Fields,
        NextRuns = change.NextRuns,
        MessagesPerMonth = change.MessagesPerMonth,
        Risks = change.Risks,
        At = change.At,
        Steps = change.Steps,
        Needs = change.Needs,
    };

    internal InfraChange ToChange() => new(Kind, Resource, Name, PhysicalName)
    {
        MovedFrom = MovedFrom,
        Fields = Fields,
        NextRuns = NextRuns,
        MessagesPerMonth = MessagesPerMonth,
        Risks = Risks,
        At = At,
        Steps = Steps,
        Needs = Needs,
    };
}

[JsonSourceGenerationOptions(WriteIndented = true, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlanEnvelope))]
[JsonSerializable(typeof(PlanContent))]
internal sealed partial class PlanFileJson : JsonSerializerContext;
