using System.Net;

namespace QStash.Serverless.Client;

/// <summary>The system's proxy, but never for this machine: a local QStash is reached directly whatever <c>http_proxy</c> says.</summary>
internal sealed class ProxyExceptLoopback(IWebProxy system) : IWebProxy
{
    public ICredentials? Credentials
    {
        get => system.Credentials;
        set => system.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : system.GetProxy(destination);

    public bool IsBypassed(Uri host) => host.IsLoopback || system.IsBypassed(host);
}
