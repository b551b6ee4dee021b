using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>
/// The way from a group's endpoints to the declared ones. A declared endpoint without a name takes whatever name it has. QStash knows an endpoint by its
/// name, else by its URL (protocol 2.8), so a name is only given once no other endpoint has it.
/// </summary>
internal sealed class EndpointPlan
{
    private readonly List<EndpointLine> _first = [];
    private readonly List<string> _removedFirst = [];
    private readonly List<string> _removed = [];

    internal EndpointPlan(IReadOnlyList<UrlGroupEndpoint> declared, IReadOnlyList<UrlGroupEndpoint> actual, string? hash, bool keepOthers)
    {
        Dictionary<string, string?> held = actual.DistinctBy(static endpoint => endpoint.Url).ToDictionary(static endpoint => endpoint.Url, static endpoint => endpoint.Name, StringComparer.Ordinal);
        Dictionary<string, string?> wanted = Wanted(declared, held, hash);
        if (keepOthers && actual.FirstOrDefault(other => !wanted.ContainsKey(other.Url) && other.Name is not null && wanted.ContainsValue(other.Name)) is { } taken)
        {
            throw new ArgumentException($"the shared URL group has an endpoint named '{taken.Name}' at {Shown.Url(taken.Url)}, which is not declared here and would be moved: choose another endpoint name.");
        }

        Count = keepOthers ? wanted.Keys.Union(held.Keys).Count() : wanted.Count;
        foreach ((string url, string? name) in wanted)
        {
            if (!held.TryGetValue(url, out string? old))
            {
                Fields.Add(new InfraField("endpoint", null, UrlGroupPlanning.Show(url, name)));
            }
            else if (GroupDefaults.Split(old).Name != GroupDefaults.Split(name).Name)
            {
                Fields.Add(new InfraField("endpoint", UrlGroupPlanning.Show(url, old), UrlGroupPlanning.Show(url, name)));
            }
        }

        List<string> gone = keepOthers ? [] : [.. held.Keys.Where(url => !wanted.ContainsKey(url))];
        Fields.AddRange(gone.Select(url => new InfraField("endpoint", UrlGroupPlanning.Show(url, held[url]), null)));
        Order(wanted, held, gone);
    }

    internal List<InfraField> Fields { get; } = [];

    internal List<EndpointLine> Puts { get; } = [];

    internal int Count { get; }

    internal IEnumerable<InfraStep> Steps(string group)
    {
        if (_removedFirst.Count > 0)
        {
            yield return new RemoveEndpoints(group, _removedFirst);
        }

        if (_first.Count > 0)
        {
            yield return new PutEndpoints(group, _first);
        }

        if (Puts.Count > 0)
        {
            yield return new PutEndpoints(group, Puts);
        }

        if (_removed.Count > 0)
        {
            yield return new RemoveEndpoints(group, _removed);
        }
    }

    /// <summary>The names that the declared URLs shall have, one of them with the fingerprint of the defaults.</summary>
    private static Dictionary<string, string?> Wanted(IReadOnlyList<UrlGroupEndpoint> declared, Dictionary<string, string?> held, string? hash)
    {
        Dictionary<string, string?> wanted = new(StringComparer.Ordinal);
        string[] urls = [.. declared.Select(static endpoint => endpoint.Url).Order(StringComparer.Ordinal)];
        string? marked = hash is null ? null : urls.FirstOrDefault(url => GroupDefaults.Split(held.GetValueOrDefault(url)).Hash is not null) ?? urls[0];
        foreach (UrlGroupEndpoint endpoint in declared)
        {
            (string? name, string? oldHash) = GroupDefaults.Split(held.GetValueOrDefault(endpoint.Url));
            name = endpoint.Name ?? name;

            // A name cannot be taken away again, only replaced.
            wanted[endpoint.Url] = endpoint.Url == marked ? GroupDefaults.Marked(name, hash!) : name ?? (oldHash is null ? null : "endpoint");
        }

        return wanted;
    }

    private void Order(Dictionary<string, string?> wanted, Dictionary<string, string?> held, List<string> gone)
    {
        bool IsWrong(string url) => !held.TryGetValue(url, out string? old) || (wanted[url] is { } name && name != old);
        List<string> wrong = [.. wanted.Keys.Where(IsWrong)];
        HashSet<string> wantedNames = [.. wrong.Select(url => wanted[url]).OfType<string>()];

        // Where a name belongs to an endpoint that goes, that one goes first, unless nothing else would be left of the group meanwhile.
        bool survives = wanted.Keys.Any(held.ContainsKey);
        foreach (string url in gone)
        {
            (survives && held[url] is { } name && wantedNames.Contains(name) ? _removedFirst : _removed).Add(url);
        }

        // Where it belongs to one that stays, that one is renamed first, for the time being.
        foreach (string url in wrong.Where(url => held.GetValueOrDefault(url) is { } name && wanted.Any(other => other.Key != url && other.Value == name)))
        {
            _first.Add(new EndpointLine(url, "renaming " + Shown.Fingerprint(url)[9..25]));
        }

        Puts.AddRange(wrong.Select(url => new EndpointLine(url, wanted[url])));
    }
}
