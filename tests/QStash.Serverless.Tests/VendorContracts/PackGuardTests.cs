using System.Diagnostics;

namespace QStash.Serverless.Tests.VendorContracts;

/// <summary>A package that was compiled against contracts would not run beside the vendor's: it must not be made by accident.</summary>
public sealed class PackGuardTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qstash-pack-");

    [Fact]
    public async Task Package_compiled_against_contracts_is_refused_and_the_text_names_the_way_out()
    {
        (int exitCode, string output) = await PackAsync("QStash.Serverless.AzureFunctions");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("QStash.Serverless.AzureFunctions was compiled against vendor contracts", output, StringComparison.Ordinal);
        Assert.Contains("Microsoft.Azure.Functions.Worker.Core", output, StringComparison.Ordinal);
        Assert.Contains("pack with -p:VendorPackages=true", output, StringComparison.Ordinal);
        Assert.Empty(_folder.EnumerateFiles());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    // What is packed was built with these tests, in the same configuration.
    private async Task<(int ExitCode, string Output)> PackAsync(string project)
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        ProcessStartInfo start = new(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet",
            ["pack", Path.Combine(Repository.Root, "src", project, project + ".csproj"), "-c", configuration, "--no-build", "--no-restore", "-o", _folder.FullName, "-nodeReuse:false", "-tl:off"])
        {
            RedirectStandardOutput = true,
            Environment = { ["DOTNET_CLI_UI_LANGUAGE"] = "en", ["DOTNET_NOLOGO"] = "1", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1" },
        };

        // The test host hands down settings of the SDK that runs it, which are not meant for another build.
        foreach (string name in start.Environment.Keys.Where(static name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        using Process pack = Process.Start(start)!;
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(3));
        string output = await pack.StandardOutput.ReadToEndAsync(patience.Token);
        await pack.WaitForExitAsync(patience.Token);
        return (pack.ExitCode, output);
    }
}
