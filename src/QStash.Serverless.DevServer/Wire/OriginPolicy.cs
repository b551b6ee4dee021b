using Microsoft.AspNetCore.Http;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>
/// Which web pages may reach this server through a browser: by default none. A page the developer happens to visit knows the public tokens,
/// so without this it could publish, read and delete.
/// </summary>
internal sealed class OriginPolicy(IEnumerable<string> allowed)
{
    private readonly HashSet<string> _allowed = new(allowed, StringComparer.OrdinalIgnoreCase);

    /// <summary>Refuses a foreign page, and lets the browser of an allowed one see the answers.</summary>
    /// <exception cref="WireException">403: the page's origin is not allowed.</exception>
    public void Apply(HttpContext http)
    {
        string origin = http.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || IsOwn(http, origin))
        {
            return;
        }

        if (!_allowed.Contains("*") && !_allowed.Contains(origin))
        {
            throw new WireException(403, "requests from web pages of another origin are refused");
        }

        http.Response.Headers.AccessControlAllowOrigin = origin;
        http.Response.Headers.Vary = "Origin";
        if (IsPreflight(http))
        {
            http.Response.Headers.AccessControlAllowMethods = "GET, POST, PUT, PATCH, DELETE";
            http.Response.Headers.AccessControlAllowHeaders = http.Request.Headers.AccessControlRequestHeaders;
        }
    }

    /// <summary>Refuses every page but the server's own, whatever is allowed elsewhere.</summary>
    public static void RefuseForeign(HttpContext http)
    {
        string origin = http.Request.Headers.Origin.ToString();
        if (origin.Length > 0 && !IsOwn(http, origin))
        {
            throw new WireException(403, "requests from web pages of another origin are refused");
        }
    }

    /// <summary>Whether a browser only asks what an allowed page may do.</summary>
    public static bool IsPreflight(HttpContext http)
        => HttpMethods.IsOptions(http.Request.Method) && http.Request.Headers.Origin.Count > 0 && http.Request.Headers.AccessControlRequestMethod.Count > 0;

    /// <summary>Whether the request was addressed to a loopback name: a foreign name that was made to point here is not.</summary>
    public static bool IsLoopbackHost(HttpContext http)
        => Delivery.HostMap.IsLoopback(http.Request.Host.Host);

    private static bool IsOwn(HttpContext http, string origin)
        => IsLoopbackHost(http) && origin.Equals($"{http.Request.Scheme}://{http.Request.Host}", StringComparison.OrdinalIgnoreCase);
}
