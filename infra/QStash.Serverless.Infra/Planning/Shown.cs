using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace QStash.Serverless.Infra;

/// <summary>Values as plans compare them and as plans show them, which is not the same where they may be secrets.</summary>
internal static class Shown
{
    private const string Redacted = "REDACTED:";
    private const int LongestText = 160;
    private static readonly SearchValues<byte> s_hex = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>What QStash shows of a redacted value (protocol 3.3): the same for the value and for its redacted form.</summary>
    internal static string Fingerprint(ReadOnlySpan<byte> value) => IsFingerprint(value) ? Encoding.ASCII.GetString(value) : Redacted + Convert.ToHexStringLower(SHA256.HashData(value));

    internal static string Fingerprint(string value) => Fingerprint(Encoding.UTF8.GetBytes(value));

    internal static bool IsFingerprint(ReadOnlySpan<byte> value) =>
        value.Length == Redacted.Length + 64 && value.StartsWith("REDACTED:"u8) && value[Redacted.Length..].IndexOfAnyExcept(s_hex) < 0;

    /// <summary>A fingerprint short enough to compare by eye.</summary>
    internal static string Secret(string value) => Fingerprint(value)[..(Redacted.Length + 8)];

    /// <summary>A URL without its query and user information; their fingerprint tells two such URLs apart.</summary>
    internal static string Url(string url)
    {
        string shown = Destination.WithoutSecrets(url);
        return shown == url ? url : $"{shown} {Secret(url)}";
    }

    /// <summary>A body: its text where it is one and not hidden, shortened; else its size and fingerprint.</summary>
    internal static string Body(ReadOnlySpan<byte> body, bool hidden)
    {
        if (hidden || IsFingerprint(body))
        {
            return Fingerprint(body)[..(Redacted.Length + 8)];
        }

        string size = string.Create(CultureInfo.InvariantCulture, $"{body.Length:N0} bytes");
        if (!System.Text.Unicode.Utf8.IsValid(body) || body.IndexOfAnyInRange((byte)0, (byte)8) >= 0)
        {
            return $"{size} {Fingerprint(body)[..(Redacted.Length + 8)]}";
        }

        string text = OneLine(Encoding.UTF8.GetString(body));
        return text.Length <= LongestText ? text : $"{text[..LongestText]}... ({size}, {Fingerprint(body)[..(Redacted.Length + 8)]})";
    }

    /// <summary>A text that cannot break a line or move a cursor.</summary>
    internal static string OneLine(string text) => text.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0 && !text.Any(char.IsControl)
        ? text
        : string.Concat(text.Select(static c => char.IsControl(c) ? ' ' : c));
}
