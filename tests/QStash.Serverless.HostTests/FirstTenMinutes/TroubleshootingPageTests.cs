using System.Text.RegularExpressions;

namespace QStash.Serverless.HostTests.FirstTenMinutes;

public sealed class TroubleshootingPageTests
{
    private static readonly Lazy<string[]> s_code = new(static () =>
    [
        .. new[] { "src", "infra" }.SelectMany(static folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(static file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Select(File.ReadAllText),
    ]);

    public static TheoryData<string> Headings => [.. TroubleshootingPage.Headings];

    [Fact]
    public void Page_has_its_messages() => Assert.True(TroubleshootingPage.Headings.Count >= 25, $"{TroubleshootingPage.Headings.Count} messages");

    [Theory]
    [MemberData(nameof(Headings))]
    public void Message_is_one_that_the_code_produces(string heading)
    {
        string[] parts = TroubleshootingPage.Parts(heading);

        Assert.Contains(parts, static part => part.Length >= 10);
        Assert.Contains(s_code.Value, file => Array.TrueForAll(parts, part => file.Contains(part, StringComparison.Ordinal) || file.Contains(part.Replace("\"", "\\\"", StringComparison.Ordinal), StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_message_has_a_cause_and_a_fix()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "troubleshooting.md")).ReplaceLineEndings("\n");
        foreach (string section in Regex.Split(page, "(?m)^### ").Skip(1))
        {
            Assert.Contains("**Fix.**", section, StringComparison.Ordinal);
            Assert.DoesNotContain("\n\n\n", section, StringComparison.Ordinal);
        }
    }
}
