using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace QStash.Serverless.Tests.Deploy;

/// <summary>The files of infra/deploy and the repository's own workflows, read as what they are.</summary>
internal static class DeployFiles
{
    internal const string FunctionUrl = "infra/deploy/aws/function-url.yaml";
    internal const string HttpApi = "infra/deploy/aws/http-api.yaml";
    internal const string Cdk = "infra/deploy/cdk/QStashFunction.template.json";
    internal const string Bicep = "infra/deploy/azure/function-app.bicep";
    internal const string GitHub = "infra/deploy/github/qstash.yml";
    internal const string AzureDevOps = "infra/deploy/azure-devops/qstash.yml";
    internal const string Ci = ".github/workflows/ci.yml";
    internal const string Release = ".github/workflows/release.yml";

    internal static string Text(string file) => File.ReadAllText(Path.Combine(Repository.Root, file)).ReplaceLineEndings("\n");

    /// <summary>YAML or JSON, with CloudFormation's short tags (<c>!Ref X</c>, <c>!GetAtt A.B</c>) in their long form. Keys that are repeated are an error.</summary>
    internal static JsonObject Parse(string text)
    {
        YamlStream stream = [];
        using StringReader reader = new(text);
        stream.Load(reader);
        return Assert.IsType<JsonObject>(Convert(Assert.Single(stream.Documents).RootNode));
    }

    /// <summary>Every value of a key, or every text in a list, with its path.</summary>
    internal static IEnumerable<(string Path, string Text)> Texts(JsonNode? node, string path = "") => node switch
    {
        JsonObject members => members.SelectMany(member => Texts(member.Value, $"{path}/{member.Key}")),
        JsonArray items => items.SelectMany((item, index) => Texts(item, $"{path}/{index}")),
        JsonValue value => [(path, value.GetValue<string>())],
        _ => [],
    };

    private static JsonNode Convert(YamlNode node)
    {
        JsonNode value = node switch
        {
            YamlMappingNode mapping => new JsonObject(mapping.Select(static pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, (JsonNode?)Convert(pair.Value)))),
            YamlSequenceNode sequence => new JsonArray([.. sequence.Select(Convert)]),
            YamlScalarNode scalar => JsonValue.Create(scalar.Value ?? ""),
            _ => throw new NotSupportedException($"{node.NodeType} at line {node.Start.Line}"),
        };
        return node.Tag is { IsEmpty: false, IsLocal: true } tag ? Long(tag.Value[1..], value) : value;
    }

    private static JsonObject Long(string function, JsonNode value) => function switch
    {
        "Ref" or "Condition" => new() { [function] = value },
        "GetAtt" => new() { ["Fn::GetAtt"] = value is JsonValue name ? new JsonArray([.. name.GetValue<string>().Split('.', 2).Select(static part => JsonValue.Create(part))]) : value },
        _ => new() { ["Fn::" + function] = value },
    };
}
