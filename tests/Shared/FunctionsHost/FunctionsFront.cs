using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace QStash.Serverless.Tests.FunctionsHost;

/// <summary>The host's public side: the routes of the app's HTTP functions, below the route prefix of its host.json.</summary>
internal sealed class FunctionsFront : IAsyncDisposable
{
    private readonly WebApplication _server;

    private FunctionsFront(string prefix, IEnumerable<IndexedFunction> functions, Func<IndexedFunction, HttpCall, Task<HttpAnswer>> invoke)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.ListenLocalhost0(HttpProtocols.Http1);
        });
        _server = builder.Build();
        foreach (IndexedFunction function in functions)
        {
            string route = $"/{prefix}/{function.Trigger.Route ?? function.Name}".Replace("//", "/", StringComparison.Ordinal);
            IEnumerable<string> methods = function.Trigger.Methods.Select(static method => method.ToUpperInvariant());
            _server.MapMethods(route, function.Trigger.Methods.Count == 0 ? ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"] : methods, async (HttpContext context) =>
                await WriteAsync(context.Response, await invoke(function, await ReadAsync(context.Request))));
        }
    }

    internal string Url => _server.Urls.First();

    internal static async Task<FunctionsFront> StartAsync(
        string applicationDirectory, IEnumerable<IndexedFunction> functions, Func<IndexedFunction, HttpCall, Task<HttpAnswer>> invoke)
    {
        FunctionsFront front = new(RoutePrefix(Path.Combine(applicationDirectory, "host.json")), functions, invoke);
        await front._server.StartAsync();
        return front;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static string RoutePrefix(string hostJson)
    {
        using JsonDocument json = JsonDocument.Parse(File.Exists(hostJson) ? File.ReadAllText(hostJson) : "{}");
        return json.RootElement.TryGetProperty("extensions", out JsonElement extensions)
            && extensions.TryGetProperty("http", out JsonElement http)
            && http.TryGetProperty("routePrefix", out JsonElement prefix) ? prefix.GetString()! : "api";
    }

    /// <summary>As the Functions host reads a request: header names in lower case, values of one name joined, no body without a Content-Length.</summary>
    private static async Task<HttpCall> ReadAsync(HttpRequest request)
    {
        using MemoryStream body = new();
        if (request.ContentLength > 0)
        {
            await request.Body.CopyToAsync(body);
        }

        return new(
            request.Method,
            $"{request.Scheme}://{request.Host}{request.Path}{request.QueryString}",
            [.. request.Headers.Select(static header => KeyValuePair.Create(header.Key, header.Value.ToString()))],
            body.ToArray())
        {
            RouteValues = request.RouteValues.ToDictionary(static value => value.Key, static value => $"{value.Value}"),
        };
    }

    private static async Task WriteAsync(HttpResponse response, HttpAnswer answer)
    {
        response.StatusCode = answer.Status;
        foreach ((string name, string value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        response.ContentLength = answer.Body.Length;
        await response.Body.WriteAsync(answer.Body);
    }
}

internal static class KestrelOnLoopback
{
    /// <summary>Listens on a free port of 127.0.0.1.</summary>
    internal static void ListenLocalhost0(this KestrelServerOptions kestrel, HttpProtocols protocols) =>
        kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = protocols);
}
