using System.Net;
using System.Net.Sockets;

namespace QStash.Serverless.Client;

/// <summary>Tells hosts that only this machine or a private network can reach. Names are not resolved.</summary>
internal static class PrivateHost
{
    private static readonly IPNetwork[] s_networks =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("::/128"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10"),
    ];

    internal static bool Is(string url)
    {
        // DnsSafeHost has the numeric forms (http://2130706433, http://0x7f.1) already brought to dotted decimals.
        string host = new Uri(url).DnsSafeHost.TrimEnd('.');
        if (IPAddress.TryParse(host, out IPAddress? address))
        {
            IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            return s_networks.Any(network => network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(WithoutScope(plain)));
        }

        return IsOrEndsWith(host, "localhost") || IsOrEndsWith(host, "local");
    }

    private static IPAddress WithoutScope(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? new IPAddress(address.GetAddressBytes()) : address;

    private static bool IsOrEndsWith(string host, string name) =>
        host.Equals(name, StringComparison.OrdinalIgnoreCase) || host.EndsWith("." + name, StringComparison.OrdinalIgnoreCase);
}
