using System.Text.RegularExpressions;

namespace QStash.Serverless.HostTests.Readme;

/// <summary>Keeps the README and the code that is compiled and run here the same.</summary>
public sealed partial class ReadmeTests
{
    public static TheoryData<string> CSharpBlocks => [.. Blocks("csharp")];

    public static TheoryData<string> Commands => [.. Blocks("bash").SelectMany(static block => block.Split('\n')).Where(static line => line.StartsWith("dotnet ", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(CSharpBlocks))]
    public void CSharp_block_is_compiled_and_run_by_the_tests(string block)
    {
        string[] sources =
        [
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "QStash.Serverless.HostTests", "Readme"), "*.cs"),
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "QStash.Serverless.HostTests", "AzureFunctions", "Docs"), "*.cs"),
            .. new[] { "ReadmeApp", "AzureReadmeApp", "LambdaApp" }.Select(static app => Path.Combine(Repository.Root, "tests", "QStash.Serverless." + app, "Program.cs")),
            Path.Combine(Repository.Root, "tests", "QStash.Serverless.LambdaAmazonApp", "Bootstrap.cs"),
        ];

        Assert.Contains(sources, source => Normalize(File.ReadAllText(source)).Contains(Normalize(block), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_names_a_project_or_solution_of_this_repository(string command)
    {
        Match path = ProjectOrSolution().Match(command);

        Assert.True(path.Success, command);
        Assert.True(Path.Exists(Path.Combine(Repository.Root, path.Groups[1].Value)), command);
    }

    private static IEnumerable<string> Blocks(string language) =>
        Fence().Matches(File.ReadAllText(Path.Combine(Repository.Root, "README.md")).ReplaceLineEndings("\n"))
            .Where(match => match.Groups[1].Value == language).Select(static match => match.Groups[2].Value);

    private static string Normalize(string code) => string.Join('\n', code.ReplaceLineEndings("\n").Split('\n').Select(static line => line.Trim()));

    [GeneratedRegex(@"^```(\w+)\n(.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"(?:--project |dotnet test )(\S+)")]
    private static partial Regex ProjectOrSolution();
}
