namespace QStash.Serverless.Infra;

/// <summary>The lines that every form of a plan begins with.</summary>
internal static class PlanSummary
{
    internal static string Title(InfraPlan plan, TextOptions options) => plan.Purpose switch
    {
        InfraPlanPurpose.Adopt => $"Adoption into {plan.Scope} at {plan.Url}",
        InfraPlanPurpose.Destroy => $"Removal of everything of {plan.Scope} at {plan.Url}",
        _ => options.AsDrift ? $"Drift of {plan.Scope} at {plan.Url}" : $"Plan for {plan.Scope} at {plan.Url}",
    };

    internal static string Counts(InfraPlan plan, TextOptions options)
    {
        List<string> counts = [];
        foreach (InfraChangeKind kind in Enum.GetValues<InfraChangeKind>())
        {
            int count = plan.Changes.Count(change => change.Kind == kind);
            if (count > 0)
            {
                counts.Add(options.AsDrift ? $"{TextPage.Number(count)} {InfraWords.AsDrift(kind)}" : $"{TextPage.Number(count)} to {InfraWords.Of(kind)}");
            }
        }

        if (counts.Count == 0)
        {
            counts.Add(plan.HasDrift ? options.AsDrift ? "nothing declared differs" : "nothing to change" : options.AsDrift ? "no drift" : "nothing to do");
        }

        if (plan.Orphans.Count > 0)
        {
            counts.Add($"{TextPage.Number(plan.Orphans.Count)} no longer declared");
        }

        if (plan.Purpose == InfraPlanPurpose.Apply)
        {
            counts.Add($"{TextPage.Number(plan.Unchanged)} {(options.AsDrift ? "as declared" : "unchanged")}");
        }

        return string.Join(", ", counts) + ".";
    }

    internal static string Orphans(TextOptions options) => options.AsDrift ? "There, but no longer declared:" : "No longer declared, and left as it is (--prune deletes it):";

    internal static string Sign(InfraChangeKind kind) => kind switch
    {
        InfraChangeKind.Create => "+",
        InfraChangeKind.Update => "~",
        InfraChangeKind.Move => ">",
        _ => "-",
    };

    internal static string Name(InfraChange change) =>
        (change.Name == change.PhysicalName ? change.Name : $"{change.Name} ({change.PhysicalName})") + (change.MovedFrom is null ? "" : $", until now {change.MovedFrom}");

    internal static string What(InfraChange change, TextOptions options) => options.AsDrift
        ? $"{InfraWords.Of(change.Resource)} {Name(change)}: {InfraWords.AsDrift(change.Kind)}"
        : $"{InfraWords.Of(change.Kind)} {InfraWords.Of(change.Resource)} {Name(change)}";

    /// <summary>How many messages a schedule will make.</summary>
    internal static string Messages(InfraChange change) => $"{TextPage.Number(change.MessagesPerMonth ?? 0)} in the next 30 days";
}
