using System.Net;
using Amazon.Lambda.APIGatewayEvents;
using Amazon.Lambda.ApplicationLoadBalancerEvents;
using Amazon.Lambda.AspNetCoreServer.Hosting;
using Amazon.Lambda.Core;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace QStash.Serverless.HostTests.Lambda.Amazon;

/// <summary>
/// Calls an app as Amazon.Lambda.AspNetCoreServer does, faults included: header values of payload 2.0 are split at commas, queries of payload 1.0 are encoded anew, and
/// the stage is taken off any path that begins with its letters.
/// </summary>
internal sealed class AmazonServer(HostingOptions options) : IServer
{
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Func<IFeatureCollection, Task>? _process;

    public IFeatureCollection Features { get; } = new FeatureCollection();

    /// <summary>Whether starting ends only when the server stops, as on Lambda, where it takes events meanwhile.</summary>
    public bool TakesEventsWhileItStarts { get; init; }

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        _process = async features =>
        {
            TContext context = application.CreateContext(features);
            await application.ProcessRequestAsync(context);
            application.DisposeContext(context, null);
        };
        return TakesEventsWhileItStarts ? _stopped.Task : Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stopped.TrySetResult();
        return Task.CompletedTask;
    }

    public void Dispose() => _stopped.TrySetResult();

    public async Task<HostReply> InvokeAsync(object request, ILambdaContext context, IServiceProvider services)
    {
        MarshalledRequest features = new();
        switch (request)
        {
            case APIGatewayHttpApiV2ProxyRequest version2:
                Marshal(features, version2);
                break;
            case APIGatewayProxyRequest version1:
                Marshal(features, version1);
                break;
            default:
                Marshal(features, (ApplicationLoadBalancerRequest)request);
                break;
        }

        options.PostMarshallRequestFeature?.Invoke(features, request, context);
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        features.RequestServices = scope.ServiceProvider;
        await _process!(features);
        await features.CompleteAsync();
        return new HostReply(
            features.StatusCode,
            features.ResponseHeaders.ToDictionary(static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            features.ResponseBody.ToArray());
    }

    private static void Marshal(MarshalledRequest to, APIGatewayHttpApiV2ProxyRequest from)
    {
        to.Scheme = "https";
        to.Method = from.RequestContext!.Http!.Method!;
        to.QueryString = string.IsNullOrEmpty(from.RawQueryString) ? "" : "?" + from.RawQueryString;
        to.RawTarget = from.RawPath + to.QueryString;
        to.Path = Uri.UnescapeDataString(from.RequestContext.Http.Path!);
        string stage = "/" + from.RequestContext.Stage;
        if (to.Path.StartsWith(stage, StringComparison.Ordinal))
        {
            (to.PathBase, to.Path) = (stage, to.Path[stage.Length..]);
        }

        foreach ((string name, string value) in from.Headers!)
        {
            to.Headers[name] = value.Split(',');
        }

        Body(to, from.Body, from.IsBase64Encoded);
    }

    private static void Marshal(MarshalledRequest to, APIGatewayProxyRequest from)
    {
        to.Scheme = "https";
        to.Method = from.HttpMethod!;
        to.QueryString = Query(from.QueryStringParameters, from.MultiValueQueryStringParameters, WebUtility.UrlEncode);
        to.RawTarget = from.Path + to.QueryString;
        string full = from.RequestContext!.Path!;
        to.PathBase = full.EndsWith(from.Path!, StringComparison.Ordinal) ? full[..^from.Path!.Length] : "";
        to.Path = Uri.UnescapeDataString(from.Path!);
        Headers(to, from.Headers, from.MultiValueHeaders);
        Body(to, from.Body, from.IsBase64Encoded);
    }

    private static void Marshal(MarshalledRequest to, ApplicationLoadBalancerRequest from)
    {
        Headers(to, from.Headers, from.MultiValueHeaders);
        to.Scheme = to.Headers["x-forwarded-proto"].ToString();
        to.Method = from.HttpMethod!;
        to.QueryString = Query(from.QueryStringParameters, from.MultiValueQueryStringParameters, static text => text);
        to.RawTarget = from.Path + to.QueryString;
        to.Path = Uri.UnescapeDataString(from.Path!);
        Body(to, from.Body, from.IsBase64Encoded);
    }

    private static string Query(IDictionary<string, string>? single, IDictionary<string, IList<string>>? multiple, Func<string, string?> encode)
    {
        IEnumerable<string> pairs = multiple is { Count: > 0 }
            ? multiple.SelectMany(pair => pair.Value.Select(value => $"{pair.Key}={encode(value)}"))
            : (single ?? new Dictionary<string, string>()).Select(pair => $"{pair.Key}={encode(pair.Value)}");
        string query = string.Join('&', pairs);
        return query.Length == 0 ? "" : "?" + query;
    }

    private static void Headers(MarshalledRequest to, IDictionary<string, string>? single, IDictionary<string, IList<string>>? multiple)
    {
        foreach ((string name, StringValues values) in multiple?.Select(static pair => KeyValuePair.Create(pair.Key, new StringValues([.. pair.Value]))) ?? single!.Select(static pair => KeyValuePair.Create(pair.Key, new StringValues(pair.Value))))
        {
            to.Headers[name] = values;
        }
    }

    private static void Body(MarshalledRequest to, string? body, bool isBase64)
    {
        byte[] bytes = string.IsNullOrEmpty(body) ? [] : isBase64 ? Convert.FromBase64String(body) : System.Text.Encoding.UTF8.GetBytes(body);
        to.Body = new MemoryStream(bytes);
        to.Headers.ContentLength = to.Headers.ContentLength ?? bytes.Length;
    }

    /// <summary>One object is the request and the collection of its features, as Amazon's is.</summary>
    private sealed class MarshalledRequest : FeatureCollection, IHttpRequestFeature, IHttpRequestBodyDetectionFeature, IServiceProvidersFeature, IHttpResponseFeature
    {
        private readonly Stack<(Func<object, Task> Callback, object State)> _completed = new();
        private readonly Stack<(Func<object, Task> Callback, object State)> _starting = new();

        internal MarshalledRequest()
        {
            Set<IHttpRequestFeature>(this);
            Set<IHttpRequestBodyDetectionFeature>(this);
            Set<IHttpResponseFeature>(this);
            Set<IServiceProvidersFeature>(this);
            Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(ResponseBody));
        }

        public string Protocol { get; set; } = "HTTP/1.1";

        public string Scheme { get; set; } = "";

        public string Method { get; set; } = "";

        public string PathBase { get; set; } = "";

        public string Path { get; set; } = "";

        public string QueryString { get; set; } = "";

        public string RawTarget { get; set; } = "";

        public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

        public Stream Body { get; set; } = Stream.Null;

        public bool CanHaveBody => Body.Length > 0;

        public IServiceProvider RequestServices { get; set; } = null!;

        public int StatusCode { get; set; } = 200;

        public string? ReasonPhrase { get; set; }

        public bool HasStarted => false;

        internal MemoryStream ResponseBody { get; } = new();

        internal HeaderDictionary ResponseHeaders { get; } = [];

        IHeaderDictionary IHttpResponseFeature.Headers { get => ResponseHeaders; set => throw new NotSupportedException(); }

        Stream IHttpResponseFeature.Body { get => ResponseBody; set => throw new NotSupportedException(); }

        public void OnStarting(Func<object, Task> callback, object state) => _starting.Push((callback, state));

        public void OnCompleted(Func<object, Task> callback, object state) => _completed.Push((callback, state));

        internal async Task CompleteAsync()
        {
            foreach ((Func<object, Task> callback, object state) in _starting.Concat(_completed))
            {
                await callback(state);
            }
        }
    }
}
