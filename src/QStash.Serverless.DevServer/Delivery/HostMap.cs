using System.Collections.Concurrent;
using System.Net;

namespace QStash.Serverless.DevServer.Delivery;

/// <summary>Which hosts deliveries may go to: loopback always, mapped hosts into their handlers, others only when allowed.</summary>
internal sealed class HostMap(bool allowExternal)
{
    private readonly ConcurrentDictionary<string, HttpMessageHandler> _handlers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Maps <c>orders.test</c>, <c>orders.test:8443</c> or <c>https://orders.test</c>.</summary>
    /// <exception cref="ArgumentException">The text is neither a host nor an origin.</exception>
    public void Map(string host, HttpMessageHandler handler)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(host);
        ArgumentNullException.ThrowIfNull(handler);
        bool isOrigin = host.Contains("://", StringComparison.Ordinal);
        if (!Uri.TryCreate(isOrigin ? host : "http://" + host, UriKind.Absolute, out Uri? uri)
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0)
        {
            throw new ArgumentException($"'{host}' is neither a host such as orders.test nor an origin such as https://orders.test.", nameof(host));
        }

        bool hasPort = host.EndsWith(":" + uri.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        _handlers[isOrigin ? Origin(uri) : hasPort ? $"{uri.IdnHost}:{uri.Port}" : uri.IdnHost] = handler;
    }

    /// <summary>The handler a URL is mapped to; null when it goes over the network.</summary>
    public HttpMessageHandler? Find(Uri url)
        => _handlers.TryGetValue(Origin(url), out HttpMessageHandler? handler)
            || _handlers.TryGetValue($"{url.IdnHost}:{url.Port}", out handler)
            || _handlers.TryGetValue(url.IdnHost, out handler)
            ? handler
            : null;

    /// <summary>Whether a delivery to this URL stays where the developer meant it to go.</summary>
    public bool Allows(Uri url) => allowExternal || IsLoopback(url.IdnHost) || Find(url) is not null;

    public static bool IsLoopback(string host)
        => host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));

    private static string Origin(Uri url) => $"{url.Scheme}://{url.IdnHost}:{url.Port}";
}
