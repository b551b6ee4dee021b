using System.Text.RegularExpressions;

namespace QStash.Serverless.HostTests.AzureFunctions.Docs;

/// <summary>Keeps the error texts of docs/azure-functions.md those of the code.</summary>
public sealed partial class AzureFunctionsPageTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "azure-functions.md")).ReplaceLineEndings("\n");

    public static TheoryData<string> ErrorTexts =>
    [
        .. ErrorRow().Matches(s_page[s_page.IndexOf("\n## Errors by their text", StringComparison.Ordinal)..]).SelectMany(static row => Quoted().Matches(row.Groups[1].Value)).Select(static text => text.Groups[1].Value),
    ];

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

    [GeneratedRegex(@"^\| ([^|]*`[^|]+`[^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex ErrorRow();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\(?'?\{?\.\.\.\}?'?\)?")]
    private static partial Regex Dots();
}
