namespace QStash.Serverless.Infra;

/// <summary>Stops plans that look like a mistake: a declaration that could not be read, the wrong app or environment, a branch without half of the code.</summary>
internal static class RemovalCap
{
    internal static void Check(PlanDraft draft, PlanOptions options)
    {
        int removed = draft.Changes.Count(static change => change.Kind == InfraChangeKind.Delete);
        int owned = draft.Owned;
        if (options.AllowDestroy || removed == 0)
        {
            return;
        }

        if (draft.Model.IsEmpty)
        {
            draft.Refusals.Add($"nothing is declared, so this would delete all {removed} things of {draft.Scope}. If that is meant, run `dotnet qstash destroy`, or allow it with --allow-destroy.");
        }
        else if (removed > options.RemovalCap && removed * 2 > owned)
        {
            draft.Refusals.Add($"this would delete {removed} of the {owned} things of {draft.Scope}, which is more than half of them and more than {options.RemovalCap}. If that is meant, allow it with --allow-destroy.");
        }
    }
}
