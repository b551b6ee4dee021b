using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace QStash.Serverless.Infra;

/// <summary>Plans for people and programs to read. None of the texts holds a header's value, a URL's query or a hidden body: their fingerprints stand there.</summary>
public static class InfraPlanText
{
    /// <summary>A plan for a terminal.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="options">Width, colours, and whether it is told as drift.</param>
    public static string Human(InfraPlan plan, TextOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new HumanPlan(plan, options ?? new TextOptions()).ToString();
    }

    /// <summary>A plan as GitHub Markdown: a table of all changes, the details of each folded below it.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="options">Whether it is told as drift.</param>
    public static string Markdown(InfraPlan plan, TextOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new MarkdownPlan(plan, options ?? new TextOptions()).ToString();
    }

    /// <summary>
    /// A plan as JSON: <c>version</c> (1), then the properties of <see cref="InfraPlan"/> and of what it holds in camelCase, enumerations as their names,
    /// what is null left out. Properties are added in later versions; none changes its meaning without another <c>version</c>.
    /// </summary>
    /// <param name="plan">The plan.</param>
    public static string Json(InfraPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return InfraJson.Document(JsonSerializer.SerializeToNode(plan, InfraJson.Default.InfraPlan)!);
    }
}

[JsonSourceGenerationOptions(UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InfraPlan))]
[JsonSerializable(typeof(InfraReport))]
[JsonSerializable(typeof(InfraPreview))]
internal sealed partial class InfraJson : JsonSerializerContext
{
    private static readonly JsonWriterOptions s_readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    internal static string Document(JsonNode content)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text, s_readable))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            foreach ((string name, JsonNode? value) in content.AsObject())
            {
                json.WritePropertyName(name);
                (value ?? JsonValue.Create("")).WriteTo(json);
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(text.ToArray()) + "\n";
    }
}
