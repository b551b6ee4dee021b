using Microsoft.AspNetCore.Http;
using QStash.Serverless.DevServer.Accounts;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>An authenticated request with the parts of its raw target that its route named.</summary>
internal sealed class WireCall(HttpContext http, Account account, RawQuery query, IReadOnlyDictionary<string, string> parts)
{
    public HttpContext Http { get; } = http;

    public Account Account { get; } = account;

    public RawQuery Query { get; } = query;

    /// <summary>A part of the path: a decoded segment, or the untouched tail.</summary>
    public string this[string part] => parts[part];

    /// <summary>A part of the path that not every row of a handler has.</summary>
    public string? Find(string part) => parts.GetValueOrDefault(part);

    /// <summary>The destination in the path with its own query: the tail of the request without what QStash consumes (protocol 2.0).</summary>
    public string Destination => Query.WithoutQStashParameters() is { Length: > 0 } query ? $"{this["destination"]}?{query}" : this["destination"];

    /// <summary>The request's headers, for <c>Upstash-Header-Forward</c>.</summary>
    public IReadOnlyDictionary<string, string?[]> Headers
        => Http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToArray(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The publisher's address.</summary>
    public string? CallerIp => Http.Connection.RemoteIpAddress is { } address ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString() : null;

    public async Task<byte[]> ReadBodyAsync()
    {
        using MemoryStream body = new((int)Math.Min(Http.Request.ContentLength ?? 0, 1024 * 1024));
        await Http.Request.Body.CopyToAsync(body, Http.RequestAborted).ConfigureAwait(false);
        return body.ToArray();
    }
}
