using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace QStash.Serverless.AspNetCore;

/// <summary>The whole translation between ASP.NET Core and the engine: request in, reply out.</summary>
internal static class AspNetCoreDeliveries
{
    internal static RawDelivery Read(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            // The engine has a limit of its own, and answers what is over it as QStash needs it answered.
            size.MaxRequestBodySize = null;
        }

        Dictionary<string, string> routeValues = request.RouteValues.ToDictionary(static value => value.Key, static value => value.Value?.ToString() ?? "", StringComparer.OrdinalIgnoreCase);
        if (context.Features.Get<IOriginalRequest>() is { } original)
        {
            return original.Read(context, routeValues);
        }

        DeliveryHeaders headers = new();
        foreach (KeyValuePair<string, StringValues> header in request.Headers)
        {
            headers.Add(header.Key, header.Value);
        }

        return new RawDelivery
        {
            Url = $"{request.Scheme}://{request.Host.Value}{RawPathAndQuery(context)}",
            Headers = headers,
            Body = DeliveryBody.FromStream(request.Body, request.ContentLength),
            RouteValues = routeValues,
        };
    }

    internal static async Task WriteAsync(HttpContext context, DeliveryReply reply)
    {
        HttpResponse response = context.Response;
        response.StatusCode = reply.Status;
        foreach ((string name, string value) in reply.Headers)
        {
            response.Headers[name] = value;
        }

        response.ContentType = reply.ContentType;
        response.ContentLength = reply.Body.Length;
        if (!reply.Body.IsEmpty)
        {
            await response.Body.WriteAsync(reply.Body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    // The target as it stood on the wire, since Path has been decoded; with the path base, where a proxy has stripped it (X-Forwarded-Prefix).
    private static string RawPathAndQuery(HttpContext context)
    {
        HttpRequest request = context.Request;
        string? target = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        if (string.IsNullOrEmpty(target) || target[0] != '/')
        {
            return request.GetEncodedPathAndQuery();
        }

        string pathBase = request.PathBase.ToUriComponent();
        bool hasPathBase = target.StartsWith(pathBase, StringComparison.OrdinalIgnoreCase)
            && (target.Length == pathBase.Length || target[pathBase.Length] is '/' or '?');
        return pathBase.Length == 0 || hasPathBase ? target : pathBase + target;
    }
}
