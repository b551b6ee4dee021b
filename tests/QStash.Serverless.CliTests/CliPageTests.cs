using System.Text.Json;
using QStash.Serverless.CliTests.Declared;
using QStash.Serverless.CliTests.Terminal;

namespace QStash.Serverless.CliTests;

/// <summary>Runs the commands of docs/cli.md, in their order, against a local QStash.</summary>
public sealed class CliPageTests : IAsyncLifetime
{
    private const string Tool = "dotnet qstash ";
    private static readonly string[] s_lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "cli.md"));

    private InProcess _tool = null!;

    public async Task InitializeAsync()
    {
        _tool = await InProcess.StartAsync();
        foreach (string host in new[] { "https://shop.example.com", "https://audit.example.com" })
        {
            _tool.QStash.MapHost(host, _tool.Shop);
        }

        _tool.Shop.Status = 500;
        _tool.Write("prod.env", $"QSTASH_URL={_tool.Variables["QSTASH_URL"]}\nQSTASH_TOKEN={_tool.Variables["QSTASH_TOKEN"]}\nQSTASH_APP=shop\nQSTASH_ENV=prod\nQSTASH_PUBLIC_BASE_URL=https://shop.example.com\n");
        _tool.Write("order.json", """{"id":"o-1"}""");
        string output = Directory.CreateDirectory(Path.Combine(_tool.Folder, "src", "Shop", "bin", "Debug", "net10.0")).FullName;
        _tool.Write("src/Shop/Shop.csproj", """<Project Sdk="Microsoft.NET.Sdk" />""");
        File.Copy(ShopApp.Dll, Path.Combine(output, "Shop.dll"));

        // What the page says is in the file, not in the environment.
        _tool.Variables.Clear();
    }

    public async Task DisposeAsync() => await _tool.DisposeAsync();

    [Fact]
    public async Task EveryExample_Works()
    {
        string messageId = "";
        string[] examples = [.. s_lines.Where(static line => line.StartsWith(Tool, StringComparison.Ordinal) || line.StartsWith("cat ", StringComparison.Ordinal))];
        Assert.True(examples.Length > 50, $"{examples.Length} examples");
        foreach (string example in examples.Where(static line => !line.Contains("--follow", StringComparison.Ordinal)))
        {
            int at = example.IndexOf(Tool, StringComparison.Ordinal);
            _tool.Input = at == 0 ? [] : await File.ReadAllBytesAsync(Path.Combine(_tool.Folder, "order.json"));
            string line = example[(at + Tool.Length)..].Replace("MESSAGE_ID", messageId, StringComparison.Ordinal);
            if (line.Contains("DLQ_ID", StringComparison.Ordinal))
            {
                line = line.Replace("DLQ_ID", await DeadLetterAsync(), StringComparison.Ordinal);
            }

            Outcome outcome = await _tool.RunAsync(ShellLine.Words(line));

            int expected = line.StartsWith("plan", StringComparison.Ordinal) ? 2 : 0;
            Assert.True(outcome.ExitCode == expected, $"{line}: {outcome}");
            Assert.NotEmpty(outcome.Output + outcome.Errors);
            if (line.StartsWith("publish", StringComparison.Ordinal) && messageId.Length == 0)
            {
                messageId = outcome.Output.Split(' ')[0].Trim();
            }
        }
    }

    [PosixFact]
    public async Task Following_ShowsWhatHappens_UntilCtrlC()
    {
        string example = s_lines.Single(static line => line.StartsWith(Tool, StringComparison.Ordinal) && line.Contains("--follow", StringComparison.Ordinal));
        await using CliTests.Tool tool = CliTests.Tool.Start(_tool.Folder, ShellLine.Words(example[Tool.Length..]));
        await DeadLetterAsync();
        while (!tool.Output.Contains("  FAILED  ", StringComparison.Ordinal))
        {
            await tool.NewsAsync();
        }

        tool.CtrlC();
        Assert.Equal(130, await tool.EndAsync());
        Assert.Single(tool.Output.Split('\n'));
        Assert.Empty(tool.Errors);
    }

    [Fact]
    public void EveryCommand_HasAnExample()
    {
        string page = string.Join('\n', s_lines);
        Assert.All(HelpTests.Paths.Where(static path => path is not ("dev" or "demo")), path => Assert.Contains(Tool + path + " ", page + " ", StringComparison.Ordinal));
    }

    /// <summary>Makes a dead letter, and returns its id.</summary>
    private async Task<string> DeadLetterAsync()
    {
        await _tool.OutputAsync("publish", "https://shop.example.com/orders", "--retries", "0", "--body", "x", "--env-file", "prod.env");
        await _tool.QStash.DrainAsync(TimeSpan.FromSeconds(30));
        JsonElement letters = await _tool.JsonAsync("dlq", "list", "--env-file", "prod.env");
        return letters.EnumerateArray().Last().GetProperty("dlqId").GetString()!;
    }
}
