using System.Text;
using Amazon.Lambda.APIGatewayEvents;
using Amazon.Lambda.ApplicationLoadBalancerEvents;

namespace QStash.Serverless.Lambda;

/// <summary>Amazon's request types as the event that the handler would have read from their JSON. Also compiled into the AspNetCoreServer adapter.</summary>
internal static class AmazonEvents
{
    internal static LambdaEvent From(APIGatewayHttpApiV2ProxyRequest request)
    {
        DeliveryHeaders headers = Headers(request.Headers, null);
        if (request.Cookies is { Length: > 0 } cookies)
        {
            headers.Add("Cookie", string.Join("; ", cookies));
        }

        return new LambdaEvent
        {
            Shape = LambdaEventShape.Http2,
            Path = request.RawPath ?? "/",
            Query = request.RawQueryString ?? "",
            DomainName = request.RequestContext?.DomainName,
            Stage = request.RequestContext?.Stage,
            Headers = headers,
            Body = Body(request.Body, request.IsBase64Encoded),
        };
    }

    internal static LambdaEvent From(APIGatewayProxyRequest request) => new()
    {
        Shape = LambdaEventShape.Http1,
        Path = request.Path ?? "/",
        ContextPath = request.RequestContext?.Path,
        Query = Query(LambdaEventShape.Http1, request.QueryStringParameters, request.MultiValueQueryStringParameters),
        DomainName = request.RequestContext?.DomainName,
        Stage = request.RequestContext?.Stage,
        Headers = Headers(request.Headers, request.MultiValueHeaders),
        Body = Body(request.Body, request.IsBase64Encoded),
        UsesMultiValueHeaders = request.MultiValueHeaders is not null,
    };

    internal static LambdaEvent From(ApplicationLoadBalancerRequest request) => new()
    {
        Shape = LambdaEventShape.LoadBalancer,
        Path = request.Path ?? "/",
        Query = Query(LambdaEventShape.LoadBalancer, request.QueryStringParameters, request.MultiValueQueryStringParameters),
        Headers = Headers(request.Headers, request.MultiValueHeaders),
        Body = Body(request.Body, request.IsBase64Encoded),
        UsesMultiValueHeaders = request.MultiValueHeaders is not null,
    };

    private static DeliveryHeaders Headers(IDictionary<string, string>? single, IDictionary<string, IList<string>>? multiple)
    {
        DeliveryHeaders headers = new();
        foreach ((string name, string value) in Pairs(single, multiple))
        {
            if (name.Length > 0)
            {
                headers.Add(name, value);
            }
        }

        return headers;
    }

    private static string Query(LambdaEventShape shape, IDictionary<string, string>? single, IDictionary<string, IList<string>>? multiple)
    {
        LambdaQuery query = new(shape);
        foreach ((string name, string value) in Pairs(single, multiple))
        {
            query.Add(name, value);
        }

        return query.ToString();
    }

    // The lists have everything; the single values only the last of each name.
    private static IEnumerable<KeyValuePair<string, string>> Pairs(IDictionary<string, string>? single, IDictionary<string, IList<string>>? multiple) =>
        multiple is { Count: > 0 } ? from pair in multiple from value in pair.Value ?? [] select KeyValuePair.Create(pair.Key, value) : single ?? Enumerable.Empty<KeyValuePair<string, string>>();

    // Broken base64 is handed on as it is written: it cannot be the body that was signed.
    private static ReadOnlyMemory<byte> Body(string? text, bool isBase64)
    {
        if (string.IsNullOrEmpty(text))
        {
            return default;
        }

        if (isBase64)
        {
            byte[] bytes = new byte[text.Length / 4 * 3];
            if (Convert.TryFromBase64String(text, bytes, out int length))
            {
                return bytes.AsMemory(0, length);
            }
        }

        return Encoding.UTF8.GetBytes(text);
    }
}
