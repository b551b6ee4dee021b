using System.Reflection;
using System.Xml.Linq;

namespace QStash.Serverless.PackageTests;

/// <summary>
/// Every package of this repository, packed once into a feed of this run's own, with the contracts under the ids and versions of the vendors' packages. What is
/// restored from it goes to a folder of its own too: the machine's packages, tools and templates are not touched.
/// </summary>
public sealed class PackedFeed : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("qstash-packages-");
    private Task<string>? _tool;

    /// <summary>The version that all of this repository's packages have in the feed.</summary>
    public static string Version => "0.0.0-contract";

    /// <summary>The folder of the feed, with a <c>.nupkg</c> for each package and a <c>.snupkg</c> for each library.</summary>
    public string Folder => Path.Combine(_root.FullName, "feed");

    /// <summary>The folder to which packages of the feed are restored.</summary>
    public string Packages => Path.Combine(_root.FullName, "packages");

    /// <summary>Where the packages were built.</summary>
    public string Artifacts => Path.Combine(_root.FullName, "artifacts");

    /// <summary>The package file of this id.</summary>
    public string PackageFile(string id) => Path.Combine(Folder, $"{id}.{Version}.nupkg");

    /// <summary>A new empty folder, in which the feed is a source of packages beside those of the machine.</summary>
    public string NewFolder(string name) => _root.CreateSubdirectory(Path.Combine("work", Guid.NewGuid().ToString("N")[..8], name)).FullName;

    /// <summary>The command of the tool, installed from its package when it is first asked for.</summary>
    public Task<string> ToolAsync() => _tool ??= InstallAsync();

    /// <summary>Runs <c>dotnet</c> to its end.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="Xunit.Sdk.XunitException">It failed.</exception>
    public async Task<string> DotnetAsync(string folder, params IEnumerable<string> arguments)
    {
        (int exitCode, string output) = await TryDotnetAsync(folder, arguments);
        Assert.True(exitCode == 0, $"dotnet {string.Join(' ', arguments)} (in {folder}) ended with exit code {exitCode}:{Environment.NewLine}{output}");
        return output;
    }

    /// <summary>Runs <c>dotnet</c> to its end, whatever that is.</summary>
    public async Task<(int ExitCode, string Output)> TryDotnetAsync(string folder, params IEnumerable<string> arguments)
    {
        using CancellationTokenSource patience = new(s_patience);
        await using Subprocess dotnet = Start(folder, Dotnet, arguments);
        int exitCode = await dotnet.WaitForExitAsync(patience.Token);
        return (exitCode, dotnet.Output);
    }

    /// <summary>Starts a process that restores from the feed, if it restores.</summary>
    internal Subprocess Start(string folder, string fileName, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        Subprocess.Start(fileName, arguments, folder, new Dictionary<string, string>(environment ?? new Dictionary<string, string>())
        {
            ["NUGET_PACKAGES"] = Packages,
            ["DOTNET_NOLOGO"] = "1",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_CLI_UI_LANGUAGE"] = "en",
            ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["MSBUILDTERMINALLOGGER"] = "off",
        });

    internal static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet";

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        string everything = Path.Combine(_root.FullName, "everything.slnx");
        new XDocument(new XElement("Solution", Packable().Select(static project => new XElement("Project", new XAttribute("Path", project))))).Save(everything);
        NuGetConfig().Save(Path.Combine(_root.FullName, "nuget.config"));

        // Outputs stay apart from the repository's own, which other tests are using. The analyzers have judged the same code when it was built.
        await DotnetAsync(Repository.Root, "pack", everything, "-c", "Release", "-o", Folder, "--artifacts-path", Artifacts,
            "-p:ContractFeed=true", $"-p:QStashVersion={Version}", "-p:RunAnalyzers=false", "-v", "quiet");
    }

    /// <inheritdoc/>
    public Task DisposeAsync()
    {
        _root.Delete(recursive: true);
        return Task.CompletedTask;
    }

    private async Task<string> InstallAsync()
    {
        string folder = NewFolder("tool");
        await DotnetAsync(folder, "tool", "install", "QStash.Serverless.Cli", "--version", Version, "--tool-path", folder);
        return Path.Combine(folder, OperatingSystem.IsWindows() ? "dotnet-qstash.exe" : "dotnet-qstash");
    }

    private static IEnumerable<string> Packable() => new[] { "src", "src/VendorContracts", "infra", "templates" }
        .Select(static folder => Path.Combine(Repository.Root, folder))
        .Where(Directory.Exists)
        .SelectMany(Directory.EnumerateDirectories)
        .SelectMany(static folder => Directory.EnumerateFiles(folder, "*.csproj"))
        .Order(StringComparer.Ordinal);

    private XDocument NuGetConfig()
    {
        string restored = typeof(PackedFeed).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static data => data.Key == "NuGetPackageRoot").Value!;
        return new(new XElement("configuration",
            new XElement("packageSources", Entry("packed", Folder)),
            new XElement("fallbackPackageFolders", Entry("restored", restored))));
    }

    private static XElement Entry(string key, string value) => new("add", new XAttribute("key", key), new XAttribute("value", value));
}

/// <summary>The tests that share one <see cref="PackedFeed"/>; none of them runs beside another, since each of them builds.</summary>
[CollectionDefinition(nameof(PackedFeed))]
public sealed class PackedFeedGroup : ICollectionFixture<PackedFeed>;
