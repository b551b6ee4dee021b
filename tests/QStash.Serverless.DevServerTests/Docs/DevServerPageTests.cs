using System.Text.RegularExpressions;

namespace QStash.Serverless.DevServerTests.Docs;

/// <summary>Keeps docs/dev-server.md and the code that is compiled and run here the same.</summary>
public sealed partial class DevServerPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "dev-server.md")).ReplaceLineEndings("\n");

    public static TheoryData<string> Blocks => [.. Fence().Matches(Page).Where(m => m.Groups[1].Value is "csharp" or "js").Select(m => m.Groups[2].Value)];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Block_IsCompiledAndRunByTheTests(string block)
    {
        IEnumerable<string> sources = new[] { "Docs", "Node" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "QStash.Serverless.DevServerTests", folder)));
        Assert.Contains(sources, file => Normalize(File.ReadAllText(file)).Contains(Normalize(block), StringComparison.Ordinal));
    }

    [Fact]
    public void Contents_LinkToEverySection()
        => Assert.Equal(
            Heading().Matches(Page).Select(m => m.Groups[1].Value),
            Link().Matches(Page).Where(m => m.Groups[2].Value == m.Groups[1].Value.ToLowerInvariant().Replace(' ', '-')).Select(m => m.Groups[1].Value));

    private static string Normalize(string code) => string.Join('\n', code.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim()));

    [GeneratedRegex(@"^```(\w+)\n(.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^- \[(.+)\]\(#(.+)\)$", RegexOptions.Multiline)]
    private static partial Regex Link();
}
