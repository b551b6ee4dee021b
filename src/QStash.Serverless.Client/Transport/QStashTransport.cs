using System.Net.Http.Headers;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace QStash.Serverless.Client;

/// <summary>Sends calls: base URL, token, timeout of each attempt, and retries when no answer arrives (protocol 1.1, 1.5).</summary>
internal sealed class QStashTransport
{
    private static readonly ProductInfoHeaderValue s_product = new("QStash.Serverless", ProductVersion());
    private static readonly ResiliencePropertyKey<OutgoingRequest> s_requestKey = new("QStash.Request");

    private readonly HttpClient _http;
    private readonly string _baseUrl;
    private readonly string _token;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline _once;
    private readonly ResiliencePipeline _repeating;

    internal QStashTransport(HttpClient http, QStashClientOptions options, TimeProvider timeProvider, ILogger logger)
    {
        _http = http;
        _baseUrl = BaseUrl.Normalize(options.Url);
        _token = options.Token!;
        _timeProvider = timeProvider;
        _logger = logger;
        _once = new ResiliencePipelineBuilder { TimeProvider = timeProvider }.AddTimeout(options.Timeout).Build();
        int attempts = options.TransportRetries.MaxAttempts;
        _repeating = attempts == 1 ? _once : Repeating(options.TransportRetries, options.Timeout);
    }

    internal string Url => _baseUrl;

    /// <summary>Sends a call and returns its successful answer.</summary>
    /// <exception cref="QStashApiException">The answer is not 2xx, or no answer arrived.</exception>
    internal async Task<QStashResponse> SendAsync(OutgoingRequest request, CancellationToken cancellationToken)
    {
        Call call = new(this, request);
        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        context.Properties.Set(s_requestKey, request);
        try
        {
            QStashResponse response = await (request.IsRepeatable ? _repeating : _once)
                .ExecuteAsync(static (context, call) => call.AttemptAsync(context.CancellationToken), context, call).ConfigureAwait(false);
            Log.Answered(_logger, request.Shown, (int)response.Status);
            return response.IsSuccess ? response : throw Refusal.Of(request, response, _baseUrl, _token, _timeProvider.GetUtcNow());
        }
        catch (Exception cause) when (IsNoAnswer(cause))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Refusal.NoAnswer(request, _baseUrl, call.Attempts, cause);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    internal QStashApiException NotUnderstood(OutgoingRequest request, QStashResponse response) => Refusal.NotUnderstood(request, response, _token);

    private ResiliencePipeline Repeating(TransportRetryOptions retries, TimeSpan timeout)
    {
        Func<int, TimeSpan> backoff = retries.Backoff;
        int attempts = retries.MaxAttempts;
        return new ResiliencePipelineBuilder { TimeProvider = _timeProvider }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = attempts - 1,
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } exception && IsNoAnswer(exception)),
                DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(backoff(arguments.AttemptNumber) is { Ticks: > 0 } wait ? wait : TimeSpan.Zero),
                OnRetry = arguments =>
                {
                    if (arguments.Context.Properties.TryGetValue(s_requestKey, out OutgoingRequest? request))
                    {
                        Log.NoAnswer(_logger, arguments.Outcome.Exception, request.Shown, arguments.AttemptNumber + 1, attempts, arguments.RetryDelay);
                    }

                    return ValueTask.CompletedTask;
                },
            })
            .AddTimeout(timeout)
            .Build();
    }

    // HttpClient reports its own timeout as a cancellation with a TimeoutException inside.
    private static bool IsNoAnswer(Exception exception) =>
        exception is HttpRequestException or IOException or TimeoutRejectedException or OperationCanceledException { InnerException: TimeoutException };

    private HttpRequestMessage ToHttp(OutgoingRequest request)
    {
        // The destination in the path must arrive byte for byte: a Uri would otherwise resolve "..", decode "%7E" and so on (protocol appendix B).
        Uri uri = new(_baseUrl + request.Path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        HttpRequestMessage message = new(request.Method, uri) { Content = new ReadOnlyMemoryContent(request.Body) };
        foreach ((string name, string value) in request.Headers)
        {
            // Content headers such as Content-Type are refused by the first collection and belong to the second.
            if (!message.Headers.TryAddWithoutValidation(name, value) && !message.Content.Headers.TryAddWithoutValidation(name, value))
            {
                throw new InvalidOperationException($"The header '{name}' cannot be sent.");
            }
        }

        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        if (message.Headers.UserAgent.Count == 0)
        {
            message.Headers.UserAgent.Add(s_product);
        }

        return message;
    }

    private static string ProductVersion()
    {
        string version = typeof(QStashTransport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
        return version.Split('+')[0];
    }

    /// <summary>One call and how often it was tried.</summary>
    private sealed class Call(QStashTransport transport, OutgoingRequest request)
    {
        internal int Attempts { get; private set; }

        internal async ValueTask<QStashResponse> AttemptAsync(CancellationToken cancellationToken)
        {
            Attempts++;
            using HttpRequestMessage message = transport.ToHttp(request);
            using HttpResponseMessage response = await transport._http.SendAsync(message, HttpCompletionOption.ResponseContentRead, cancellationToken).ConfigureAwait(false);
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return new QStashResponse(response.StatusCode, response.Headers, body);
        }
    }
}
