using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace QStash.Serverless.AzureFunctions;

/// <summary>
/// What stands before every route: <c>extensions.http.routePrefix</c> of host.json, or the app setting that overrides it; <c>api</c> unless set.
/// </summary>
internal sealed class RoutePrefix(IConfiguration configuration)
{
    private const string Default = "api";

    private static readonly JsonDocumentOptions s_hostJson = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>The prefix as a path: empty, or with a slash before it and none after.</summary>
    internal string Path { get; } = AsPath(configuration["AzureFunctionsJobHost:extensions:http:routePrefix"] ?? Of(Folder(configuration)) ?? Default);

    /// <summary>The prefix that a folder's host.json sets, or null.</summary>
    /// <exception cref="InvalidOperationException">host.json cannot be read.</exception>
    internal static string? Of(string folder)
    {
        string file = System.IO.Path.Combine(folder, "host.json");
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            using JsonDocument host = JsonDocument.Parse(File.ReadAllBytes(file), s_hostJson);
            return Child(Child(Child(host.RootElement, "extensions"), "http"), "routePrefix") is { ValueKind: JsonValueKind.String } prefix ? prefix.GetString() : null;
        }
        catch (JsonException exception)
        {
            throw new InvalidOperationException($"{file} is not valid JSON, so the route prefix of the QStash functions is unknown: {exception.Message}", exception);
        }
    }

    // The host says where the app is, as the worker's own HTTP endpoints read it.
    private static string Folder(IConfiguration configuration) =>
        configuration["FUNCTIONS_APPLICATION_DIRECTORY"] ?? configuration["FUNCTIONS_WORKER_DIRECTORY"]
        ?? Environment.GetEnvironmentVariable("FUNCTIONS_APPLICATION_DIRECTORY") ?? Environment.GetEnvironmentVariable("FUNCTIONS_WORKER_DIRECTORY") ?? AppContext.BaseDirectory;

    private static string AsPath(string prefix) => prefix.Trim('/') is { Length: > 0 } path ? "/" + path : "";

    private static JsonElement? Child(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } element
            ? element.EnumerateObject().Where(property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(static property => (JsonElement?)property.Value.Clone()).FirstOrDefault()
            : null;
}
