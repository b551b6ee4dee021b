using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using QStash.Serverless.Lambda.Local;

namespace QStash.Serverless.Lambda;

/// <summary>
/// A Function URL on this machine: turns HTTP requests into events as Lambda does (payload format 2.0), calls the function in this process, and turns its reply
/// into the response. For development and tests: point the local QStash at <see cref="Url"/>.
/// </summary>
/// <remarks>
/// As on Lambda, header names arrive in lower case, bodies of other types than <c>text/*</c>, JSON, XML and JavaScript in base64, cookies apart from the
/// headers; bodies are 6 MiB at most (413); a function that throws or takes too long is answered with 502. Unlike there, invocations are not limited in number.
/// Disposing lets what is in progress end, 5 seconds at most.
/// </remarks>
public sealed class LambdaFunctionUrl : IAsyncDisposable
{
    private readonly Func<Stream, TimeSpan, CancellationToken, Task<Stream>> _function;
    private readonly LambdaFunctionUrlOptions _options;
    private readonly ILogger _logger;
    private readonly LoopbackHttp _http;

    private LambdaFunctionUrl(Func<Stream, TimeSpan, CancellationToken, Task<Stream>> function, LambdaFunctionUrlOptions options, IPAddress address)
    {
        _function = function;
        _options = options;
        _logger = (options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger(typeof(LambdaFunctionUrl).FullName!);
        _http = LoopbackHttp.Start(new IPEndPoint(address, options.Port), AnswerAsync, options.TimeProvider);
        Url = new Uri($"http://{_http.Endpoint}");
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:49152/</c>.</summary>
    public Uri Url { get; }

    /// <summary>Starts a Function URL in front of a handler.</summary>
    /// <param name="handler">The handler; it is not disposed.</param>
    /// <param name="options">How; by default on a free port.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static LambdaFunctionUrl Start(QStashLambdaHandler handler, LambdaFunctionUrlOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Start(handler.HandleAsync, options);
    }

    /// <summary>Starts a Function URL in front of a function, for example the method that Lambda calls.</summary>
    /// <param name="function">Gets the event, the time that is left, and a token that fires when nobody waits any more; returns the reply.</param>
    /// <param name="options">How; by default on a free port.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static LambdaFunctionUrl Start(Func<Stream, TimeSpan, CancellationToken, Task<Stream>> function, LambdaFunctionUrlOptions? options = null) =>
        Start(function, options ?? new LambdaFunctionUrlOptions(), IPAddress.Loopback);

    internal static LambdaFunctionUrl Start(Func<Stream, TimeSpan, CancellationToken, Task<Stream>> function, LambdaFunctionUrlOptions options, IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new LambdaFunctionUrl(function, options, address);
    }

    /// <summary>Stops accepting, and lets what is in progress end (5 seconds at most).</summary>
    public ValueTask DisposeAsync() => _http.DisposeAsync();

    private async Task<LocalResponse> AnswerAsync(LocalRequest request, CancellationToken abandoned)
    {
        using CancellationTokenSource timeout = new(_options.Timeout, _options.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, abandoned);
        try
        {
            MemoryStream lambdaEvent = FunctionUrlEvent.Write(request, _http.Endpoint.Port, _options.TimeProvider.GetUtcNow());
            Stream reply = await _function(lambdaEvent, _options.Timeout, abandoned).WaitAsync(either.Token).ConfigureAwait(false);
            await using (reply.ConfigureAwait(false))
            {
                using MemoryStream whole = new();
                await reply.CopyToAsync(whole, either.Token).ConfigureAwait(false);
                return FunctionUrlReply.Read(whole.GetBuffer().AsMemory(0, (int)whole.Length));
            }
        }
        catch (Exception exception)
        {
            // On Lambda, too, whatever a function throws is answered, and told in its log only.
            if (timeout.IsCancellationRequested)
            {
                Log.LocalTimeout(_logger, _options.Timeout);
            }
            else
            {
                Log.InvocationFailed(_logger, exception);
            }

            return LocalResponse.Text(502, "Internal Server Error");
        }
    }
}
