using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace QStash.Serverless.DevServer.Delivery;

/// <summary>The way out: a client that changes nothing of a request and asks no name server unless external destinations are allowed.</summary>
internal static class Network
{
    private static readonly IPAddress[] Loopback = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    public static SocketsHttpHandler Create(HostMap hosts) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        ConnectCallback = (context, ct) => ConnectAsync(hosts, context.DnsEndPoint, ct),
    };

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The stream owns the socket; without a stream it is disposed here.")]
    private static async ValueTask<Stream> ConnectAsync(HostMap hosts, DnsEndPoint endPoint, CancellationToken ct)
    {
        IPAddress[] addresses = await AddressesAsync(hosts, endPoint.Host.Trim('[', ']'), ct).ConfigureAwait(false);
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, endPoint.Port, ct).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<IPAddress[]> AddressesAsync(HostMap hosts, string host, CancellationToken ct)
        => IPAddress.TryParse(host, out IPAddress? address) && (hosts.AllowsExternal || IPAddress.IsLoopback(address)) ? [address]
            : HostMap.IsLoopback(host) ? Loopback
            : hosts.AllowsExternal ? await Dns.GetHostAddressesAsync(host, ct).ConfigureAwait(false)
            : throw new HttpRequestException($"{host} is not on this machine and external destinations are not allowed");
}
