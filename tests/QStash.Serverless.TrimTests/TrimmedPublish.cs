using System.Runtime.InteropServices;

namespace QStash.Serverless.TrimTests;

/// <summary>Publishes a project of the tests, self-contained, trimmed as its project file says.</summary>
internal static class TrimmedPublish
{
    /// <summary>Publishes. Everything that is built on the way goes to the temporary folder too: other builds of the same projects are not disturbed, nor do they disturb.</summary>
    /// <returns>What the command said.</returns>
    internal static async Task<string> RunAsync(string project, string published, DirectoryInfo temporary, CancellationToken cancellationToken)
    {
        await using Subprocess publish = Subprocess.Start(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet",
            ["publish", Path.Combine(Repository.Root, "tests", project, project + ".csproj"), "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "-o", published, "--artifacts-path", Path.Combine(temporary.FullName, "artifacts"), "-nodeReuse:false", "-p:UseSharedCompilation=false", "-tl:off"],
            AppContext.BaseDirectory,
            new Dictionary<string, string> { ["DOTNET_NOLOGO"] = "1", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_CLI_UI_LANGUAGE"] = "en", ["MSBUILDDISABLENODEREUSE"] = "1" });
        int exitCode = await publish.WaitForExitAsync(cancellationToken);
        Assert.True(exitCode == 0, $"The trimmed app could not be published:{Environment.NewLine}{publish.Output}");
        return publish.Output;
    }
}
