using System.Diagnostics;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.DevServerTests.Node;

/// <summary>The official JavaScript client, unmodified and pinned, against the local QStash.</summary>
public sealed class JavaScriptClientTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly string Scripts = Path.Combine(AppContext.BaseDirectory, "Node");

    private readonly string _directory = Directory.CreateTempSubdirectory("qstash-node").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [NodeFact]
    public async Task Client_DoesEverythingItCanDo()
    {
        await using QStashDevServer server = await QStashDevServer.StartAsync(new()
        {
            TimeProvider = new DevServerClock(TimeProvider.System.GetUtcNow()) { IsFrozen = false },
            SignatureTimeProvider = TimeProvider.System,
            Quota = DevServerQuota.Free,
            RequestsPerSecond = 100,
        });
        await RestoreAsync();
        string output = await RunAsync("node", server.Settings, "drive.mjs");
        Assert.Equal(
            ["publish", "deduplication", "batch", "queue", "schedules", "urlGroups", "dlq", "logs", "cancel", "flowControl", "errors", "dailyLimit"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim()["ok ".Length..]));
    }

    [NodeFact]
    public async Task ClientInDevelopmentMode_FindsTheServerAndDownloadsNothing()
    {
        await using QStashDevServer server = await QStashDevServer.StartAsync(new() { UseWellKnownAccounts = true });
        await RestoreAsync();
        Dictionary<string, string> environment = new() { ["QSTASH_DEV_PORT"] = $"{server.Url.Port}", ["HOME"] = _directory, ["XDG_CACHE_HOME"] = _directory };
        Assert.Equal("ok devMode", (await RunAsync("node", environment, "devmode.mjs")).Trim());
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(_directory), entry => entry.Contains("upstash", StringComparison.OrdinalIgnoreCase));
    }

    private async Task RestoreAsync()
    {
        foreach (string file in Directory.EnumerateFiles(Scripts))
        {
            File.Copy(file, Path.Combine(_directory, Path.GetFileName(file)));
        }

        await RunAsync("npm", new Dictionary<string, string>(), "ci", "--ignore-scripts", "--no-audit", "--no-fund");
    }

    private async Task<string> RunAsync(string program, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        string[] line = OperatingSystem.IsWindows() ? ["cmd", "/c", program, .. arguments] : [program, .. arguments];
        ProcessStartInfo start = new(line[0], line[1..]) { WorkingDirectory = _directory, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string name in start.Environment.Keys.Where(k => k.Contains("QSTASH", StringComparison.OrdinalIgnoreCase) || k is "NODE_ENV").ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource limit = new(Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} did not end within {Patience}.");
        }

        Assert.True(process.ExitCode == 0, $"{string.Join(' ', line)} ended with {process.ExitCode}.\n{await output}\n{await errors}");
        return await output;
    }
}
