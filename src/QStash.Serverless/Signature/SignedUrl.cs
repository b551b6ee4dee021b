using System.Text;

namespace QStash.Serverless;

/// <summary>
/// Whether two URLs name the same resource: scheme and host in lower case, the default port dropped, an empty path read as <c>/</c>,
/// unreserved escapes decoded once, other escapes in upper case; dot segments, <c>%2F</c> and the case of the path are kept.
/// </summary>
internal static class SignedUrl
{
    /// <param name="signed">The <c>sub</c> claim.</param>
    /// <param name="seen">The URL that was called.</param>
    /// <param name="pathIsDecoded">The host delivered a decoded path (API Gateway): both paths are then compared decoded.</param>
    /// <param name="queryIsUnordered">The host lost the query's order or escapes: both queries are then compared as decoded pairs, in any order.</param>
    internal static bool Equivalent(string signed, string seen, bool pathIsDecoded = false, bool queryIsUnordered = false)
    {
        if (string.Equals(signed, seen, StringComparison.Ordinal))
        {
            return true;
        }

        string? left = Canonicalize(signed);
        string? right = Canonicalize(seen);
        if (left is null || right is null || string.Equals(left, right, StringComparison.Ordinal))
        {
            return left is not null && right is not null;
        }

        int leftQuery = QueryStart(left);
        int rightQuery = QueryStart(right);
        return (pathIsDecoded || queryIsUnordered)
            && PathsEqual(left[..leftQuery], right[..rightQuery], pathIsDecoded)
            && (queryIsUnordered ? DecodedQuery.Equal(left[leftQuery..], right[rightQuery..]) : left.AsSpan(leftQuery).SequenceEqual(right.AsSpan(rightQuery)));
    }

    /// <summary>The URLs a delivery may have been signed for: each public base URL with the path and query the host saw; else the URL it saw.</summary>
    internal static bool Matches(string signed, RawDelivery raw, IReadOnlyList<string> publicBaseUrls)
    {
        if (Matches(signed, raw.Url, raw, publicBaseUrls))
        {
            return true;
        }

        foreach (string other in raw.OtherUrls)
        {
            if (Matches(signed, other, raw, publicBaseUrls))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Matches(string signed, string seen, RawDelivery raw, IReadOnlyList<string> publicBaseUrls)
    {
        if (publicBaseUrls.Count == 0)
        {
            return Equivalent(signed, seen, raw.PathIsDecoded, raw.QueryIsUnordered);
        }

        string pathAndQuery = seen[AuthorityEnd(seen)..];
        foreach (string baseUrl in publicBaseUrls)
        {
            // A base path that the host still sees (a path base, a route prefix) must not count twice.
            int origin = AuthorityEnd(baseUrl);
            string basePath = baseUrl[origin..];
            if (Equivalent(signed, baseUrl + pathAndQuery, raw.PathIsDecoded, raw.QueryIsUnordered)
                || (basePath.Length > 0 && StartsWithSegments(pathAndQuery, basePath) && Equivalent(signed, baseUrl[..origin] + pathAndQuery, raw.PathIsDecoded, raw.QueryIsUnordered)))
            {
                return true;
            }
        }

        return false;
    }

    private static int QueryStart(string url) => url.IndexOf('?', StringComparison.Ordinal) is var start and >= 0 ? start : url.Length;

    private static bool PathsEqual(string left, string right, bool areDecoded) =>
        string.Equals(left, right, StringComparison.Ordinal)
        || (areDecoded && string.Equals(Uri.UnescapeDataString(left), Uri.UnescapeDataString(right), StringComparison.Ordinal));

    /// <summary>Splits and checks <see cref="QStashReceiverOptions.PublicBaseUrl"/>; each without a trailing slash.</summary>
    internal static bool TryParseBaseUrls(string? text, out IReadOnlyList<string> baseUrls, out string? error)
    {
        error = null;
        List<string> parsed = [];
        baseUrls = parsed;
        foreach (string part in (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!Uri.TryCreate(part, UriKind.Absolute, out Uri? uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
                || uri.UserInfo.Length > 0 || part.AsSpan().IndexOfAny('?', '#') >= 0 || !part.Contains("://", StringComparison.Ordinal))
            {
                error = $"QStash:PublicBaseUrl (QSTASH_PUBLIC_BASE_URL) has '{part}', which is not an http or https URL without query, fragment and user. Write for example https://shop.example.com; separate several with ';'.";
                return false;
            }

            parsed.Add(part.TrimEnd('/'));
        }

        if (parsed.Count == 0 && !string.IsNullOrWhiteSpace(text))
        {
            error = $"QStash:PublicBaseUrl (QSTASH_PUBLIC_BASE_URL) is '{text}', which names no URL. Write for example https://shop.example.com, or leave it out.";
            return false;
        }

        return true;
    }

    internal static int AuthorityEnd(string url)
    {
        int authority = url.IndexOf("://", StringComparison.Ordinal);
        int end = authority < 0 ? -1 : url.AsSpan(authority + 3).IndexOfAny('/', '?', '#');
        return end < 0 ? url.Length : authority + 3 + end;
    }

    private static bool StartsWithSegments(string path, string prefix) =>
        path.StartsWith(prefix, StringComparison.Ordinal) && (path.Length == prefix.Length || path[prefix.Length] is '/' or '?');

    private static string? Canonicalize(string url)
    {
        int colon = url.IndexOf("://", StringComparison.Ordinal);
        if (colon <= 0)
        {
            return null;
        }

        int end = AuthorityEnd(url);
        string scheme = LowerAscii(url[..colon]);
        string authority = LowerAscii(url[(colon + 3)..end]);
        string port = scheme switch { "https" => ":443", "http" => ":80", _ => "" };
        if (port.Length > 0 && authority.EndsWith(port, StringComparison.Ordinal))
        {
            authority = authority[..^port.Length];
        }

        StringBuilder canonical = new(url.Length + 1);
        canonical.Append(scheme).Append("://").Append(authority.TrimEnd(':'));
        if (end == url.Length || url[end] != '/')
        {
            canonical.Append('/');
        }

        AppendEscaped(canonical, url.AsSpan(end));
        return canonical.ToString();
    }

    // ASCII only: other letters have lower-case forms that would make two hosts one, such as the Kelvin sign and k.
    private static string LowerAscii(string text) => string.Create(text.Length, text, static (lower, source) => System.Text.Ascii.ToLower(source, lower, out _));

    private static void AppendEscaped(StringBuilder canonical, ReadOnlySpan<char> text)
    {
        Span<byte> utf8 = stackalloc byte[4];
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                int value = Convert.ToInt32(text.Slice(i + 1, 2).ToString(), 16);
                if (char.IsAsciiLetterOrDigit((char)value) || value is '-' or '.' or '_' or '~')
                {
                    canonical.Append((char)value);
                }
                else
                {
                    AppendEscape(canonical, (byte)value);
                }

                i += 2;
            }
            else if (c <= '\x7f')
            {
                canonical.Append(c);
            }
            else if (Rune.DecodeFromUtf16(text[i..], out Rune rune, out int consumed) == System.Buffers.OperationStatus.Done)
            {
                foreach (byte b in utf8[..rune.EncodeToUtf8(utf8)])
                {
                    AppendEscape(canonical, b);
                }

                i += consumed - 1;
            }
            else
            {
                canonical.Append(c);
            }
        }
    }

    private static void AppendEscape(StringBuilder canonical, byte value) =>
        canonical.Append('%').Append("0123456789ABCDEF"[value >> 4]).Append("0123456789ABCDEF"[value & 15]);
}
