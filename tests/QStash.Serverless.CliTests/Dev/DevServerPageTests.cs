using System.CommandLine;
using System.Text.RegularExpressions;
using QStash.Serverless.Cli.Dev;

namespace QStash.Serverless.CliTests.Dev;

/// <summary>Runs the commands of docs/dev-server.md.</summary>
public sealed class DevServerPageTests : IDisposable
{
    private static readonly string[] s_lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "dev-server.md"));

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Commands => [.. s_lines.Where(line => line.StartsWith("dotnet qstash dev", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_IsUnderstood(string line)
        => Assert.Empty(DevCommand.Create(new Option<bool>("--no-color")).Parse(line["dotnet qstash dev".Length..].Replace("\"", "", StringComparison.Ordinal)).Errors);

    [Fact]
    public void Options_AreAllInTheTable()
    {
        string table = string.Join('\n', s_lines.Where(line => line.StartsWith('|')));
        Assert.All(DevCommand.Create(new Option<bool>("--no-color")).Options.Select(o => o.Name), name => Assert.Contains($"`{name}", table, StringComparison.Ordinal));
    }

    [Fact]
    public async Task CurlLines_WorkAgainstTheCommand()
    {
        await using Tool tool = Tool.Start(_folder.Path, "dev", "--port", "0", "--in-memory");
        string url = (await tool.LineAsync("QSTASH_URL="))["QSTASH_URL=".Length..];
        string token = (await tool.LineAsync("QSTASH_TOKEN="))["QSTASH_TOKEN=".Length..];
        string[] lines = [.. s_lines.Where(line => line.StartsWith("curl ", StringComparison.Ordinal))];
        Assert.Equal(6, lines.Length);
        foreach (string line in lines)
        {
            await CurlLine.SendAsync(Regex.Replace(line.Replace("http://127.0.0.1:8080", url, StringComparison.Ordinal), "Bearer TOKEN", $"Bearer {token}"));
        }
    }

    public void Dispose() => _folder.Dispose();
}
