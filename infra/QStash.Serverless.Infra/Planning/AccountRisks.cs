namespace QStash.Serverless.Infra;

/// <summary>What the whole account will come to once a plan is applied, where that is more than some of QStash's plans allow.</summary>
internal static class AccountRisks
{
    internal static IEnumerable<InfraRisk> Of(PlanDraft draft)
    {
        if (draft.Changes.Count == 0)
        {
            return [];
        }

        int schedules = draft.State.Schedules.Count + Balance(draft, InfraResource.Schedule);
        int groups = draft.State.UrlGroups.Count + Balance(draft, InfraResource.UrlGroup);
        int queues = draft.State.Queues.Count + Balance(draft, InfraResource.Queue);
        return
        [
            .. AccountLimits.Exceeded(schedules, static plan => plan.Schedules, "schedules in the account"),
            .. AccountLimits.Exceeded(groups, static plan => plan.UrlGroups, "URL groups in the account"),
            .. AccountLimits.Exceeded(queues, static plan => plan.Queues, "queues in the account"),
            .. AccountLimits.Exceeded(MessagesPerDay(draft), static plan => plan.MessagesPerDay, "messages of declared schedules on their busiest day"),
        ];
    }

    private static int Balance(PlanDraft draft, InfraResource resource) => draft.Changes.Where(change => change.Resource == resource).Sum(static change => change.Kind switch
    {
        InfraChangeKind.Create => 1,
        InfraChangeKind.Delete => -1,
        _ => 0,
    });

    private static long MessagesPerDay(PlanDraft draft) => draft.Model.Schedules
        .Where(schedule => schedule.Paused != true)
        .Sum(schedule => draft.Forecast.Of(schedule.Cron).BusiestDay * draft.Endpoints(schedule.Message.Destination.Value, schedule.Message.Destination.IsUrlGroup));
}
