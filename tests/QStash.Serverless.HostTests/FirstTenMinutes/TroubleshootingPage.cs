using System.Text.RegularExpressions;

namespace QStash.Serverless.HostTests.FirstTenMinutes;

/// <summary>docs/troubleshooting.md: its headings are messages, with <c>...</c> for what differs.</summary>
internal static partial class TroubleshootingPage
{
    internal static IReadOnlyList<string> Headings { get; } =
        [.. Heading().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "troubleshooting.md"))).Select(static match => match.Groups[1].Value)];

    /// <summary>The texts of a heading that the code must hold.</summary>
    internal static string[] Parts(string heading) => [.. heading.Split("...", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    internal static string Pattern(string heading) => string.Join(@"[\s\S]*", Parts(heading).Select(Regex.Escape));

    [GeneratedRegex("^### `(.+)`", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
