namespace QStash.Serverless.Infra;

/// <summary>What a change does.</summary>
public enum InfraChangeKind
{
    /// <summary>Makes something new.</summary>
    Create,

    /// <summary>Changes something in place: its id and, unless declared otherwise, whether it is paused stay.</summary>
    Update,

    /// <summary>Makes something under its declared name and removes it under its old one, without a run twice.</summary>
    Move,

    /// <summary>Removes something.</summary>
    Delete,
}

/// <summary>What a change is about.</summary>
public enum InfraResource
{
    /// <summary>A URL group (protocol 2.8).</summary>
    UrlGroup,

    /// <summary>A FIFO queue (protocol 2.7).</summary>
    Queue,

    /// <summary>The pinned limits of a flow-control key (protocol 2.11).</summary>
    Pin,

    /// <summary>A schedule (protocol 2.9).</summary>
    Schedule,
}

/// <summary>
/// One field of a change, as people read it: values of delivery headers and the queries of URLs, which may be secrets, stand as <c>REDACTED:</c> and the
/// start of their SHA-256, and so do redacted bodies.
/// </summary>
/// <param name="Name">The field, such as <c>cron</c> or <c>header X-Tenant</c>.</param>
/// <param name="Before">What is there; null for nothing.</param>
/// <param name="After">What shall be there; null for nothing.</param>
public sealed record InfraField(string Name, string? Before, string? After);

/// <summary>Something to know before a change is made.</summary>
/// <param name="Text">What it is.</param>
/// <param name="Plans">QStash's plans whose limits it would exceed; empty for what has nothing to do with plans.</param>
public sealed record InfraRisk(string Text, IReadOnlyList<string> Plans)
{
    /// <summary>The text, and the plans it is about.</summary>
    public override string ToString() => Plans.Count == 0 ? Text : $"{Text} ({string.Join(", ", Plans)})";
}

/// <summary>Something of this app and environment that is no longer declared and that the plan leaves there.</summary>
/// <param name="Resource">What it is.</param>
/// <param name="Name">The name that the code used.</param>
/// <param name="PhysicalName">The name that QStash knows.</param>
/// <param name="Detail">What it does, in a few words.</param>
public sealed record InfraOrphan(InfraResource Resource, string Name, string PhysicalName, string Detail);

/// <summary>One change of a plan.</summary>
public sealed record InfraChange
{
    internal InfraChange(InfraChangeKind kind, InfraResource resource, string name, string physicalName)
    {
        Kind = kind;
        Resource = resource;
        Name = name;
        PhysicalName = physicalName;
    }

    /// <summary>What it does.</summary>
    public InfraChangeKind Kind { get; }

    /// <summary>What it is about.</summary>
    public InfraResource Resource { get; }

    /// <summary>The name that the code uses.</summary>
    public string Name { get; }

    /// <summary>The name that QStash knows: a schedule's id, a group's or queue's name, a key.</summary>
    public string PhysicalName { get; }

    /// <summary>For a move, the name it has now.</summary>
    public string? MovedFrom { get; init; }

    /// <summary>The fields that differ; for what is created or deleted, all that are set.</summary>
    public IReadOnlyList<InfraField> Fields { get; init; } = [];

    /// <summary>The first instants at which a schedule makes messages from now on, with the offsets of its time zone. Empty when it is paused or deleted.</summary>
    public IReadOnlyList<DateTimeOffset> NextRuns { get; init; } = [];

    /// <summary>
    /// How many messages a schedule makes in the 30 days from now: its runs, times the endpoints of its URL group; 0 when it is paused. Null for what
    /// makes no messages.
    /// </summary>
    public long? MessagesPerMonth { get; init; }

    /// <summary>What to know before it is made.</summary>
    public IReadOnlyList<InfraRisk> Risks { get; init; } = [];

    /// <summary>Where it is declared; null for what is deleted.</summary>
    public DeclaredAt? At { get; init; }

    /// <summary>The calls that make it so, in order.</summary>
    internal IReadOnlyList<InfraStep> Steps { get; init; } = [];

    /// <summary>Which changes must have been made before, by <see cref="InfraPlan.Key(InfraChange)"/>: those of the group a schedule sends to, for example. Not all of them need to be part of the plan.</summary>
    internal IReadOnlyList<string> Needs { get; init; } = [];
}
