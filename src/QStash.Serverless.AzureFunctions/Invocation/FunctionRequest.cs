using System.Collections.ObjectModel;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Primitives;

namespace QStash.Serverless.AzureFunctions;

/// <summary>The whole translation between a function's HTTP request and the engine: request in, reply out.</summary>
internal static class FunctionRequest
{
    internal static RawDelivery Read(HttpRequestData request, FunctionContext context, QStashFunction function, string pathPrefix)
    {
        DeliveryHeaders headers = new(request.Headers.NonValidated.Count);
        foreach ((string name, HeaderStringValues values) in request.Headers.NonValidated)
        {
            headers.Add(name, values.Count == 1 ? values.ToString() : new StringValues([.. values]));
        }

        return new RawDelivery
        {
            Url = request.Url.OriginalString,
            Headers = headers,
            Body = Body(request.Body, headers["Content-Length"]),

            // The Functions host decodes the path and escapes it anew before the worker sees it.
            PathIsDecoded = true,
            OtherUrls = WithoutPrefix(request.Url.OriginalString, pathPrefix),
            RouteValues = RouteValues(context, function.Route),
        };
    }

    internal static async Task<HttpResponseData> AnswerAsync(HttpRequestData request, DeliveryReply reply)
    {
        HttpResponseData response = request.CreateResponse();
        response.StatusCode = (HttpStatusCode)reply.Status;
        foreach ((string name, string value) in reply.Headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        if (reply.ContentType is not null)
        {
            response.Headers.TryAddWithoutValidation("Content-Type", reply.ContentType);
        }

        if (!reply.Body.IsEmpty)
        {
            await response.Body.WriteAsync(reply.Body, CancellationToken.None).ConfigureAwait(false);
        }

        return response;
    }

    // A proxy in front (Front Door, a reverse proxy) may leave the route prefix out of the public URL.
    private static IEnumerable<string> WithoutPrefix(string url, string prefix)
    {
        int path = url.IndexOf('/', url.IndexOf("://", StringComparison.Ordinal) + 3);
        if (prefix.Length > 0 && path >= 0 && url.AsSpan(path).StartsWith(prefix + "/", StringComparison.OrdinalIgnoreCase))
        {
            yield return string.Concat(url.AsSpan(0, path), url.AsSpan(path + prefix.Length));
        }
    }

    private static DeliveryBody Body(Stream body, StringValues announced)
    {
        if (body.CanSeek)
        {
            // Another middleware may have read it.
            body.Position = 0;
        }

        return body is MemoryStream memory && memory.TryGetBuffer(out ArraySegment<byte> bytes)
            ? DeliveryBody.FromBytes(bytes)
            : DeliveryBody.FromStream(body, long.TryParse(announced.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out long length) ? length : null);
    }

    /// <summary>The values of a route's parameters in an invocation.</summary>
    internal static IReadOnlyDictionary<string, string> RouteValues(FunctionContext context, RouteTemplate? route)
    {
        if (route is null || route.Parameters.Count == 0)
        {
            return ReadOnlyDictionary<string, string>.Empty;
        }

        IReadOnlyDictionary<string, object?> data = context.BindingContext.BindingData;
        Dictionary<string, string> values = new(route.Parameters.Count, StringComparer.OrdinalIgnoreCase);
        foreach (string parameter in route.Parameters)
        {
            if (data.TryGetValue(parameter, out object? value) && Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text)
            {
                values[parameter] = text;
            }
        }

        return values;
    }
}
