using System.Text.Json;

namespace QStash.Serverless.Cli.Dev.App;

/// <summary>Where the app will listen, as far as that can be known before it runs: for the line to send a message with.</summary>
internal static class AppAddress
{
    /// <summary>What it is where nothing says otherwise.</summary>
    public const string Default = "http://127.0.0.1:5000";

    /// <param name="command">The app's command; empty without one.</param>
    /// <param name="folder">The folder it is started in.</param>
    /// <param name="variable">Reads a variable of the environment.</param>
    public static string Guess(IReadOnlyList<string> command, string folder, Func<string, string?> variable) => command switch
    {
        [] => Default,
        [string program, ..] when Path.GetFileNameWithoutExtension(program) == "func" => "http://localhost:7071/api",
        _ => FirstHttp(variable("ASPNETCORE_URLS")) ?? FirstHttp(LaunchUrls(Path.Combine(ProjectFolder(command, folder), "Properties", "launchSettings.json"))) ?? Default,
    };

    private static string ProjectFolder(IReadOnlyList<string> command, string folder)
    {
        int option = command.ToList().FindIndex(static word => word is "--project" or "-p");
        if (option < 0 || option + 1 >= command.Count)
        {
            return folder;
        }

        string project = Path.GetFullPath(command[option + 1], folder);
        return File.Exists(project) ? Path.GetDirectoryName(project)! : project;
    }

    private static string? LaunchUrls(string file)
    {
        try
        {
            using JsonDocument settings = JsonDocument.Parse(File.ReadAllText(file), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return settings.RootElement.GetProperty("profiles").EnumerateObject().Select(static profile => profile.Value)
                .FirstOrDefault(static profile => profile.TryGetProperty("commandName", out JsonElement name) && name.ValueEquals("Project"))
                is { ValueKind: JsonValueKind.Object } first && first.TryGetProperty("applicationUrl", out JsonElement urls) ? urls.GetString() : null;
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // No such file, or not such a file: it is the app's business, not ours.
            return null;
        }
    }

    private static string? FirstHttp(string? urls) => urls?.Split(';', StringSplitOptions.TrimEntries)
        .Where(static url => url.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        .Select(static url => url.Replace("://*", "://localhost", StringComparison.Ordinal).Replace("://+", "://localhost", StringComparison.Ordinal).Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal).TrimEnd('/'))
        .FirstOrDefault();
}
