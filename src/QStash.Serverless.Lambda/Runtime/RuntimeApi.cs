using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace QStash.Serverless.Lambda;

/// <summary>
/// Speaks Lambda's Runtime API (2018-06-01): takes invocations, and posts replies and errors. A broken connection is tried again; an answer that says
/// that the sandbox cannot go on becomes an exception.
/// </summary>
internal sealed class RuntimeApi : IDisposable
{
    /// <summary>How often a request is repeated whose connection broke: after 0.1 s, then after twice as long each time, 3.1 s in all.</summary>
    internal const int Repeats = 5;

    private const string ErrorContentType = "application/vnd.aws.lambda.error+json";
    private static readonly TimeSpan s_firstWait = TimeSpan.FromMilliseconds(100);

    // The API is in the sandbox: no proxy, no cookies, no redirects, and a poll takes as long as it takes.
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null });
    private readonly Uri _base;
    private readonly TimeProvider _time;

    /// <param name="endpoint">The value of <c>AWS_LAMBDA_RUNTIME_API</c>: host and port.</param>
    /// <param name="time">The clock of the waits.</param>
    /// <exception cref="UriFormatException">The endpoint is not host and port.</exception>
    internal RuntimeApi(string endpoint, TimeProvider time)
    {
        _base = new Uri($"http://{endpoint}/2018-06-01/runtime/");
        _time = time;
    }

    /// <summary>Waits for the next invocation. Its event is still to be read.</summary>
    /// <exception cref="InvalidOperationException">The API refused, or could not be reached.</exception>
    internal async Task<Invocation> NextAsync(CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await SendAsync(static url => new HttpRequestMessage(HttpMethod.Get, url), "invocation/next", cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK || Header(response, "Lambda-Runtime-Aws-Request-Id") is not { Length: > 0 } requestId)
        {
            using (response)
            {
                throw new InvalidOperationException($"The Lambda Runtime API answered {(int)response.StatusCode} without an invocation; this sandbox cannot go on.");
            }
        }

        DateTimeOffset? deadline = long.TryParse(Header(response, "Lambda-Runtime-Deadline-Ms"), NumberStyles.None, CultureInfo.InvariantCulture, out long milliseconds)
            && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
        return new Invocation(response, requestId, deadline, Header(response, "Lambda-Runtime-Trace-Id"));
    }

    /// <summary>Posts the reply of an invocation. It is read again from its beginning where the connection breaks.</summary>
    /// <exception cref="InvalidOperationException">The API refused for good, or could not be reached.</exception>
    internal Task<PostOutcome> ReplyAsync(string requestId, ReadOnlyMemory<byte> reply, CancellationToken cancellationToken) => PostAsync(
        $"invocation/{Uri.EscapeDataString(requestId)}/response", url => Post(url, reply, "application/json", null), cancellationToken);

    /// <summary>Posts that an invocation has failed.</summary>
    /// <exception cref="InvalidOperationException">The API refused for good, or could not be reached.</exception>
    internal Task<PostOutcome> FailAsync(string requestId, LambdaError error, CancellationToken cancellationToken) => PostAsync(
        $"invocation/{Uri.EscapeDataString(requestId)}/error", url => Post(url, error.ToJson(), ErrorContentType, error.Type), cancellationToken);

    /// <summary>Posts that the function could not be initialized.</summary>
    /// <exception cref="InvalidOperationException">The API refused for good, or could not be reached.</exception>
    internal Task<PostOutcome> FailInitAsync(LambdaError error, CancellationToken cancellationToken) => PostAsync(
        "init/error", url => Post(url, error.ToJson(), ErrorContentType, error.Type), cancellationToken);

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Post(Uri url, ReadOnlyMemory<byte> body, string contentType, string? errorType)
    {
        HttpRequestMessage request = new(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        if (errorType is not null)
        {
            request.Headers.TryAddWithoutValidation("Lambda-Runtime-Function-Error-Type", errorType);
        }

        return request;
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out HeaderStringValues values) ? values.ToString() : null;

    private async Task<PostOutcome> PostAsync(string path, Func<Uri, HttpRequestMessage> create, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(create, path, cancellationToken).ConfigureAwait(false);
        return response.StatusCode switch
        {
            HttpStatusCode.RequestEntityTooLarge => PostOutcome.TooLarge,
            HttpStatusCode.Forbidden or HttpStatusCode.InternalServerError =>
                throw new InvalidOperationException($"The Lambda Runtime API answered {(int)response.StatusCode} to {path}; this sandbox cannot go on."),
            _ when response.IsSuccessStatusCode => PostOutcome.Accepted,
            _ => PostOutcome.Refused,
        };
    }

    private async Task<HttpResponseMessage> SendAsync(Func<Uri, HttpRequestMessage> create, string path, CancellationToken cancellationToken)
    {
        Uri url = new(_base, path);
        for (int repeat = 0; ; repeat++)
        {
            using HttpRequestMessage request = create(url);
            try
            {
                return await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            }
            catch (HttpRequestException) when (repeat < Repeats)
            {
                // Told when the last repeat has failed too.
            }
            catch (HttpRequestException exception)
            {
                throw new InvalidOperationException($"The Lambda Runtime API at {_base.Authority} (AWS_LAMBDA_RUNTIME_API) cannot be reached: {exception.Message}", exception);
            }

            await Task.Delay(s_firstWait * (1 << repeat), _time, cancellationToken).ConfigureAwait(false);
        }
    }
}

/// <summary>What the Runtime API made of a reply or an error.</summary>
internal enum PostOutcome
{
    /// <summary>It took it.</summary>
    Accepted,

    /// <summary>It is larger than Lambda allows.</summary>
    TooLarge,

    /// <summary>The invocation is no longer waiting, for example because its time was over.</summary>
    Refused,
}
