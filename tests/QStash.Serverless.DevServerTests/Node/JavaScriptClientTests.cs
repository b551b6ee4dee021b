using QStash.Serverless.DevServer;

namespace QStash.Serverless.DevServerTests.Node;

/// <summary>The official JavaScript client, unmodified and pinned, against the local QStash.</summary>
public sealed class JavaScriptClientTests : IDisposable
{
    private readonly NodeFolder _node = new();

    public void Dispose() => _node.Dispose();

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
        await _node.RestoreAsync();
        string output = await _node.RunAsync("node", server.Settings, "drive.mjs");
        Assert.Equal(
            ["publish", "deduplication", "batch", "queue", "schedules", "urlGroups", "dlq", "logs", "cancel", "flowControl", "errors", "dailyLimit"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim()["ok ".Length..]));
    }

    [NodeFact]
    public async Task ClientInDevelopmentMode_FindsTheServerAndDownloadsNothing()
    {
        await using QStashDevServer server = await QStashDevServer.StartAsync(new() { UseWellKnownAccounts = true });
        await _node.RestoreAsync();
        Dictionary<string, string> environment = new() { ["QSTASH_DEV_PORT"] = $"{server.Url.Port}", ["HOME"] = _node.Path, ["XDG_CACHE_HOME"] = _node.Path };
        Assert.Equal("ok devMode", (await _node.RunAsync("node", environment, "devmode.mjs")).Trim());
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(_node.Path), entry => entry.Contains("upstash", StringComparison.OrdinalIgnoreCase));
    }
}
