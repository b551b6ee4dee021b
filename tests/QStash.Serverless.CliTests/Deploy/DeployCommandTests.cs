using System.CommandLine;
using System.Text.RegularExpressions;
using QStash.Serverless.Cli;

namespace QStash.Serverless.CliTests.Deploy;

/// <summary>Every command of this tool that a workflow, a README or a page shows is one that it has.</summary>
public sealed partial class DeployCommandTests
{
    public static TheoryData<string, string> Commands()
    {
        TheoryData<string, string> commands = [];
        foreach (string file in Files())
        {
            foreach (string command in CommandLine().Matches(File.ReadAllText(file)).Select(static match => match.Groups[1].Value).Distinct(StringComparer.Ordinal))
            {
                commands.Add(Path.GetRelativePath(Repository.Root, file), command);
            }
        }

        return commands;
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_IsOneOfTheTool(string file, string command)
    {
        string line = Variable().Replace(command, "shop").Split(" #")[0];
        ParseResult parsed = QStashTool.Create(Surroundings.OfProcess()).Parse([.. Word().Matches(line).Select(static word => word.Value.Replace("'", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal))]);

        Assert.True(parsed.Errors.Count == 0, $"{file}: dotnet qstash {command}: {string.Join(' ', parsed.Errors)}");
    }

    [Fact]
    public void Workflows_PlanApplyAndLookForDrift()
    {
        string[] shown = [.. Commands().Select(static row => $"{row[0]} {((string)row[1]).Split(' ')[0]}")];

        Assert.Superset(new HashSet<string>(["plan", "apply", "drift"]), Of("infra/deploy/github/qstash.yml"));
        Assert.Superset(new HashSet<string>(["plan", "apply"]), Of("infra/deploy/azure-devops/qstash.yml"));

        HashSet<string> Of(string file) => [.. shown.Where(line => line.StartsWith(Path.Combine(file.Split('/')), StringComparison.Ordinal)).Select(static line => line.Split(' ')[1])];
    }

    private static IEnumerable<string> Files() =>
    [
        .. Directory.EnumerateFiles(Repository.Root, "*.md"),
        .. new[] { "docs", "infra", "src", "templates", ".github" }.Select(static folder => Path.Combine(Repository.Root, folder)).Where(Directory.Exists)
            .SelectMany(static folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Where(static file => Path.GetExtension(file) is ".yml" or ".yaml" or ".md" && !file.Split(Path.DirectorySeparatorChar).Intersect(["bin", "obj"]).Any()),
    ];

    /// <summary>A command as it stands at the start of a line, in a step of a workflow, or between backticks.</summary>
    [GeneratedRegex(@"(?:^[ \t]*|run: |\|\| |`)dotnet qstash +([a-z-][^\n|>`]*)", RegexOptions.Multiline)]
    private static partial Regex CommandLine();

    /// <summary>A word as the shell has it, quotes included.</summary>
    [GeneratedRegex(@"(?:'[^']*'|""[^""]*""|[^\s'""])+")]
    private static partial Regex Word();

    [GeneratedRegex(@"""?(?:\$\([A-Za-z.]+\)|\$[A-Z_]+)""?")]
    private static partial Regex Variable();
}
