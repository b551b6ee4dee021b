using System.Text.RegularExpressions;
using QStash.Serverless.DevServer;
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

    /// <summary>An app of a user: it restores the packages from the feed, and the installed tool reads what it declares.</summary>
    [Fact]
    public async Task PlanAndApply_OfTheInstalledTool_BringAboutWhatAnAppDeclares()
    {
        string app = feed.NewFolder("Shop");
        await File.WriteAllTextAsync(Path.Combine(app, "Shop.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="QStash.Serverless.Infra" Version="{PackedFeed.Version}" />
              </ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(app, "ShopInfra.cs"), """
            using QStash.Serverless.Infra;

            public sealed class ShopInfra : IQStashInfra
            {
                public void Declare(InfraBuilder infra)
                {
                    infra.UrlGroup(new("receipts")).EndpointPath("/receipts", "shop");
                    infra.Schedule("close-day", "0 2 * * *", "Europe/Berlin").ToPath("/close-day").Retries(5);
                }
            }
            """);
        await feed.DotnetAsync(app, "build", "-v", "quiet");

        await using QStashDevServer qstash = await QStashDevServer.StartAsync();
        Assert.Equal((2, 0, 0), (await RunAsync("plan"), await RunAsync("apply", "--yes"), await RunAsync("plan")));

        using HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { DefaultRequestHeaders = { Authorization = new("Bearer", qstash.Token) } };
        string schedules = await http.GetStringAsync(new Uri(qstash.Url, "/v2/schedules"), _patience.Token);
        Assert.Contains("\"scheduleId\":\"shop.test.close-day\"", schedules, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:5000/close-day", schedules, StringComparison.Ordinal);

        async Task<int> RunAsync(params string[] command)
        {
            await using Subprocess tool = feed.Start(app, await feed.ToolAsync(), [.. command, "--app", "shop", "--env", "test", "--base-url", "http://127.0.0.1:5000"], qstash.Settings);
            int exitCode = await tool.WaitForExitAsync(_patience.Token);
            Assert.True(exitCode is 0 or 2, tool.Output);
            return exitCode;
        }
    }

    private async Task<Subprocess> StartAsync(params string[] arguments) => feed.Start(feed.NewFolder("run"), await feed.ToolAsync(), arguments);

    private static Regex Setting(string name) => new($"""{name}="?([^"\s]+)"?""");
}
