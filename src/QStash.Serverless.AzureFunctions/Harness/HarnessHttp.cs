using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace QStash.Serverless.AzureFunctions;

/// <summary>A request in the shape in which the worker has it: read whole from the host's message, or, with ASP.NET Core integration, as it comes over HTTP.</summary>
internal sealed class HarnessRequest(FunctionContext context, HttpRequestMessage request, byte[] body, bool proxied) : HttpRequestData(context)
{
    public override Stream Body { get; } = proxied ? PipeReader.Create(new System.Buffers.ReadOnlySequence<byte>(body)).AsStream() : new MemoryStream(body, 0, body.Length, writable: false, publiclyVisible: true);

    public override HttpHeadersCollection Headers { get; } = Collect(request, body.Length, proxied);

    public override IReadOnlyCollection<IHttpCookie> Cookies => [];

    public override Uri Url => request.RequestUri!;

    public override IEnumerable<ClaimsIdentity> Identities => [];

    public override string Method => request.Method.Method;

    public override HttpResponseData CreateResponse() => new HarnessResponse(FunctionContext);

    private static HttpHeadersCollection Collect(HttpRequestMessage request, int length, bool proxied)
    {
        HttpHeadersCollection headers = [];
        foreach ((string name, HeaderStringValues values) in request.Headers.NonValidated.Concat(request.Content?.Headers.NonValidated ?? []))
        {
            if (proxied)
            {
                headers.TryAddWithoutValidation(name, values);
            }
            else
            {
                // The host's message has one text for each header.
                headers.TryAddWithoutValidation(name.ToLowerInvariant(), string.Join(',', values));
            }
        }

        headers.Remove("Content-Length");
        headers.TryAddWithoutValidation("Content-Length", length.ToString(CultureInfo.InvariantCulture));
        return headers;
    }
}

/// <summary>A response that is kept.</summary>
internal sealed class HarnessResponse(FunctionContext context) : HttpResponseData(context)
{
    public override HttpStatusCode StatusCode { get; set; } = HttpStatusCode.OK;

    public override HttpHeadersCollection Headers { get; set; } = [];

    public override Stream Body { get; set; } = new MemoryStream();

    public override HttpCookies Cookies => throw new NotSupportedException("The harness keeps no cookies.");

    internal byte[] ReadBody()
    {
        if (Body is MemoryStream memory)
        {
            return memory.ToArray();
        }

        using MemoryStream copy = new();
        Body.CopyTo(copy);
        return copy.ToArray();
    }
}

/// <summary>Where the worker finds a request with ASP.NET Core integration.</summary>
internal sealed class HarnessRequestFeature(HttpRequestData request) : IHttpRequestDataFeature
{
    public ValueTask<HttpRequestData?> GetHttpRequestDataAsync(FunctionContext context) => ValueTask.FromResult<HttpRequestData?>(request);
}

/// <summary>The app as an HTTP server in process.</summary>
[RequiresUnreferencedCode(QStashFunctionsHarness.Reason)]
[RequiresDynamicCode(QStashFunctionsHarness.Reason)]
internal sealed class HarnessHandler(HarnessWorker worker) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        QStashFunctionsReply reply = await worker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        HttpResponseMessage response = new((HttpStatusCode)reply.Status) { Content = new ReadOnlyMemoryContent(reply.Body), RequestMessage = request };
        foreach ((string name, string value) in reply.Headers)
        {
            if (!response.Headers.TryAddWithoutValidation(name, value))
            {
                response.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return response;
    }
}
