using System.Text.RegularExpressions;

namespace QStash.Serverless.CliTests;

/// <summary>Reads a command line as a shell would, as far as documentation uses one.</summary>
internal static class ShellLine
{
    /// <summary>The words up to a redirection or a comment, without their quotes.</summary>
    public static string[] Words(string line) =>
        [.. Regex.Matches(Regex.Replace(line, @"\s(>|>>|#)\s.*$", ""), @"('[^']*'|""[^""]*""|[^\s'""]+)+").Select(static word => Regex.Replace(word.Value, @"'([^']*)'|""([^""]*)""", "$1$2"))];
}
