using System.Text;

namespace QStash.Serverless;

/// <summary>
/// Where a message goes: a URL, or the name of a URL group (protocol 2.0 and 8.6). The text is sent to QStash exactly as given;
/// nothing is encoded, decoded or normalised.
/// </summary>
public sealed record Destination
{
    private Destination(string value, bool isUrlGroup, bool isShared = false)
    {
        Value = value;
        IsUrlGroup = isUrlGroup;
        IsShared = isShared;
    }

    /// <summary>The URL or the URL group's name, as given.</summary>
    public string Value { get; }

    /// <summary>Whether <see cref="Value"/> names a URL group.</summary>
    public bool IsUrlGroup { get; }

    /// <summary>Whether the URL group belongs to several apps or environments, so that <see cref="Value"/> is the name QStash knows; see <see cref="UrlGroup.Shared"/>.</summary>
    public bool IsShared { get; }

    /// <summary>A destination URL.</summary>
    /// <param name="url">
    /// An absolute <c>http://</c> or <c>https://</c> URL, written exactly as QStash shall call it. Credentials are better forwarded as a header than
    /// written into the URL, which logs and traces on the way may show.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The text is not an absolute http or https URL, or has a space, a control character, a character outside ASCII or a fragment. An HTTP request
    /// line is ASCII, so a path or query is percent-encoded and a host name is written in its <c>xn--</c> form by the caller, who alone knows how
    /// the receiver reads it.
    /// </exception>
    public static Destination Url(string url)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(url);
        return Refusal(url) is { } refusal
            ? throw new ArgumentException($"The destination '{WithoutSecrets(url)}' {refusal}", nameof(url))
            : new Destination(url, isUrlGroup: false);
    }

    /// <inheritdoc cref="Url(string)"/>
    public static Destination Url(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return Url(url.OriginalString);
    }

    /// <summary>A URL group, to whose endpoints QStash fans the message out.</summary>
    /// <param name="name">The name that the code uses: letters, digits, <c>_</c>, <c>.</c> and <c>-</c>. A client with an app and an environment adds them.</param>
    /// <exception cref="ArgumentException">The name has another character, or is empty.</exception>
    public static Destination UrlGroup(string name)
    {
        QStashName.ThrowIfInvalid(name);
        return new Destination(name, isUrlGroup: true);
    }

    /// <summary>A URL group, to whose endpoints QStash fans the message out.</summary>
    /// <param name="group">The group, as the app declares it.</param>
    public static Destination UrlGroup(UrlGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return new Destination(group.Name, isUrlGroup: true, group.Shared);
    }

    /// <summary>The URL without its query and user information, which may hold secrets, or the group's name: what logs and error texts show.</summary>
    public override string ToString() => IsUrlGroup ? Value : WithoutSecrets(Value);

    /// <summary>Why a text cannot be a destination URL, or null.</summary>
    internal static string? Refusal(string url)
    {
        if (!url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !url.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            return "must start with http:// or https://. A URL group is not a URL: name it with UrlGroup.";
        }

        if (url.AsSpan().IndexOfAnyInRange('\0', ' ') >= 0 || url.Contains('\x7f', StringComparison.Ordinal))
        {
            return "contains a space or a control character; percent-encode it.";
        }

        if (!Ascii.IsValid(url))
        {
            return "contains a character outside ASCII, which an HTTP request line cannot carry; percent-encode the path and the query, and write the host in its xn-- form.";
        }

        if (url.Contains('#', StringComparison.Ordinal))
        {
            return "has a #fragment, which is never sent over HTTP; remove it.";
        }

        return Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.Host.Length > 0 ? null : "is not an absolute URL.";
    }

    /// <summary>A URL without its query and user information.</summary>
    internal static string WithoutSecrets(string url)
    {
        int query = url.IndexOf('?', StringComparison.Ordinal);
        string shown = query < 0 ? url : url[..query] + "?...";
        int authority = shown.IndexOf("://", StringComparison.Ordinal) + 3;
        if (authority < 3)
        {
            return shown;
        }

        int end = shown.AsSpan(authority).IndexOfAny('/', '?', '#');
        end = end < 0 ? shown.Length : authority + end;
        int at = shown.AsSpan(authority, end - authority).LastIndexOf('@');
        return at < 0 ? shown : string.Concat(shown.AsSpan(0, authority), shown.AsSpan(authority + at + 1));
    }
}
