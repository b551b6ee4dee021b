using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>Plans schedules.</summary>
internal static class SchedulePlanning
{
    internal static void Plan(PlanDraft draft)
    {
        Dictionary<string, QStashSchedule> actual = ById(draft);
        HashSet<string> declaredIds = [.. draft.Model.Schedules.Select(static schedule => schedule.ScheduleId)];
        List<QStashSchedule> orphans = [.. draft.State.Schedules.Where(schedule => draft.Scope.IsOwned(schedule) && !declaredIds.Contains(schedule.ScheduleId))];
        foreach (DeclaredSchedule declared in draft.Model.Schedules)
        {
            if (Wire(draft, declared) is not { } wire)
            {
                continue;
            }

            QStashSchedule? there = actual.GetValueOrDefault(declared.ScheduleId);
            if (there is not null && !draft.Scope.IsOwned(there))
            {
                draft.Refusals.Add(
                    $"the schedule {declared.ScheduleId} exists, but without the label '{OwnerLabel.Of(draft.Scope)}': somebody else made or replaced it, and it stays as it is. Run `dotnet qstash adopt` to take it over, or rename the declared one.");
            }
            else if (there is null && Renamed(draft, wire, orphans) is { } old)
            {
                if (draft.Prune)
                {
                    orphans.Remove(old);
                    draft.Changes.Add(Move(draft, declared, wire, old, there: null));
                }
                else
                {
                    draft.Changes.Add(Put(draft, declared, wire, null)! with { Risks = [new InfraRisk($"the schedule {old.ScheduleId}, no longer declared, makes the same messages at the same times: with --prune this one takes its place", [])] });
                }
            }
            else if (Put(draft, declared, wire, there) is { } change)
            {
                draft.Changes.Add(change);
            }
            else
            {
                draft.Unchanged++;
            }
        }

        foreach (QStashSchedule orphan in orphans)
        {
            draft.Remove(Deletion(draft, orphan), $"{orphan.Cron} to {(ScheduleFacets.IsUrl(orphan.Destination) ? Shown.Url(orphan.Destination) : orphan.Destination)}");
        }
    }

    internal static Dictionary<string, QStashSchedule> ById(PlanDraft draft) => draft.State.Schedules.ToDictionary(static schedule => schedule.ScheduleId, StringComparer.Ordinal);

    /// <summary>A declared schedule as it would go over the wire; null, with the reason among the refusals, when it cannot.</summary>
    internal static WireSchedule? Wire(PlanDraft draft, DeclaredSchedule declared)
    {
        try
        {
            return new WireSchedule(declared, draft.Scope, BaseUrl.IsHosted(draft.State.Url));
        }
        catch (ArgumentException refused)
        {
            draft.Refusals.Add(refused.Message);
            return null;
        }
    }

    /// <summary>The creation or update of a schedule; null when nothing differs.</summary>
    internal static InfraChange? Put(PlanDraft draft, DeclaredSchedule declared, WireSchedule wire, QStashSchedule? there)
    {
        Facets after = ScheduleFacets.Of(wire);
        List<InfraField> fields = there is null ? after.AsNew() : Facets.Differences(ScheduleFacets.Of(there), after);
        bool same = there is not null && fields.Count == 0;
        bool wasPaused = there?.IsPaused ?? false;
        bool paused = declared.Paused ?? wasPaused;
        if (paused != wasPaused)
        {
            fields.Add(new InfraField(ScheduleFacets.Paused, there is null ? null : Answer(wasPaused), Answer(paused)));
        }

        return fields.Count == 0
            ? null
            : Described(draft, declared, wire, paused, there is null ? InfraChangeKind.Create : InfraChangeKind.Update) with
            {
                Fields = Hidden(fields, there, wire),
                Steps = same ? [new PauseSchedule(declared.ScheduleId, paused)] : [wire.ToStep(declared.ScheduleId, paused ? true : wasPaused ? false : null, replaces: null)],
            };
    }

    /// <summary>A schedule that takes the place of another with the same destination and times.</summary>
    internal static InfraChange Move(PlanDraft draft, DeclaredSchedule declared, WireSchedule wire, QStashSchedule old, QStashSchedule? there)
    {
        bool wasPaused = (there ?? old).IsPaused;
        bool paused = declared.Paused ?? wasPaused;
        List<InfraField> fields = Facets.Differences(ScheduleFacets.Of(old), ScheduleFacets.Of(wire));
        if (paused != wasPaused)
        {
            fields.Add(new InfraField(ScheduleFacets.Paused, Answer(wasPaused), Answer(paused)));
        }

        return Described(draft, declared, wire, paused, InfraChangeKind.Move) with
        {
            MovedFrom = old.ScheduleId,
            Fields = Hidden(fields, old, wire),
            Steps = [wire.ToStep(declared.ScheduleId, paused ? true : there is { IsPaused: true } ? false : null, old.ScheduleId)],
        };
    }

