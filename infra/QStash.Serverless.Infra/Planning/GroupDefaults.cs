using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>
/// The default options of a URL group. QStash takes them but does not show them (protocol 2.8), so what was set last stands as a fingerprint at the end of
/// one endpoint's name: <c>audit qss:0f3c...</c>. It is written after the defaults, so that it never promises what is not there.
/// </summary>
internal static partial class GroupDefaults
{
    internal static IReadOnlyList<HeaderLine> Headers(PublishOptions? defaults, string group) => defaults is null
        ? []
        : [.. WireMessage.OptionsOf(defaults, $"URL group '{group}': defaults").Select(static header => new HeaderLine(header.Key, header.Value))];

    internal static string Hash(IReadOnlyList<HeaderLine> headers) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(
        '\n', headers.Select(static header => $"{header.Name.ToLowerInvariant()}: {header.Value}").Order(StringComparer.Ordinal)))))[..16];

    internal static string Marked(string? name, string hash) => string.IsNullOrEmpty(name) ? "qss:" + hash : $"{name} qss:{hash}";

    /// <summary>The name without the fingerprint, null where nothing is left, and the fingerprint, if it has one.</summary>
    internal static (string? Name, string? Hash) Split(string? name)
    {
        Match match = Mark().Match(name ?? "");
        return match.Success ? (match.Index == 0 ? null : name![..match.Index], match.Groups[1].Value) : (name, null);
    }

    internal static string Show(IReadOnlyList<HeaderLine> headers) => headers.Count == 0
        ? "none"
        : string.Join("; ", headers.Select(static header => $"{header.Name}: {(header.Name.Contains("-Forward-", StringComparison.OrdinalIgnoreCase) ? Shown.Secret(header.Value) : ScheduleFacets.IsUrl(header.Value) ? Shown.Url(header.Value) : header.Value)}"));

    [GeneratedRegex("(?:^| )qss:([0-9a-f]{16})$", RegexOptions.CultureInvariant)]
    private static partial Regex Mark();
}
