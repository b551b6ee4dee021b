using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>Plans URL groups. An endpoint is known by its URL, so that messages on their way to a group miss no endpoint while names change.</summary>
internal static class UrlGroupPlanning
{
    internal static void Plan(PlanDraft draft)
    {
        Dictionary<string, QStashUrlGroup> actual = draft.State.UrlGroups.ToDictionary(static group => group.Name, StringComparer.Ordinal);
        foreach (DeclaredUrlGroup declared in draft.Model.UrlGroups)
        {
            try
            {
                if (Change(draft, declared, actual.GetValueOrDefault(declared.PhysicalName)) is { } change)
                {
                    draft.Changes.Add(change);
                }
                else
                {
                    draft.Unchanged++;
                }
            }
            catch (ArgumentException refused)
            {
                draft.Refusals.Add(refused.Message);
            }
        }

        HashSet<string> names = [.. draft.Model.UrlGroups.Select(static group => group.PhysicalName)];
        foreach (QStashUrlGroup group in draft.State.UrlGroups.Where(group => draft.IsOwn(group.Name) && !names.Contains(group.Name) && !draft.IsUsed(group.Name)))
        {
            draft.Remove(Deletion(draft, group), $"{group.Endpoints.Count} endpoints");
        }
    }

    /// <summary>The deletion of a group, after that of the schedules that send to it.</summary>
    internal static InfraChange Deletion(PlanDraft draft, QStashUrlGroup group)
    {
        string[] senders = [.. draft.State.Schedules.Where(schedule => schedule.Destination == group.Name).Select(static schedule => schedule.ScheduleId)];
        return new InfraChange(InfraChangeKind.Delete, InfraResource.UrlGroup, draft.NameOf(group.Name), group.Name)
        {
            Fields = [.. group.Endpoints.Select(static endpoint => new InfraField("endpoint", Show(endpoint.Url, endpoint.Name), null))],
            Steps = [new DeleteGroup(group.Name)],
            Needs = [.. senders.Select(static id => InfraPlan.Key(InfraResource.Schedule, id))],
            Risks = [.. senders.Where(id => !draft.State.Schedules.Any(schedule => schedule.ScheduleId == id && draft.Scope.IsOwned(schedule))).Select(static id => new InfraRisk($"the schedule {id}, which is not this app's, sends to it", []))],
        };
    }

    private static InfraChange? Change(PlanDraft draft, DeclaredUrlGroup declared, QStashUrlGroup? actual)
    {
        bool owned = draft.IsOwn(declared.PhysicalName);
        IReadOnlyList<HeaderLine> headers = GroupDefaults.Headers(declared.Defaults, declared.Group.Name);

        // In a shared group, the endpoint of another app, or an old one, may bear a fingerprint too.
        HashSet<string> urls = [.. declared.Endpoints.Select(static endpoint => endpoint.Url)];
        string? ownBefore = HashOf(actual?.Endpoints.Where(endpoint => urls.Contains(endpoint.Url)));
        string? before = ownBefore ?? HashOf(actual?.Endpoints);
        bool leaves = !owned && declared.Defaults is null;
        string? after = leaves ? before : declared.Defaults is not null || before is not null ? GroupDefaults.Hash(headers) : null;
        EndpointPlan endpoints = new(declared.Endpoints, actual?.Endpoints ?? [], leaves ? ownBefore : after, keepOthers: !owned);
        bool defaultsChange = after != before;
        List<InfraField> fields = [.. endpoints.Fields];
        if (defaultsChange)
        {
            fields.Add(new InfraField("defaults", before is null ? null : $"REDACTED:{before}", GroupDefaults.Show(headers)));
        }

        if (fields.Count == 0 && endpoints.Puts.Count == 0)
        {
            return null;
        }

        string name = declared.PhysicalName;
        List<InfraStep> steps = [];
        if (defaultsChange && actual is null)
        {
            // Defaults need a group to belong to, and the fingerprint of the defaults follows them.
            steps.Add(new PutEndpoints(name, [.. declared.Endpoints.Select(static endpoint => new EndpointLine(endpoint.Url, endpoint.Name))]));
        }

        if (defaultsChange)
        {
            steps.Add(new SetDefaults(name, headers));
        }

        steps.AddRange(endpoints.Steps(name));
        return new InfraChange(actual is null ? InfraChangeKind.Create : InfraChangeKind.Update, InfraResource.UrlGroup, declared.Group.Name, name)
        {
            Fields = fields.Count > 0 ? fields : [new InfraField("fingerprint of the defaults", null, $"REDACTED:{after}")],
            Steps = steps,
            Risks = [.. AccountLimits.Exceeded(endpoints.Count, static plan => plan.Endpoints, "endpoints in one URL group")],
            At = declared.At,
        };
    }

    private static string? HashOf(IEnumerable<UrlGroupEndpoint>? endpoints) =>
        endpoints?.Select(static endpoint => GroupDefaults.Split(endpoint.Name).Hash).FirstOrDefault(static hash => hash is not null);

    internal static string Show(string url, string? name) => GroupDefaults.Split(name).Name is { } bare ? $"{Shown.Url(url)} ({Shown.OneLine(bare)})" : Shown.Url(url);
}
