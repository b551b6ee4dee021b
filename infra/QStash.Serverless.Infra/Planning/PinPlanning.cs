using System.Globalization;
using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>Plans pinned flow-control limits. A key is never removed, only unpinned: it exists from the first message that uses it.</summary>
internal static class PinPlanning
{
    internal static void Plan(PlanDraft draft)
    {
        Dictionary<string, FlowControlState> actual = draft.State.FlowControlKeys.ToDictionary(static key => key.Key, StringComparer.Ordinal);
        foreach (DeclaredPin declared in draft.Model.Pins)
        {
            FlowControlState? key = actual.GetValueOrDefault(declared.PhysicalKey);
            bool owned = draft.IsOwn(declared.PhysicalKey);
            Facets before = Of(key);
            Facets after = Of(
                declared.Parallelism ?? (owned ? null : Pinned(key).Parallelism), declared.Rate ?? (owned ? null : Pinned(key).Rate), declared.Rate is null ? Pinned(key).Period : declared.Period);
            List<InfraField> fields = Facets.Differences(before, after);
            if (fields.Count == 0)
            {
                draft.Unchanged++;
                continue;
            }

            draft.Changes.Add(new InfraChange(Pinned(key) is { Parallelism: null, Rate: null } ? InfraChangeKind.Create : InfraChangeKind.Update, InfraResource.Pin, declared.Key, declared.PhysicalKey)
            {
                Fields = fields,
                Steps = [.. Steps(declared, owned ? key : null)],
                At = declared.At,
            });
        }

        HashSet<string> keys = [.. draft.Model.Pins.Select(static pin => pin.PhysicalKey)];
        foreach (FlowControlState key in draft.State.FlowControlKeys.Where(key => draft.IsOwnPin(key) && !keys.Contains(key.Key)))
        {
            draft.Remove(
                new InfraChange(InfraChangeKind.Delete, InfraResource.Pin, draft.NameOf(key.Key), key.Key)
                {
                    Fields = Of(key).AsGone(),
                    Steps = [new UnpinKey(key.Key, key.IsParallelismPinned, key.IsRatePinned)],
                },
                string.Join(", ", Of(key).All.Select(static facet => $"{facet.Name} {facet.Shown}")));
        }
    }

    private static IEnumerable<InfraStep> Steps(DeclaredPin declared, FlowControlState? owned)
    {
        bool unpinParallelism = owned is { IsParallelismPinned: true } && declared.Parallelism is null;
        bool unpinRate = owned is { IsRatePinned: true } && declared.Rate is null;
        if (unpinParallelism || unpinRate)
        {
            yield return new UnpinKey(declared.PhysicalKey, unpinParallelism, unpinRate);
        }

        if (declared.Parallelism is not null || declared.Rate is not null)
        {
            // The period is said aloud: pinning without one may keep another.
            yield return new PinKey(declared.PhysicalKey, declared.Parallelism, declared.Rate, declared.Rate is null ? null : (long)(declared.Period ?? TimeSpan.FromSeconds(1)).TotalSeconds);
        }
    }

    private static (int? Parallelism, int? Rate, TimeSpan? Period) Pinned(FlowControlState? key) =>
        key is null ? default : (key.IsParallelismPinned ? key.MaxParallelism : null, key.IsRatePinned ? key.MaxRate : null, key.IsRatePinned ? key.Period : null);

    private static Facets Of(FlowControlState? key)
    {
        (int? parallelism, int? rate, TimeSpan? period) = Pinned(key);
        return Of(parallelism, rate, period);
    }

    private static Facets Of(int? parallelism, int? rate, TimeSpan? period)
    {
        Facets facets = new();
        facets.Add("parallelism", parallelism?.ToString(CultureInfo.InvariantCulture));
        facets.Add("rate", rate is null ? null : $"{rate.Value.ToString(CultureInfo.InvariantCulture)} in {QStashDuration.Format(period ?? TimeSpan.FromSeconds(1))}");
        return facets;
    }
}
