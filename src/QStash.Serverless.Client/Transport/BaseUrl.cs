namespace QStash.Serverless.Client;

/// <summary>The base URL that request paths are appended to: no trailing slash, no <c>/v2</c>.</summary>
internal static class BaseUrl
{
    // What people paste from examples: the official client repairs these too (protocol 1.2).
    private static readonly string[] s_repaired = ["/v2/publish", "/v2"];

    internal static string? Refusal(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
        {
            return $"is '{Shown(url)}': it must be an absolute http or https URL, such as {QStashClientOptions.DefaultUrl}.";
        }

        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            return "must not have user information, a query or a #fragment: the token goes to QStash:Token.";
        }

        return Normalized(uri).Contains("/v2/", StringComparison.OrdinalIgnoreCase)
            ? $"is '{url}': leave out everything from /v2 on."
            : null;
    }

    internal static string Normalize(string url) => Normalized(new Uri(url));

    internal static string Shown(string url)
    {
        int query = url.IndexOf('?', StringComparison.Ordinal);
        string shown = query < 0 ? url : url[..query] + "?...";
        int at = shown.LastIndexOf('@');
        return at < 0 ? shown : "..." + shown[at..];
    }

    /// <summary>Whether this is Upstash's hosted service, which cannot reach the machine or network the client runs in.</summary>
    internal static bool IsHosted(string baseUrl) => new Uri(baseUrl).IdnHost is var host
        && (host.Equals("upstash.io", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".upstash.io", StringComparison.OrdinalIgnoreCase));

    private static string Normalized(Uri uri)
    {
        string path = uri.AbsolutePath.TrimEnd('/');
        foreach (string suffix in s_repaired)
        {
            if (path.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                path = path[..^suffix.Length].TrimEnd('/');
                break;
            }
        }

        return uri.GetLeftPart(UriPartial.Authority) + path;
    }
}
