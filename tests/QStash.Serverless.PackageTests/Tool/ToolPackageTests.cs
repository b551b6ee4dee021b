using System.Text.RegularExpressions;
using QStash.Serverless.PackageTests.Packages;

namespace QStash.Serverless.PackageTests.Tool;

[Collection(nameof(PackedFeed))]
public sealed partial class ToolPackageTests(PackedFeed feed) : IDisposable
{
    private const string Id = "QStash.Serverless.Cli";

    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(2));

    public void Dispose() => _patience.Dispose();

    [Fact]
    public void Package_IsAToolWithTheNativesOfTheSdksPlatforms()
    {
        using PackageFile package = PackageFile.Open(feed.PackageFile(Id));

        Facts.HoldOf(package, Id, PackedFeed.Version);
        Assert.Equal("DotnetTool", (string?)package.Elements("packageType").Single().Attribute("name"));
        Assert.Empty(package.Elements("dependency"));
        Assert.Contains("Name=\"dotnet-qstash\"", package.Text("tools/net10.0/any/DotnetToolSettings.xml"), StringComparison.Ordinal);
        Assert.Equal(
            ["linux-arm64", "linux-musl-arm64", "linux-musl-x64", "linux-x64", "osx-arm64", "osx-x64", "win-arm64", "win-x64"],
            package.Files.Where(static file => file.StartsWith("tools/net10.0/any/runtimes/", StringComparison.Ordinal)).Select(static file => file.Split('/')[4]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Demo_OfTheInstalledTool_ObservesEverythingItPromises()
    {
        await using Subprocess demo = await StartAsync("demo");
        int exitCode = await demo.WaitForExitAsync(_patience.Token);

        Assert.True(exitCode == 0, demo.Output);
    }

    [PosixFact]
    public async Task Dev_OfTheInstalledTool_IsAQStash()
    {
        await using Subprocess dev = await StartAsync("dev", "--port", "0", "--in-memory");
        Match url = await dev.WaitForOutputAsync(Setting("QSTASH_URL"), _patience.Token);
        Match token = await dev.WaitForOutputAsync(Setting("QSTASH_TOKEN"), _patience.Token);

        using HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { DefaultRequestHeaders = { Authorization = new("Bearer", token.Groups[1].Value) } };
        Assert.Equal("[]", await http.GetStringAsync(new Uri($"{url.Groups[1].Value}/v2/schedules"), _patience.Token));

        dev.CtrlC();
        Assert.Equal(130, await dev.WaitForExitAsync(_patience.Token));
    }

    [Fact]
    public async Task Version_OfTheInstalledTool_IsThePackages()
    {
        await using Subprocess tool = await StartAsync("--version");
        Assert.Equal(0, await tool.WaitForExitAsync(_patience.Token));
        Assert.StartsWith(PackedFeed.Version, tool.Output, StringComparison.Ordinal);
    }

    private async Task<Subprocess> StartAsync(params string[] arguments) => feed.Start(feed.NewFolder("run"), await feed.ToolAsync(), arguments);

    private static Regex Setting(string name) => new($"""{name}="?([^"\s]+)"?""");
}
