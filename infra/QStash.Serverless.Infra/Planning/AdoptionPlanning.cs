using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>Matches what is declared with what somebody else made.</summary>
internal static class AdoptionPlanning
{
    internal static void Plan(PlanDraft draft)
    {
        Dictionary<string, string> groups = PlanGroups(draft);
        Dictionary<string, QStashSchedule> actual = SchedulePlanning.ById(draft);
        List<QStashSchedule> strangers = [.. draft.State.Schedules.Where(schedule => OwnerLabel.OwnerOf(schedule.Labels) is null)];
        List<(DeclaredSchedule Declared, WireSchedule Wire, List<QStashSchedule> Matches)> candidates = [];
        foreach (DeclaredSchedule declared in draft.Model.Schedules)
        {
            if (SchedulePlanning.Wire(draft, declared) is not { } wire)
            {
                continue;
            }

            QStashSchedule? there = actual.GetValueOrDefault(declared.ScheduleId);
            if (there is not null && !draft.Scope.IsOwned(there))
            {
                TakeOver(draft, declared, wire, there, strangers);
                continue;
            }

            string[] destinations = groups.TryGetValue(wire.Message.Destination.Value, out string? old) ? [wire.Message.Destination.Value, old] : [wire.Message.Destination.Value];
            candidates.Add((declared, wire, strangers.FindAll(schedule => Array.Exists(destinations, destination => SchedulePlanning.IsSame(wire, schedule, destination)))));
            foreach (QStashSchedule other in strangers.Where(schedule => destinations.Contains(schedule.Destination, StringComparer.Ordinal) && !candidates[^1].Matches.Contains(schedule) && there is null))
            {
                draft.Notes.Add($"the schedule {other.ScheduleId} has the destination of '{declared.Name}' but runs at other times ({other.Cron}): it stays.");
            }
        }

        foreach ((DeclaredSchedule declared, WireSchedule wire, List<QStashSchedule> matches) in candidates)
        {
            string[] rivals = [.. candidates.Where(other => other.Declared != declared && other.Matches.Intersect(matches).Any()).Select(static other => $"'{other.Declared.Name}'")];
            if (matches.Count > 1 || (matches.Count == 1 && rivals.Length > 0))
            {
                draft.Refusals.Add(
                    $"what '{declared.Name}' shall take over is not clear: {string.Join(", ", matches.Select(static schedule => schedule.ScheduleId))} {(matches.Count == 1 ? "has" : "have")} its destination and times{(rivals.Length == 0 ? "" : ", and so " + (rivals.Length == 1 ? "has " : "have ") + string.Join(", ", rivals))}. Delete or change all but one of them first.");
            }
            else if (matches.Count == 1)
            {
                draft.Changes.Add(SchedulePlanning.Move(draft, declared, wire, matches[0], actual.GetValueOrDefault(declared.ScheduleId)));
            }
        }

        KeepGroupsInUse(draft);
    }

    private static void TakeOver(PlanDraft draft, DeclaredSchedule declared, WireSchedule wire, QStashSchedule there, List<QStashSchedule> strangers)
    {
        if (OwnerLabel.OwnerOf(there.Labels) is { } owner)
        {
            draft.Refusals.Add($"the schedule {there.ScheduleId} has the label of another app and environment, {owner}: remove it there first.");
            return;
        }

        strangers.Remove(there);
        draft.Changes.Add(SchedulePlanning.Put(draft, declared, wire, there)!);
    }

    /// <summary>Plans the groups, and returns what the old ones are called, by the new name.</summary>
    private static Dictionary<string, string> PlanGroups(PlanDraft draft)
    {
        Dictionary<string, string> old = new(StringComparer.Ordinal);
        UrlGroupPlanning.Plan(draft);
        List<InfraChange> planned = [.. draft.Changes];
        draft.Changes.Clear();
        draft.Orphans.Clear();
        draft.Unchanged = 0;
        foreach (DeclaredUrlGroup declared in draft.Model.UrlGroups.Where(group => draft.IsOwn(group.PhysicalName)))
        {
            QStashUrlGroup[] alike = [.. draft.State.UrlGroups.Where(group => !draft.IsOwn(group.Name) && HasEndpoints(group, declared) && !draft.Model.UrlGroups.Any(shared => shared.PhysicalName == group.Name))];
            QStashUrlGroup[] matches = [.. alike.Where(static group => !IsOfAnyScope(group.Name))];
            draft.Notes.AddRange(alike.Except(matches).Select(group => $"the URL group {group.Name} has the endpoints of '{declared.Group.Name}', but is named as those of another app and environment are: it stays."));
            string[] rivals = [.. draft.Model.UrlGroups.Where(other => other != declared && draft.IsOwn(other.PhysicalName) && matches.Any(match => HasEndpoints(match, other))).Select(static other => $"'{other.Group.Name}'")];
            if (matches.Length > 1 || rivals.Length > 0)
            {
                draft.Refusals.Add(
                    $"what the URL group '{declared.Group.Name}' shall take over is not clear: {string.Join(", ", matches.Select(static group => group.Name))} {(matches.Length == 1 ? "has" : "have")} its endpoints{(rivals.Length == 0 ? "" : ", and so do the declared " + string.Join(", ", rivals))}. Delete or change all but one of them first.");
                continue;
            }

            if (matches is not [QStashUrlGroup match])
            {
                continue;
            }

            old.Add(declared.PhysicalName, match.Name);
            draft.Changes.AddRange(planned.Where(change => change.PhysicalName == declared.PhysicalName));
            InfraChange deletion = UrlGroupPlanning.Deletion(draft, match);
            draft.Changes.Add(deletion with
            {
                Needs = [.. deletion.Needs, InfraPlan.Key(InfraResource.UrlGroup, declared.PhysicalName)],
                Risks = [new InfraRisk($"whoever publishes to '{match.Name}' by that name gets a 404 from then on; default options it may have cannot be read, and are not taken over", [])],
            });
        }

        return old;
    }

    /// <summary>A group that schedules go on sending to stays.</summary>
    private static void KeepGroupsInUse(PlanDraft draft)
    {
        foreach (InfraChange deletion in draft.Changes.Where(static change => change is { Kind: InfraChangeKind.Delete, Resource: InfraResource.UrlGroup }).ToArray())
        {
            string[] users =
            [
                .. draft.State.Schedules
                    .Where(schedule => schedule.Destination == deletion.PhysicalName && !draft.Changes.Any(change => change.MovedFrom == schedule.ScheduleId || (change.Resource == InfraResource.Schedule && change.PhysicalName == schedule.ScheduleId)))
                    .Select(static schedule => schedule.ScheduleId),
            ];
            if (users.Length > 0)
            {
                draft.Changes.Remove(deletion);
                draft.Notes.Add($"the URL group {deletion.PhysicalName} stays: {string.Join(", ", users)} {(users.Length == 1 ? "sends" : "send")} to it.");
            }
        }
    }

    /// <summary>Groups have no label that says whose they are; the name alone does.</summary>
    private static bool IsOfAnyScope(string name) => name.Split('.', 3) is [{ Length: > 0 }, { Length: > 0 }, { Length: > 0 }];

    private static bool HasEndpoints(QStashUrlGroup group, DeclaredUrlGroup declared) =>
        group.Endpoints.Select(static endpoint => endpoint.Url).ToHashSet(StringComparer.Ordinal).SetEquals(declared.Endpoints.Select(static endpoint => endpoint.Url));
}
