using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace QStash.Serverless.Tests.Deploy;

/// <summary>A CloudFormation or SAM template: its resources, and which needs which to exist first.</summary>
internal sealed partial class CloudFormation(JsonObject template)
{
    private const string Events = "Events";

    internal JsonObject Resources { get; } = template[nameof(Resources)]!.AsObject();

    internal JsonObject Outputs { get; } = template[nameof(Outputs)]!.AsObject();

    internal static CloudFormation Read(string file) => new(DeployFiles.Parse(DeployFiles.Text(file)));

    internal IEnumerable<(string Name, JsonObject Properties)> OfType(string type) =>
        from resource in Resources
        where (string?)resource.Value!["Type"] == type
        select (resource.Key, resource.Value["Properties"]?.AsObject() ?? []);

    /// <summary>The names that the template speaks of: parameters, resources and those that CloudFormation knows.</summary>
    internal bool Declares(string name) =>
        name.StartsWith("AWS::", StringComparison.Ordinal) || Resources.ContainsKey(name) || template["Parameters"]?.AsObject().ContainsKey(name) == true;

    /// <summary>Every name that is referred to anywhere, but for conditions.</summary>
    internal IEnumerable<string> References() => ReferencesIn(template).Distinct();

    /// <summary>The first chain of resources in which each needs the next and the last the first; empty when there is none.</summary>
    internal string[] Cycle()
    {
        Dictionary<string, HashSet<string>> needs = Needs();
        HashSet<string> done = [];
        foreach (string start in needs.Keys)
        {
            if (Visit(start, []) is { Length: > 0 } cycle)
            {
                return cycle;
            }
        }

        return [];

        string[] Visit(string name, string[] way)
        {
            if (way.Contains(name))
            {
                return [.. way.SkipWhile(step => step != name), name];
            }

            if (!done.Contains(name))
            {
                foreach (string next in needs[name])
                {
                    if (Visit(next, [.. way, name]) is { Length: > 0 } cycle)
                    {
                        return cycle;
                    }
                }

                done.Add(name);
            }

            return [];
        }
    }

    private Dictionary<string, HashSet<string>> Needs()
    {
        Dictionary<string, HashSet<string>> needs = Resources.ToDictionary(static resource => resource.Key, static _ => new HashSet<string>());
        foreach ((string name, JsonNode? resource) in Resources)
        {
            JsonObject own = resource!.DeepClone().AsObject();
            JsonNode? events = own["Properties"]?[Events];
            own["Properties"]?.AsObject().Remove(Events);
            needs[name].UnionWith(ReferencesIn(own).Concat(DependsOn(own)).Where(needs.ContainsKey));

            // SAM makes what an event comes from call the function, so that it needs the function, and not the other way round.
            foreach (string source in ReferencesIn(events).Where(needs.ContainsKey))
            {
                needs[source].Add(name);
            }
        }

        return needs;
    }

    private static IEnumerable<string> DependsOn(JsonObject resource) => DeployFiles.Texts(resource["DependsOn"]).Select(static text => text.Text);

    private static IEnumerable<string> ReferencesIn(JsonNode? node) => node switch
    {
        JsonArray items => items.SelectMany(ReferencesIn),
        JsonObject { Count: 1 } call when call["Ref"] is JsonValue name => [name.GetValue<string>()],
        JsonObject { Count: 1 } call when call["Fn::GetAtt"] is JsonArray path => [path[0]!.GetValue<string>()],
        JsonObject { Count: 1 } call when call["Fn::Sub"] is JsonValue text => Substituted(text.GetValue<string>(), []),
        JsonObject { Count: 1 } call when call["Fn::Sub"] is JsonArray parts => Substituted(parts[0]!.GetValue<string>(), parts[1]!.AsObject()).Concat(ReferencesIn(parts[1])),
        JsonObject members => members.SelectMany(static member => ReferencesIn(member.Value)),
        _ => [],
    };

    private static IEnumerable<string> Substituted(string text, JsonObject given) =>
        Placeholder().Matches(text).Select(static match => match.Groups[1].Value).Where(name => !given.ContainsKey(name)).Select(static name => name.Split('.')[0]);

    [GeneratedRegex(@"\$\{([^!}][^}]*)\}")]
    private static partial Regex Placeholder();
}
