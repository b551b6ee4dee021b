using System.Text.Json;

namespace QStash.Serverless.Cli.Source;

/// <summary>What the host.json of an Azure Functions app says of its routes.</summary>
internal static class HostJson
{
    private const string Default = "api";

    private static readonly JsonDocumentOptions s_lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary><c>extensions.http.routePrefix</c> of a folder's host.json; <c>api</c>, which is the host's own default, where nothing is said.</summary>
    /// <exception cref="InvalidOperationException">host.json cannot be read.</exception>
    public static string RoutePrefix(string folder)
    {
        string file = Path.Combine(folder, "host.json");
        if (!File.Exists(file))
        {
            return Default;
        }

        try
        {
            // Read as a stream, it may begin with a byte order mark, as files of Visual Studio do.
            using FileStream content = File.OpenRead(file);
            using JsonDocument host = JsonDocument.Parse(content, s_lenient);
            return Child(Child(Child(host.RootElement, "extensions"), "http"), "routePrefix") is { ValueKind: JsonValueKind.String } prefix ? prefix.GetString()! : Default;
        }
        catch (JsonException exception)
        {
            throw new InvalidOperationException($"{file} is not valid JSON, so the route prefix of the app's functions is unknown: {exception.Message}", exception);
        }
    }

    private static JsonElement? Child(JsonElement? parent, string name) => parent is { ValueKind: JsonValueKind.Object } element
        ? element.EnumerateObject().Where(property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(static property => (JsonElement?)property.Value).FirstOrDefault()
        : null;
}
