using System.Net;

namespace QStash.Serverless.DevServer.Delivery;

/// <summary>Where the deliveries of a mapped host go: into a handler, or to another origin.</summary>
internal sealed record HostMapping(HostPattern Pattern, HttpMessageHandler? Handler, Uri? Target);

/// <summary>Which hosts deliveries may go to: loopback always, mapped hosts where they are mapped to, others only when allowed.</summary>
internal sealed class HostMap(bool allowExternal)
{
    private readonly Lock _gate = new();
    private volatile HostMapping[] _mappings = [];

    public bool AllowsExternal => allowExternal;

    /// <summary>Sends deliveries for a host into a handler.</summary>
    /// <exception cref="ArgumentException">The text is neither a host nor an origin.</exception>
    public void Map(string host, HttpMessageHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Add(new(HostPattern.Parse(host), handler, null));
    }

    /// <summary>Sends deliveries for a host to another origin.</summary>
    /// <exception cref="ArgumentException">The text is neither a host nor an origin, or the target is no origin of this machine.</exception>
    public void Map(string host, Uri target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (!target.IsAbsoluteUri || !HostPattern.TryOrigin(target.OriginalString, out Uri? origin))
        {
            throw new ArgumentException($"'{target}' is not an origin such as http://localhost:5000, without a path.", nameof(target));
        }

        if (!allowExternal && !IsLoopback(origin.IdnHost))
        {
            throw new ArgumentException($"'{target}' is not on this machine: map to a loopback address such as http://localhost:5000, or allow external destinations.", nameof(target));
        }

        Add(new(HostPattern.Parse(host), null, origin));
    }

    /// <summary>The mapping of a URL, the most specific one if several match; null when it is not mapped.</summary>
    public HostMapping? Find(Uri url) => Array.Find(_mappings, m => m.Pattern.Matches(url));

    /// <summary>Whether a delivery to this URL stays where the developer meant it to go.</summary>
    public bool Allows(Uri url) => allowExternal || IsLoopback(url.IdnHost) || Find(url) is not null;

    public static bool IsLoopback(string host)
        => host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <summary>The same pattern mapped again replaces the old mapping.</summary>
    private void Add(HostMapping mapping)
    {
        lock (_gate)
        {
            _mappings = [.. _mappings.Where(m => m.Pattern != mapping.Pattern).Append(mapping).OrderByDescending(m => m.Pattern.Specificity)];
        }
    }
}