    internal static InfraChange Deletion(PlanDraft draft, QStashSchedule schedule) => new(InfraChangeKind.Delete, InfraResource.Schedule, draft.NameOf(schedule.ScheduleId), schedule.ScheduleId)
    {
        Fields = ScheduleFacets.Of(schedule).AsGone(),
        Steps = [new DeleteSchedule(schedule.ScheduleId)],
    };

    /// <summary>Whether two schedules make their messages at the same times for the same receiver.</summary>
    internal static bool IsSame(WireSchedule wire, QStashSchedule schedule, string destination) =>
        schedule.Destination == destination && ScheduleFacets.Meaning(schedule.Cron) == ScheduleFacets.Meaning(wire.Cron.Text);

    private static QStashSchedule? Renamed(PlanDraft draft, WireSchedule wire, List<QStashSchedule> orphans)
    {
        // Only where there is no doubt.
        List<QStashSchedule> same = orphans.FindAll(orphan => IsSame(wire, orphan, wire.Message.Destination.Value));
        if (same.Count != 1)
        {
            return null;
        }

        int declared = draft.Model.Schedules.Count(schedule =>
            schedule.Message.Destination.Value == wire.Message.Destination.Value && ScheduleFacets.Meaning(schedule.Cron.Text) == ScheduleFacets.Meaning(wire.Cron.Text)
            && !draft.State.Schedules.Any(there => there.ScheduleId == schedule.ScheduleId));
        return declared == 1 ? same[0] : null;
    }

    private static InfraChange Described(PlanDraft draft, DeclaredSchedule declared, WireSchedule wire, bool paused, InfraChangeKind kind)
    {
        Runs runs = draft.Forecast.Of(wire.Cron);
        int endpoints = draft.Endpoints(wire.Message.Destination.Value, wire.Message.Destination.IsUrlGroup);
        return new InfraChange(kind, InfraResource.Schedule, declared.Name, declared.ScheduleId)
        {
            NextRuns = paused ? [] : runs.Next,
            MessagesPerMonth = paused ? 0 : runs.Month * endpoints,
            Risks = [.. Risks(wire, runs, paused ? 0 : runs.BusiestDay * endpoints)],
            At = declared.At,
            Needs = [.. Needs(wire)],
        };
    }

    private static IEnumerable<InfraRisk> Risks(WireSchedule wire, Runs runs, long busiestDay)
    {
        IEnumerable<InfraRisk> risks =
        [
            .. runs.Next.Count == 0 ? [new InfraRisk("it never runs: no such day exists", [])] : Array.Empty<InfraRisk>(),
            .. AccountLimits.Exceeded(busiestDay, static plan => plan.MessagesPerDay, "messages a day"),
            .. AccountLimits.Exceeded(Duration(wire[QStashHeaders.Delay]), static plan => plan.Delay, "a delay of"),
            .. AccountLimits.Exceeded(Duration(wire[QStashHeaders.Timeout]), static plan => plan.Timeout, "a timeout of"),
            .. AccountLimits.Exceeded(int.TryParse(wire[QStashHeaders.Retries], out int retries) ? retries : 0, static plan => plan.Retries, "retries"),
            .. AccountLimits.Exceeded(wire.Message.Body.Length, static plan => plan.MessageBytes, "bytes in a message"),
        ];
        return risks;
    }

    private static IEnumerable<string> Needs(WireSchedule wire)
    {
        if (wire.Message.Destination.IsUrlGroup)
        {
            yield return InfraPlan.Key(InfraResource.UrlGroup, wire.Message.Destination.Value);
        }

        if (wire.Queue is { } queue)
        {
            yield return InfraPlan.Key(InfraResource.Queue, queue);
        }

        if (wire[QStashHeaders.FlowControlKey] is { } key)
        {
            yield return InfraPlan.Key(InfraResource.Pin, key);
        }
    }

    /// <summary>A body that is hidden on one side is hidden on both: whoever hides it does not want its last text in a review.</summary>
    private static List<InfraField> Hidden(List<InfraField> fields, QStashSchedule? there, WireSchedule wire)
    {
        int body = fields.FindIndex(static field => field.Name == "body");
        if (body >= 0 && there is not null && wire.HidesBody)
        {
            fields[body] = fields[body] with { Before = there.Body.IsEmpty ? null : Shown.Body(there.Body.Span, hidden: true) };
        }

        return fields;
    }

    private static TimeSpan? Duration(string? text) => QStashDuration.TryParse(text, out TimeSpan duration, out _) ? duration : null;

    private static string Answer(bool paused) => paused ? "yes" : "no";
}
