using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace QStash.Serverless.DevServer.Settings;

/// <summary>What reads of a message hide (protocol 3.3): each value appears as <c>REDACTED:</c> and its SHA-256. Deliveries carry the originals.</summary>
internal sealed partial record RedactedFields
{
    /// <summary>Hides nothing.</summary>
    public static readonly RedactedFields None = new();

    private bool HidesBody { get; init; }

    private bool HidesAllHeaders { get; init; }

    private HashSet<string> Hidden { get; init; } = [];

    /// <summary>Reads a list of <c>body</c>, <c>header</c> and <c>header[Name]</c>, in the plural too.</summary>
    /// <exception cref="WireException">400: another word; leaving it out would show what was meant to be hidden.</exception>
    public static RedactedFields Parse(SettingsBag bag)
    {
        string[] fields = [.. bag.All(QStashHeaders.RedactFields).SelectMany(v => v.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        if (fields.Length == 0)
        {
            return None;
        }

        HashSet<string> hidden = new(StringComparer.OrdinalIgnoreCase);
        RedactedFields redaction = new() { Hidden = hidden };
        foreach (string field in fields)
        {
            Match one = OneHeader().Match(field);
            if (one.Success)
            {
                hidden.Add(one.Groups["name"].Value);
                continue;
            }

            redaction = field.ToLowerInvariant() switch
            {
                "body" => redaction with { HidesBody = true },
                "header" or "headers" => redaction with { HidesAllHeaders = true },
                _ => throw Setting.Bad(QStashHeaders.RedactFields, $"'{field}' is not one of body, header and header[Name]"),
            };
        }

        return redaction;
    }

    /// <summary>The body as reads show it; an empty one has nothing to hide.</summary>
    public byte[] Body(byte[] body) => HidesBody && body.Length > 0 ? Encoding.ASCII.GetBytes(Mark(body)) : body;

    /// <summary>Headers as reads show them.</summary>
    public IReadOnlyDictionary<string, string[]> Headers(IReadOnlyDictionary<string, string[]> headers)
        => HidesAllHeaders || Hidden.Count > 0
            ? headers.ToDictionary(
                h => h.Key,
                h => HidesAllHeaders || Hidden.Contains(h.Key) ? Array.ConvertAll(h.Value, v => Mark(Encoding.UTF8.GetBytes(v))) : h.Value,
                StringComparer.OrdinalIgnoreCase)
            : headers;

    private static string Mark(byte[] value) => "REDACTED:" + Convert.ToHexStringLower(SHA256.HashData(value));

    [GeneratedRegex(@"^headers?\[\s*(?<name>[^\[\]]+?)\s*\]$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OneHeader();
}
