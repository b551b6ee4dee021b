using System.Text.Json;

namespace QStash.Serverless.CliTests.Messages;

/// <summary><c>logs</c> and <c>dlq</c>.</summary>
public sealed class LogsAndDlqCommandTests : IAsyncLifetime
{
    private InProcess _tool = null!;

    public async Task InitializeAsync() => _tool = await InProcess.StartAsync();

    public async Task DisposeAsync() => await _tool.DisposeAsync();

    [Fact]
    public async Task Logs_TellWhatHappened_TheNewestLast()
    {
        string id = await FailAsync("https://shop.test/orders");
        string[] lines = (await _tool.OutputAsync("logs", "--message", id)).Trim().Split('\n');
        Assert.Contains("  CREATED     " + id, lines[0], StringComparison.Ordinal);
        Assert.Contains("  FAILED      " + id, lines[^1], StringComparison.Ordinal);
        Assert.Contains("  https://shop.test/orders", lines[^1], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains("ERROR", StringComparison.Ordinal) && line.Contains("status 500", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  ", line));
    }

    [Fact]
    public async Task LogsAsJson_AreQStashsOwnObjects()
    {
        string id = await FailAsync("https://shop.test/orders");
        await FailAsync("https://shop.test/other");
        JsonElement entry = Assert.Single((await _tool.JsonAsync("logs", "--message", id, "--state", "failed")).EnumerateArray());
        Assert.Equal("FAILED", entry.GetProperty("state").GetString());
        Assert.Equal(id, entry.GetProperty("messageId").GetString());
        Assert.Equal(3, (await _tool.JsonAsync("logs", "--limit", "3")).GetArrayLength());
        Assert.Empty((await _tool.JsonAsync("logs", "--from", "1h", "--to", "30m")).EnumerateArray());
        Outcome none = await _tool.RunAsync("logs", "--queue", "nobody");
        Assert.Equal((0, "", "No log entries match.\n"), (none.ExitCode, none.Output, none.Errors));
    }

    [Fact]
    public async Task DeadLetters_AreListedShownRetriedAndDeleted()
    {
        string id = await FailAsync("https://shop.test/orders");
        string[] table = (await _tool.OutputAsync("dlq", "list")).Trim().Split('\n');
        Assert.Equal(2, table.Length);
        Assert.Matches(@"^DEAD LETTER +MESSAGE +CREATED +STATUS +DESTINATION +ANSWER$", table[0]);
        Assert.Contains(id, table[1], StringComparison.Ordinal);
        Assert.EndsWith("out of paper", table[1], StringComparison.Ordinal);
        string dlqId = Assert.Single((await _tool.JsonAsync("dlq", "list", "--status", "500", "--destination", "https://shop.test/orders")).EnumerateArray()).GetProperty("dlqId").GetString()!;
        Assert.Empty((await _tool.JsonAsync("dlq", "list", "--status", "404")).EnumerateArray());
        Assert.Matches(@"(?m)^answer {2,}out of paper$", await _tool.OutputAsync("dlq", "show", dlqId));
        Assert.Equal(id, (await _tool.JsonAsync("dlq", "show", dlqId)).GetProperty("messageId").GetString());

        _tool.Shop.Status = 200;
        string again = (await _tool.JsonAsync("dlq", "retry", dlqId)).GetProperty("messages")[0].GetProperty("messageId").GetString()!;
        await _tool.QStash.DrainAsync(TimeSpan.FromSeconds(30));
        Assert.Contains("DELIVERED", await _tool.OutputAsync("logs", "--message", again), StringComparison.Ordinal);
        Assert.Contains("`dotnet qstash dlq list`", await _tool.RefusalAsync("dlq", "retry", dlqId), StringComparison.Ordinal);
        Assert.Contains("There is no dead letter", await _tool.RefusalAsync("dlq", "show", dlqId), StringComparison.Ordinal);
        Assert.Contains("There is no dead letter", await _tool.RefusalAsync("dlq", "delete", dlqId, "--yes"), StringComparison.Ordinal);
        Assert.Contains("There is no dead letter", await _tool.RefusalAsync("dlq", "delete", dlqId, "1725323658779-0", "--yes"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_AsksFirst()
    {
        await FailAsync("https://shop.test/a");
        await FailAsync("https://shop.test/b");
        Assert.Contains("Delete all 2 dead letters", await _tool.RefusalAsync("dlq", "delete", "--all"), StringComparison.Ordinal);
        _tool.Answer = "n";
        Assert.Contains("Nothing was changed", await _tool.RefusalAsync("dlq", "delete", "--all"), StringComparison.Ordinal);
        Assert.Equal(2, (await _tool.JsonAsync("dlq", "list")).GetArrayLength());
        _tool.Answer = "yes";
        Assert.Equal("1 dead letter deleted.\n", await _tool.OutputAsync("dlq", "delete", "--destination", "https://shop.test/a"));
        _tool.Answer = null;
        Assert.Equal(1, (await _tool.JsonAsync("dlq", "delete", "--all", "--yes")).GetProperty("deleted").GetInt32());
        Assert.Empty((await _tool.JsonAsync("dlq", "list")).EnumerateArray());
    }

    [Fact]
    public async Task RetryingSeveral_AsksFirst()
    {
        await FailAsync("https://shop.test/a");
        await FailAsync("https://shop.test/b");
        Assert.Contains("Deliver all 2 dead letters", await _tool.RefusalAsync("dlq", "retry", "--all"), StringComparison.Ordinal);
        Outcome retried = await _tool.RunAsync("dlq", "retry", "--all", "--yes");
        Assert.Equal(0, retried.ExitCode);
        Assert.Equal("2 dead letters queued again.\n", retried.Errors);
        Assert.Equal(2, retried.Output.Trim().Split('\n').Length);
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("11/12/2026")]
    [InlineData("12.5")]
    [InlineData("10:00")]
    public async Task BadInstant_IsExplained(string instant)
        => Assert.Contains($"--from is '{instant}'", await _tool.RefusalAsync("logs", "--from", instant), StringComparison.Ordinal);

    private async Task<string> FailAsync(string url)
    {
        _tool.Shop.Status = 500;
        string id = (await _tool.JsonAsync("publish", url, "--retries", "0", "--body", "x")).GetProperty("messages")[0].GetProperty("messageId").GetString()!;
        await _tool.QStash.DrainAsync(TimeSpan.FromSeconds(30));
        return id;
    }
}
