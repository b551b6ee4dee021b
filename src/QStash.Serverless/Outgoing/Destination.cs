namespace QStash.Serverless;

/// <summary>
/// Where a message goes: a URL, or the name of a URL group (protocol 2.0 and 8.6). The text is sent to QStash exactly as given;
/// nothing is encoded, decoded or normalised.
/// </summary>
public sealed record Destination
{
    private Destination(string value, bool isUrlGroup)
    {
        Value = value;
        IsUrlGroup = isUrlGroup;
    }

    /// <summary>The URL or the URL group's name, as given.</summary>
    public string Value { get; }

    /// <summary>Whether <see cref="Value"/> names a URL group.</summary>
    public bool IsUrlGroup { get; }

    /// <summary>A destination URL.</summary>
    /// <param name="url">An absolute <c>http://</c> or <c>https://</c> URL, written exactly as QStash shall call it.</param>
    /// <exception cref="ArgumentException">The text is not an absolute http or https URL, or contains a space, a control character or a fragment.</exception>
    public static Destination Url(string url)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(url);
        if (!url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !url.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"The destination '{url}' must start with http:// or https://. For a URL group use Destination.UrlGroup(name).", nameof(url));
        }

        if (url.AsSpan().IndexOfAnyInRange('\0', ' ') >= 0 || url.Contains('\x7f', StringComparison.Ordinal))
        {
            throw new ArgumentException($"The destination '{url}' contains a space or a control character; percent-encode it.", nameof(url));
        }

        if (url.Contains('#', StringComparison.Ordinal))
        {
            throw new ArgumentException($"The destination '{url}' has a #fragment, which is never sent over HTTP; remove it.", nameof(url));
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0)
        {
            throw new ArgumentException($"The destination '{url}' is not an absolute URL.", nameof(url));
        }

        return new Destination(url, isUrlGroup: false);
    }

    /// <inheritdoc cref="Url(string)"/>
    public static Destination Url(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return Url(url.OriginalString);
    }

    /// <summary>A URL group, to whose endpoints QStash fans the message out.</summary>
    /// <param name="name">The group's name: letters, digits, <c>_</c>, <c>.</c> and <c>-</c>.</param>
    /// <exception cref="ArgumentException">The name has another character, or is empty.</exception>
    public static Destination UrlGroup(string name)
    {
        QStashName.ThrowIfInvalid(name);
        return new Destination(name, isUrlGroup: true);
    }

    /// <summary>The URL or the group's name.</summary>
    public override string ToString() => Value;
}
