using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.TrimTests;

/// <summary>The app of <c>QStash.Serverless.TrimTests.App</c>, fully trimmed, published into a temporary folder and run against a local QStash.</summary>
public sealed partial class TrimmedApp : IAsyncLifetime
{
    // A slow machine with an empty package folder still has to fetch the runtime.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qstash-trim-");
    private Subprocess? _app;

    internal string PublishOutput { get; private set; } = "";

    internal IReadOnlyList<string> PublishedFiles { get; private set; } = [];

    internal QStashDevServer QStash { get; private set; } = null!;

    internal HttpClient Client { get; } = new();

    public async Task InitializeAsync()
    {
        using CancellationTokenSource patience = new(s_patience);
        string published = Path.Combine(_folder.FullName, "published");
        await PublishAsync(published, patience.Token);
        PublishedFiles = [.. Directory.EnumerateFiles(published).Select(static file => Path.GetFileName(file))];
        QStash = await QStashDevServer.StartAsync(ct: patience.Token);
        Dictionary<string, string> environment = new(QStash.Settings) { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0", ["ASPNETCORE_ENVIRONMENT"] = "Production" };
        _app = Subprocess.Start(Path.Combine(published, "QStash.Serverless.TrimTests.App" + (OperatingSystem.IsWindows() ? ".exe" : "")), [], published, environment);
        Match listening = await _app.WaitForOutputAsync(Listening(), patience.Token);
        Client.BaseAddress = new Uri(listening.Groups["url"].Value);
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        if (QStash is not null)
        {
            await QStash.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    // Everything that is built on the way goes to the temporary folder too: other builds of the same projects are not disturbed, nor do they disturb.
    private async Task PublishAsync(string published, CancellationToken cancellationToken)
    {
        string project = Path.Combine(Repository.Root, "tests", "QStash.Serverless.TrimTests.App", "QStash.Serverless.TrimTests.App.csproj");
        await using Subprocess publish = Subprocess.Start(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet",
            ["publish", project, "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "-o", published, "--artifacts-path", Path.Combine(_folder.FullName, "artifacts"), "-nodeReuse:false", "-p:UseSharedCompilation=false", "-tl:off"],
            AppContext.BaseDirectory,
            new Dictionary<string, string> { ["DOTNET_NOLOGO"] = "1", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_CLI_UI_LANGUAGE"] = "en", ["MSBUILDDISABLENODEREUSE"] = "1" });
        int exitCode = await publish.WaitForExitAsync(cancellationToken);
        PublishOutput = publish.Output;
        Assert.True(exitCode == 0, $"The trimmed app could not be published:{Environment.NewLine}{PublishOutput}");
    }

    [GeneratedRegex(@"Now listening on: (?<url>http://127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
