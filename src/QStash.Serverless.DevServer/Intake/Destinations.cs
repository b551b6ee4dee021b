using System.Buffers;
using QStash.Serverless.DevServer.Delivery;
using QStash.Serverless.DevServer.Settings;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Intake;

/// <summary>Where a message may go (protocol 2.0).</summary>
internal static class Destinations
{
    /// <summary>What can stand in a request line as it is: printable ASCII without the characters that never appear in a URL.</summary>
    private static readonly SearchValues<char> UrlCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?[]@!$&'()*+,;=%{}|^`\"<>\\");

    /// <summary>Finds the targets of a destination: the URL itself, or the endpoints of a URL group and the group's default settings.</summary>
    /// <exception cref="WireException">400, 404 or 501, with the text QStash uses.</exception>
    public static (IReadOnlyList<Target> Targets, SettingsBag? GroupDefaults) Resolve(StoreSession session, long account, string destination)
    {
        if (destination.Length == 0)
        {
            throw WireException.BadRequest("a non-empty destination must be provided");
        }

        if (HasScheme(destination))
        {
            return ([new(destination)], null);
        }

        if (destination.StartsWith("api/", StringComparison.OrdinalIgnoreCase))
        {
            throw new WireException(501, $"the built-in destination {destination} is not part of this local QStash: publish to the provider's URL");
        }

        if (!QStashName.IsValid(destination))
        {
            throw WireException.BadRequest("invalid destination url: endpoint has invalid scheme, add http:// or https://");
        }

        StoredUrlGroup group = session.FindUrlGroup(account, destination) ?? throw WireException.NotFound($"topic {destination} not found");
        return group.Endpoints.Count > 0
            ? ([.. group.Endpoints.Select(e => new Target(e.Url, group.Name, e.Name))], group.Defaults)
            : throw WireException.BadRequest($"topic {destination} has no endpoints");
    }

    /// <summary>Checks a URL a message or a callback is sent to.</summary>
    /// <exception cref="WireException">400: it cannot be sent to as it is written, or it would leave this machine unasked.</exception>
    public static void CheckUrl(string url, HostMap hosts, string what)
    {
        if (!HasScheme(url))
        {
            throw WireException.BadRequest($"{what}: endpoint has invalid scheme, add http:// or https://");
        }

        if (url.AsSpan().IndexOfAnyExcept(UrlCharacters) is >= 0 and int at)
        {
            throw WireException.BadRequest($"{what}: the character at position {at + 1} cannot be part of a URL that is sent as it is, percent-encode it");
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.IdnHost.Length == 0)
        {
            throw WireException.BadRequest($"{what}: it has no valid host");
        }

        if (!hosts.Allows(uri))
        {
            throw WireException.BadRequest(
                $"{what}: {uri.IdnHost} is not on this machine and this local QStash delivers to loopback addresses only; map the host to your app (--map, MapHost), or allow external destinations (--allow-external, AllowExternal)");
        }
    }

    private static bool HasScheme(string destination)
        => destination.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || destination.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}
