using System.Globalization;
using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>Plans queues.</summary>
internal static class QueuePlanning
{
    internal static void Plan(PlanDraft draft)
    {
        Dictionary<string, QStashQueue> actual = draft.State.Queues.ToDictionary(static queue => queue.Name, StringComparer.Ordinal);
        foreach (DeclaredQueue declared in draft.Model.Queues)
        {
            QStashQueue? queue = actual.GetValueOrDefault(declared.PhysicalName);
            int parallelism = declared.Parallelism ?? queue?.Parallelism ?? 1;
            bool paused = declared.Paused ?? queue?.IsPaused ?? false;
            Facets after = Of(parallelism, paused);
            List<InfraField> fields = queue is null ? after.AsNew() : Facets.Differences(Of(queue.Parallelism, queue.IsPaused), after);
            if (fields.Count == 0)
            {
                draft.Unchanged++;
                continue;
            }

            draft.Changes.Add(new InfraChange(queue is null ? InfraChangeKind.Create : InfraChangeKind.Update, InfraResource.Queue, declared.Queue.Name, declared.PhysicalName)
            {
                Fields = fields,
                Steps = [new PutQueue(declared.PhysicalName, parallelism, declared.Paused)],
                Risks = [.. AccountLimits.Exceeded(parallelism, static plan => plan.QueueParallelism, "messages of a queue in flight at once")],
                At = declared.At,
            });
        }

        HashSet<string> names = [.. draft.Model.Queues.Select(static queue => queue.PhysicalName)];
        foreach (QStashQueue queue in draft.State.Queues.Where(queue => draft.IsOwn(queue.Name) && !names.Contains(queue.Name) && !draft.IsUsed(queue.Name)))
        {
            draft.Remove(Deletion(draft, queue), Waiting(queue));
        }
    }

    private static InfraChange Deletion(PlanDraft draft, QStashQueue queue) => new(InfraChangeKind.Delete, InfraResource.Queue, draft.NameOf(queue.Name), queue.Name)
    {
        Fields = Of(queue.Parallelism, queue.IsPaused).AsGone(),
        Steps = [new DeleteQueue(queue.Name, LosesMessages: queue.Lag > 0)],
        Needs = [.. draft.State.Schedules.Where(schedule => schedule.Queue == queue.Name).Select(static schedule => InfraPlan.Key(InfraResource.Schedule, schedule.ScheduleId))],
        Risks = queue.Lag > 0 ? [new InfraRisk(Waiting(queue) + ", which are lost with the queue", [])] : [],
    };

    private static string Waiting(QStashQueue queue) => string.Create(CultureInfo.InvariantCulture, $"{queue.Lag:N0} waiting messages");

    private static Facets Of(int parallelism, bool paused)
    {
        string number = parallelism.ToString(CultureInfo.InvariantCulture);
        Facets facets = new();
        facets.Add("parallelism", number);
        facets.Add(ScheduleFacets.Paused, paused ? "yes" : "no");
        return facets;
    }
}
