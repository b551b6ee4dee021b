using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace QStash.Serverless.DevServer.Delivery;

/// <summary>
/// Which URLs a mapping means: <c>orders.test</c>, <c>orders.test:8443</c>, <c>https://orders.test</c>, and with a wildcard
/// <c>*.orders.test</c> (every name below it) or <c>*</c>. Parts that are not given match anything.
/// </summary>
internal sealed record HostPattern(string? Scheme, string Host, bool IsWildcard, int? Port)
{
    /// <summary>The more a pattern says, the sooner it is asked: a name before a wildcard, a longer name, a scheme, a port.</summary>
    public (bool, int, bool, bool) Specificity => (!IsWildcard, Host.Length, Scheme is not null, Port is not null);

    /// <exception cref="ArgumentException">The text is neither a host nor an origin.</exception>
    public static HostPattern Parse(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        bool hasScheme = text.Contains("://", StringComparison.Ordinal);
        int start = hasScheme ? text.IndexOf("://", StringComparison.Ordinal) + 3 : 0;
        bool isWildcard = text.AsSpan(start).StartsWith("*");

        // A star is no host to the URL parser: a label stands in for it.
        string readable = (hasScheme ? "" : "http://") + (isWildcard ? $"{text[..start]}x{text[(start + 1)..]}" : text);
        if (!TryOrigin(readable, out Uri? uri) || uri.Host.Contains('*', StringComparison.Ordinal) || (isWildcard && uri.IdnHost is not "x" && !uri.IdnHost.StartsWith("x.", StringComparison.Ordinal)))
        {
            throw new ArgumentException($"'{text}' is neither a host such as orders.test or *.orders.test nor an origin such as https://orders.test.", nameof(text));
        }

        bool hasPort = text.EndsWith(":" + uri.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return new(hasScheme ? uri.Scheme : null, isWildcard ? uri.IdnHost[1..] : uri.IdnHost, isWildcard, hasPort || (hasScheme && !isWildcard) ? uri.Port : null);
    }

    /// <summary>Reads <c>http://host[:port]</c> without anything behind it.</summary>
    public static bool TryOrigin(string text, [NotNullWhen(true)] out Uri? uri)
        => Uri.TryCreate(text, UriKind.Absolute, out uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            && uri.PathAndQuery == "/" && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0 && uri.IdnHost.Length > 0;

    public bool Matches(Uri url)
        => (Scheme is null || Scheme == url.Scheme) && (Port is null || Port == url.Port)
            && (IsWildcard ? url.IdnHost.EndsWith(Host, StringComparison.OrdinalIgnoreCase) : url.IdnHost.Equals(Host, StringComparison.OrdinalIgnoreCase));
}
