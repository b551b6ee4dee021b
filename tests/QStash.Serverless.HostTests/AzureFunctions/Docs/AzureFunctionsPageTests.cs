using System.Text.RegularExpressions;

namespace QStash.Serverless.HostTests.AzureFunctions.Docs;

/// <summary>Keeps docs/azure-functions.md and the code that is compiled and run here the same.</summary>
public sealed partial class AzureFunctionsPageTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "azure-functions.md")).ReplaceLineEndings("\n");

    public static TheoryData<string> CSharpBlocks => [.. Fence().Matches(s_page).Where(static match => match.Groups[1].Value == "csharp").Select(static match => match.Groups[2].Value)];

    public static TheoryData<string> Projects => [.. Project().Matches(s_page).Select(static match => match.Groups[1].Value)];

    public static TheoryData<string> ErrorTexts =>
    [
        .. ErrorRow().Matches(s_page[s_page.IndexOf("\n## Errors by their text", StringComparison.Ordinal)..]).SelectMany(static row => Quoted().Matches(row.Groups[1].Value)).Select(static text => text.Groups[1].Value),
    ];

    [Theory]
    [MemberData(nameof(CSharpBlocks))]
    public void CSharp_block_is_compiled_and_run_by_the_tests(string block)
    {
        IEnumerable<string> sources = new[] { "QStash.Serverless.AzureReadmeApp", "QStash.Serverless.HostTests/AzureFunctions/Docs" }
            .SelectMany(static folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", folder), "*.cs"));

        Assert.Contains(sources, source => Normalize(File.ReadAllText(source)).Contains(Normalize(block), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Command_names_a_project_of_this_repository(string project) => Assert.True(Directory.Exists(Path.Combine(Repository.Root, project)), project);

    /// <summary>Each longer piece between the page's dots is written in the source.</summary>
    [Theory]
    [MemberData(nameof(ErrorTexts))]
    public void Error_text_is_one_that_is_written(string text)
    {
        string[] sources =
        [
            .. new[] { "QStash.Serverless", "QStash.Serverless.AzureFunctions" }
                .SelectMany(static room => Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", room), "*.cs", SearchOption.AllDirectories))
                .Where(static file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Select(File.ReadAllText),
        ];

        string[] pieces = [.. Dots().Split(text.Replace("[FixedDelayRetry]", "", StringComparison.Ordinal)).Select(static piece => piece.Trim()).Where(static piece => piece.Length > 3)];
        Assert.NotEmpty(pieces);
        Assert.Contains(sources, source => pieces.All(piece => source.Contains(piece, StringComparison.Ordinal)));
    }

    private static string Normalize(string code) => string.Join('\n', code.ReplaceLineEndings("\n").Split('\n').Select(static line => line.Trim()));

    [GeneratedRegex(@"^```(\w+)\n(.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"--project (\S+)")]
    private static partial Regex Project();

    [GeneratedRegex(@"^\| ([^|]*`[^|]+`[^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex ErrorRow();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\(?'?\{?\.\.\.\}?'?\)?")]
    private static partial Regex Dots();
}
