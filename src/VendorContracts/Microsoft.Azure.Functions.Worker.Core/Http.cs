// Microsoft.Azure.Functions.Worker.Core 2.52.0, https://learn.microsoft.com/dotnet/api/microsoft.azure.functions.worker
using System.Collections.Specialized;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;

namespace Microsoft.Azure.Functions.Worker
{
    using Microsoft.Azure.Functions.Worker.Http;

    public static class FunctionContextHttpRequestExtensions
    {
        public static ValueTask<HttpRequestData?> GetHttpRequestDataAsync(this FunctionContext context) => throw Contract.Only();

        public static HttpResponseData? GetHttpResponseData(this FunctionContext context) => throw Contract.Only();
    }
}

namespace Microsoft.Azure.Functions.Worker.Http
{
    public interface IHttpRequestDataFeature
    {
        ValueTask<HttpRequestData?> GetHttpRequestDataAsync(FunctionContext context);
    }

    public abstract class HttpRequestData
    {
        public HttpRequestData(FunctionContext functionContext) => FunctionContext = functionContext ?? throw new ArgumentNullException(nameof(functionContext));

        public abstract Stream Body { get; }

        public abstract HttpHeadersCollection Headers { get; }

        public abstract IReadOnlyCollection<IHttpCookie> Cookies { get; }

        public abstract Uri Url { get; }

        public abstract IEnumerable<ClaimsIdentity> Identities { get; }

        public abstract string Method { get; }

        public FunctionContext FunctionContext { get; }

        public virtual NameValueCollection Query => throw Contract.Only();

        public abstract HttpResponseData CreateResponse();
    }

    public static class HttpRequestDataExtensions
    {
        public static Task<string?> ReadAsStringAsync(this HttpRequestData request, Encoding? encoding = null) => throw Contract.Only();

        public static HttpResponseData CreateResponse(this HttpRequestData request, HttpStatusCode statusCode) => throw Contract.Only();
    }

    public abstract class HttpResponseData
    {
        public HttpResponseData(FunctionContext functionContext) => FunctionContext = functionContext ?? throw new ArgumentNullException(nameof(functionContext));

        public abstract HttpStatusCode StatusCode { get; set; }

        public abstract HttpHeadersCollection Headers { get; set; }

        public abstract Stream Body { get; set; }

        public abstract HttpCookies Cookies { get; }

        public FunctionContext FunctionContext { get; }

        public static HttpResponseData CreateResponse(HttpRequestData request) => throw Contract.Only();
    }

    public static class HttpResponseDataExtensions
    {
        public static void WriteString(this HttpResponseData response, string value, Encoding? encoding = null) => throw Contract.Only();

        public static Task WriteStringAsync(this HttpResponseData response, string value, Encoding? encoding = null) => throw Contract.Only();

        public static Task WriteStringAsync(this HttpResponseData response, string value, CancellationToken cancellationToken, Encoding? encoding = null) => throw Contract.Only();
    }

    public class HttpHeadersCollection : HttpHeaders
    {
        public HttpHeadersCollection()
        {
        }

        public HttpHeadersCollection(IEnumerable<KeyValuePair<string, IEnumerable<string>>> headers)
        {
            foreach (KeyValuePair<string, IEnumerable<string>> header in headers)
            {
                TryAddWithoutValidation(header.Key, header.Value);
            }
        }

        public HttpHeadersCollection(IEnumerable<KeyValuePair<string, string>> headers)
        {
            foreach (KeyValuePair<string, string> header in headers)
            {
                TryAddWithoutValidation(header.Key, header.Value);
            }
        }
    }

    public abstract class HttpCookies
    {
        public abstract void Append(string name, string value);

        public abstract void Append(IHttpCookie cookie);

        public abstract IHttpCookie CreateNew();
    }

    public interface IHttpCookie
    {
        string? Domain { get; }

        DateTimeOffset? Expires { get; }

        bool? HttpOnly { get; }

        double? MaxAge { get; }

        string Name { get; }

        string? Path { get; }

        SameSite SameSite { get; }

        bool? Secure { get; }

        string Value { get; }
    }

    public enum SameSite
    {
        None = 0,
        Lax = 1,
        Strict = 2,
        ExplicitNone = 3,
    }
}
