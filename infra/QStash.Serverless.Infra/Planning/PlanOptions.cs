namespace QStash.Serverless.Infra;

/// <summary>What a plan may do besides creating and updating.</summary>
public sealed record PlanOptions
{
    /// <summary>Whether to delete what this app and environment own but no longer declare. Without it, that is only listed.</summary>
    public bool Prune { get; init; }

    /// <summary>How many deletions always pass; a plan with more of them that would delete more than half of what is owned is refused. Default 5.</summary>
    public int RemovalCap { get; init; } = 5;

    /// <summary>Lifts the cap, and lets an empty declaration delete everything.</summary>
    public bool AllowDestroy { get; init; }
}
