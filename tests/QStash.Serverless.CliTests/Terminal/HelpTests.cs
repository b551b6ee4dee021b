using System.CommandLine;
using QStash.Serverless.Cli;

namespace QStash.Serverless.CliTests.Terminal;

/// <summary><c>--help</c> of every command.</summary>
public sealed class HelpTests
{
    public static TheoryData<string> Commands => [.. All(Root(), "").Select(static command => command.Path).Prepend("")];

    /// <summary>Every command that does something itself.</summary>
    public static IEnumerable<string> Paths => All(Root(), "").Where(static command => command.Command.Subcommands.Count == 0).Select(static command => command.Path);

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_HasExitCodesAndExamplesThatAreUnderstood(string path)
    {
        using StringWriter output = new();
        using StringWriter errors = new();
        Surroundings around = Surroundings.OfProcess() with { Output = output, Errors = errors, Variable = static name => name == "QSTASH_TOKEN" ? "secret-token" : null };

        Assert.Equal(0, await QStashTool.RunAsync([.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"], around));

        Assert.Empty(errors.ToString());
        string help = output.ToString();
        Assert.DoesNotContain("secret-token", help, StringComparison.Ordinal);
        Assert.Contains("Exit code: 0 ", help, StringComparison.Ordinal);
        Assert.Contains("130 Ctrl+C", help, StringComparison.Ordinal);
        string[] examples = [.. help[help.IndexOf("Examples:", StringComparison.Ordinal)..].Split('\n').Where(static line => line.Contains("dotnet qstash ", StringComparison.Ordinal))];
        Assert.NotEmpty(examples);
        Assert.All(examples, example =>
        {
            string[] words = ShellLine.Words(example[(example.IndexOf("dotnet qstash ", StringComparison.Ordinal) + "dotnet qstash ".Length)..]);
            ParseResult parsed = QStashTool.Create(around).Parse(words);
            Assert.True(parsed.Errors.Count == 0, $"{example}: {string.Join(' ', parsed.Errors.Select(static error => error.Message))}");
        });
    }

    private static RootCommand Root() => QStashTool.Create(Surroundings.OfProcess());

    private static IEnumerable<(string Path, Command Command)> All(Command command, string path) => command.Subcommands.SelectMany(child =>
    {
        string at = $"{path} {child.Name}".Trim();
        return All(child, at).Prepend((at, child));
    });
}
