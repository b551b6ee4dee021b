// Amazon.Lambda.APIGatewayEvents 3.0.0, https://github.com/aws/aws-lambda-dotnet/tree/master/Libraries/src/Amazon.Lambda.APIGatewayEvents
namespace Amazon.Lambda.APIGatewayEvents;

public class APIGatewayHttpApiV2ProxyRequest
{
    public string Version { get; set; }

    public string RouteKey { get; set; }

    public string RawPath { get; set; }

    public string RawQueryString { get; set; }

    public string[] Cookies { get; set; }

    public IDictionary<string, string> Headers { get; set; }

    public IDictionary<string, string> QueryStringParameters { get; set; }

    public ProxyRequestContext RequestContext { get; set; }

    public string Body { get; set; }

    public bool IsBase64Encoded { get; set; }

    public class ProxyRequestContext
    {
        public string DomainName { get; set; }

        public HttpDescription Http { get; set; }

        public string Stage { get; set; }
    }

    public class HttpDescription
    {
        public string Method { get; set; }

        public string Path { get; set; }
    }
}

public class APIGatewayHttpApiV2ProxyResponse
{
    public int StatusCode { get; set; }

    public IDictionary<string, string> Headers { get; set; }

    public string[] Cookies { get; set; }

    public string Body { get; set; }

    public bool IsBase64Encoded { get; set; }
}

public class APIGatewayProxyRequest
{
    public string Resource { get; set; }

    public string Path { get; set; }

    public string HttpMethod { get; set; }

    public IDictionary<string, string> Headers { get; set; }

    public IDictionary<string, IList<string>> MultiValueHeaders { get; set; }

    public IDictionary<string, string> QueryStringParameters { get; set; }

    public IDictionary<string, IList<string>> MultiValueQueryStringParameters { get; set; }

    public ProxyRequestContext RequestContext { get; set; }

    public string Body { get; set; }

    public bool IsBase64Encoded { get; set; }

    public class ProxyRequestContext
    {
        public string Path { get; set; }

        public string Stage { get; set; }

        public string HttpMethod { get; set; }

        public string DomainName { get; set; }
    }
}

public class APIGatewayProxyResponse
{
    public int StatusCode { get; set; }

    public IDictionary<string, string> Headers { get; set; }

    public IDictionary<string, IList<string>> MultiValueHeaders { get; set; }

    public string Body { get; set; }

    public bool IsBase64Encoded { get; set; }
}
