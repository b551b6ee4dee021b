using System.Buffers;
using System.Collections;

namespace QStash.Serverless.Lambda;

/// <summary>
/// The public URLs that a Lambda event may have been called at. The event does not say: a stage may be in the path or not, a decoded path may stand where an escaped one is
/// meant, a load balancer knows its host by the caller's header only. All of them are merely compared with the URL that QStash signed.
/// </summary>
internal sealed class LambdaUrls(LambdaEvent lambdaEvent, bool isDevelopment) : IEnumerable<string>
{
    private static Last? s_last;

    private static readonly SearchValues<char> s_neverInAuthority = SearchValues.Create("/?#\\@ ");

    /// <summary>The first of them.</summary>
    internal string Likeliest()
    {
        string origin = Origin();
        string authority = IsAuthority(lambdaEvent.DomainName) ? lambdaEvent.DomainName! : Authorities().First();
        string path = lambdaEvent.ContextPath ?? lambdaEvent.Path;
        if (lambdaEvent.Query.Length > 0)
        {
            return Url(authority, Escape(path));
        }

        // Events share their texts (RecentTexts), and a function has few URLs: most often it is the one of the event before.
        Last? last = s_last;
        if (last is null || !ReferenceEquals(last.Origin, origin) || !ReferenceEquals(last.Authority, authority) || !ReferenceEquals(last.Path, path))
        {
            s_last = last = new Last(origin, authority, path, Url(authority, Escape(path)));
        }

        return last.Url;
    }

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator()
    {
        string likeliest = Likeliest();
        return (from authority in Authorities() from path in Paths() select Url(authority, path)).Distinct(StringComparer.Ordinal).Where(url => url != likeliest).GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private string Url(string authority, string path) =>
        lambdaEvent.Query.Length == 0 ? string.Concat(Origin(), authority, path) : string.Concat([Origin(), authority, path, "?", lambdaEvent.Query]);

    private string Origin() => Single("x-forwarded-proto") is "http" ? "http://" : "https://";

    // The domain is the gateway's own word. The Host header is the caller's: it counts only where there is nothing else, or nobody to attack.
    private IEnumerable<string> Authorities()
    {
        bool any = false;
        if (IsAuthority(lambdaEvent.DomainName))
        {
            any = true;
            yield return lambdaEvent.DomainName!;
        }

        if ((!any || isDevelopment) && Single("host") is { } host && IsAuthority(host))
        {
            any = true;
            yield return host;
            if (!host.Contains(':', StringComparison.Ordinal) && Single("x-forwarded-port") is { } port && ushort.TryParse(port, out _))
            {
                yield return $"{host}:{port}";
            }
        }

        if (!any)
        {
            // An authority that no URL has: nothing without a configured public URL matches.
            yield return "";
        }
    }

    private IEnumerable<string> Paths()
    {
        string path = lambdaEvent.Path;
        string? context = lambdaEvent.ContextPath;
        string? stage = lambdaEvent.Stage is null or "" or "$default" ? null : "/" + lambdaEvent.Stage;
        string?[] paths = [context, path, lambdaEvent.PathWithoutStage(), stage is null ? null : stage + path];
        foreach (string candidate in paths.OfType<string>())
        {
            yield return Escape(candidate);
            if (lambdaEvent.Shape != LambdaEventShape.LoadBalancer && candidate.Contains('%', StringComparison.Ordinal))
            {
                // A decoded path in which a percent sign is what an escape stood for.
                yield return Escape(candidate.Replace("%", "%25", StringComparison.Ordinal));
            }
        }
    }

    // In a path these are never what they look like: a raw path has them escaped.
    private static string Escape(string path)
    {
        string escaped = path.AsSpan().IndexOfAny('?', '#') < 0 ? path
            : path.Replace("?", "%3F", StringComparison.Ordinal).Replace("#", "%23", StringComparison.Ordinal);
        return escaped.StartsWith('/') ? escaped : "/" + escaped;
    }

    private static bool IsAuthority(string? text) => !string.IsNullOrEmpty(text) && text.AsSpan().IndexOfAny(s_neverInAuthority) < 0;

    private sealed record Last(string Origin, string Authority, string Path, string Url);

    private string? Single(string header) => lambdaEvent.Headers[header] is { Count: 1 } value ? value[0] : null;
}
