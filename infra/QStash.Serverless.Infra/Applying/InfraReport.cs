namespace QStash.Serverless.Infra;

/// <summary>A change that is over.</summary>
/// <param name="Change">The change.</param>
/// <param name="Finished">How many changes are over, this one included.</param>
/// <param name="Total">How many there are.</param>
/// <param name="Error">Why it failed; null when it was made.</param>
public sealed record InfraProgress(InfraChange Change, int Finished, int Total, string? Error);

/// <summary>A change that was not made, or not wholly.</summary>
/// <param name="Change">The change.</param>
/// <param name="Error">Why.</param>
public sealed record InfraFailure(InfraChange Change, string Error);

/// <summary>What came of applying a plan. Applying the declaration again finishes what is missing.</summary>
public sealed record InfraReport
{
    internal InfraReport()
    {
    }

    /// <summary>What was made.</summary>
    public IReadOnlyList<InfraChange> Done { get; init; } = [];

    /// <summary>What failed; a call that got no answer may have taken effect all the same.</summary>
    public IReadOnlyList<InfraFailure> Failed { get; init; } = [];

    /// <summary>What was not tried, because something it needs failed, the token is refused, or the work was stopped.</summary>
    public IReadOnlyList<InfraFailure> NotAttempted { get; init; } = [];

    /// <summary>Whether the work was stopped before its end.</summary>
    public bool IsCancelled { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Whether every change was made.</summary>
    public bool IsComplete => Failed.Count + NotAttempted.Count == 0;
}
