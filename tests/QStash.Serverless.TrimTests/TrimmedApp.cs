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
        PublishOutput = await TrimmedPublish.RunAsync("QStash.Serverless.TrimTests.App", published, _folder, patience.Token);
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

    [GeneratedRegex(@"Now listening on: (?<url>http://127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
