using System.Text.RegularExpressions;

namespace QStash.Serverless.Tests.Docs;

/// <summary>Keeps every page true: its code is compiled, its links and anchors lead somewhere, its commands name what exists.</summary>
public sealed partial class DocsTests
{
    private static readonly Lazy<string[]> s_sources = new(() =>
    [
        .. new[] { "tests", "templates" }.Select(static folder => Path.Combine(Repository.Root, folder)).Where(Directory.Exists)
            .SelectMany(static folder => new[] { "*.cs", "*.mjs" }.SelectMany(kind => Directory.EnumerateFiles(folder, kind, SearchOption.AllDirectories)))
            .Where(static file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(static file => Trimmed(File.ReadAllText(file))),
    ]);

    private static IEnumerable<string> Pages =>
    [
        .. Directory.EnumerateFiles(Repository.Root, "*.md").Select(Path.GetFileName).OfType<string>(),
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(static file => "docs/" + Path.GetFileName(file)),
        .. new[] { "src", "infra" }.SelectMany(static folder => Directory.EnumerateDirectories(Path.Combine(Repository.Root, folder)))
            .Select(static room => Path.Combine(room, "README.md")).Where(File.Exists).Select(static file => Path.GetRelativePath(Repository.Root, file)),
    ];

    public static TheoryData<string, string> CodeBlocks() => Each(static page => Fence().Matches(page).Where(static match => match.Groups[1].Value is "csharp" or "js").Select(static match => match.Groups[2].Value));

    public static TheoryData<string, string> Links() => Each(static page => Link().Matches(Fence().Replace(page, "")).Select(static match => match.Groups[1].Value));

    public static TheoryData<string, string> Commands() => Each(static page => Command().Matches(page).Select(static match => match.Groups[1].Value));

    [Theory]
    [MemberData(nameof(CodeBlocks))]
    public void Code_block_is_compiled_or_run_by_the_tests(string page, string block) =>
        Assert.True(s_sources.Value.Any(source => source.Contains(Trimmed(block), StringComparison.Ordinal)), $"No test project holds this block of {page}:\n{block}");

    [Theory]
    [MemberData(nameof(Links))]
    public void Link_leads_somewhere(string page, string link)
    {
        string[] parts = link.Split('#');
        string target = parts[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, parts[0]);

        Assert.True(Path.Exists(Path.Combine(Repository.Root, target)), $"{page}: {link}");
        if (parts.Length == 2)
        {
            Assert.Contains(parts[1], Heading().Matches(Fence().Replace(Read(target), "")).Select(static match => Anchor(match.Groups[1].Value)));
        }
    }

    [Fact]
    public void Contents_list_every_section()
    {
        foreach (string page in Pages)
        {
            string text = Fence().Replace(Read(page), "");
            string[] listed = [.. Contents().Matches(text).Select(static match => match.Groups[1].Value)];
            if (listed.Length > 0)
            {
                Assert.Equal(Heading().Matches(text).Where(static match => match.Value.StartsWith("## ", StringComparison.Ordinal)).Select(static match => match.Groups[1].Value), listed);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_names_something_of_this_repository(string page, string path) => Assert.True(Path.Exists(Path.Combine(Repository.Root, path)), $"{page}: {path}");

    private static TheoryData<string, string> Each(Func<string, IEnumerable<string>> find)
    {
        TheoryData<string, string> found = [];
        foreach (string page in Pages)
        {
            foreach (string text in find(Read(page)).Distinct(StringComparer.Ordinal))
            {
                found.Add(page, text);
            }
        }

        return found;
    }

    private static string Read(string page) => File.ReadAllText(Path.Combine(Repository.Root, page)).ReplaceLineEndings("\n");

    private static string Trimmed(string code) => string.Join('\n', code.ReplaceLineEndings("\n").Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0));

    // As the web shows Markdown: lower case, punctuation left out, a dash for each space.
    private static string Anchor(string heading) => NoAnchor().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"^```(\w+)\n(.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\]\((?!https?://)([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^- \[(.+)\]\(#.+\)", RegexOptions.Multiline)]
    private static partial Regex Contents();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();

    [GeneratedRegex(@"(?:--project|dotnet (?:test|build|pack)) ([\w./-]*QStash\.Serverless[\w./-]*\w)")]
    private static partial Regex Command();
}
