namespace QStash.Serverless.Infra;

/// <summary>Everything that an app declares for one environment: complete, validated, and independent of what is there.</summary>
public sealed record InfraModel
{
    /// <summary>The app and the environment; they own what is named after them, and nothing else.</summary>
    public required ResourceScope Scope { get; init; }

    /// <summary>The schedules.</summary>
    public IReadOnlyList<DeclaredSchedule> Schedules { get; init; } = [];

    /// <summary>The URL groups.</summary>
    public IReadOnlyList<DeclaredUrlGroup> UrlGroups { get; init; } = [];

    /// <summary>The queues.</summary>
    public IReadOnlyList<DeclaredQueue> Queues { get; init; } = [];

    /// <summary>The pinned flow-control keys.</summary>
    public IReadOnlyList<DeclaredPin> Pins { get; init; } = [];

    /// <summary>Whether nothing is declared at all.</summary>
    public bool IsEmpty => Schedules.Count + UrlGroups.Count + Queues.Count + Pins.Count == 0;
}
