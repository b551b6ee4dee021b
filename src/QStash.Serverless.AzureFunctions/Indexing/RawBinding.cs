using System.Text;
using System.Text.Json;

namespace QStash.Serverless.AzureFunctions;

/// <summary>One binding of a function as the host gets it: a JSON text.</summary>
internal sealed class RawBinding
{
    private const string QStashTrigger = "qStashTrigger";
    private const string QStashOutput = "qStash";

    private readonly JsonElement _json;

    private RawBinding(JsonElement json) => _json = json;

    internal string Name => Text("name") ?? "";

    internal string Type => Text("type") ?? "";

    internal bool IsOutput => Is(Text("direction"), "Out");

    internal bool IsQStashTrigger => Is(Text("type"), QStashTrigger);

    internal bool IsQStashOutput => IsOutput && Is(Text("type"), QStashOutput);

    internal bool IsHttpTrigger => Is(Text("type"), "httpTrigger");

    internal bool IsHttpOutput => IsOutput && Is(Text("type"), "http");

    internal bool IsTrigger => !IsOutput && Text("type")?.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase) == true;

    internal string? Route => Text("route");

    internal IReadOnlyList<string> Methods => Property("methods") is { ValueKind: JsonValueKind.Array } methods ? [.. methods.EnumerateArray().Select(static method => method.ToString())] : [];

    internal static RawBinding Parse(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return new RawBinding(document.RootElement.Clone());
    }

    /// <summary>The HTTP trigger that stands in for a QStash trigger: POST unless told otherwise, and no key, since the signature is the authentication.</summary>
    internal string ToHttpTrigger()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("name", Name);
            writer.WriteString("type", "httpTrigger");
            writer.WriteString("direction", "In");
            writer.WriteString("authLevel", Text("authLevel") ?? "Anonymous");
            writer.WriteStartArray("methods");
            foreach (string method in Methods is { Count: > 0 } methods ? methods : ["post"])
            {
                writer.WriteStringValue(method.ToLowerInvariant());
            }

            writer.WriteEndArray();
            if (Route is { } route)
            {
                writer.WriteString("route", route);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>The HTTP output through which a QStash function answers.</summary>
    internal static string HttpOutput(string name) => $$"""{"name":"{{name}}","type":"http","direction":"Out"}""";

    private static bool Is(string? text, string expected) => string.Equals(text, expected, StringComparison.OrdinalIgnoreCase);

    private string? Text(string name) => Property(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private JsonElement? Property(string name)
    {
        foreach (JsonProperty property in _json.EnumerateObject())
        {
            if (Is(property.Name, name))
            {
                return property.Value;
            }
        }

        return null;
    }
}
