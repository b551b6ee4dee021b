using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace QStash.Serverless.Lambda;

/// <summary>
/// Answers the events of a Lambda function: what came through a Function URL, an API Gateway HTTP or REST API or an Application Load Balancer becomes a delivery, the
/// engine decides, and its reply goes back in the same form. It is thread safe: one serves all invocations.
/// </summary>
public sealed class QStashLambdaHandler : IDisposable, IAsyncDisposable
{
    private readonly RouteTable _routes;
    private readonly DeliveryEngine _engine;
    private readonly IServiceScopeFactory _scopes;
    private readonly TimeSpan _deadlineMargin;
    private readonly TimeProvider _timeProvider;
    private readonly bool _isDevelopment;
    private readonly string[] _basePaths;
    private readonly ILogger _logger;

    internal QStashLambdaHandler(IServiceProvider services, RouteTable routes)
    {
        Services = services;
        _routes = routes;
        _engine = services.GetRequiredService<DeliveryEngine>();
        _scopes = services.GetRequiredService<IServiceScopeFactory>();
        _deadlineMargin = services.GetRequiredService<IOptions<QStashLambdaOptions>>().Value.DeadlineMargin;
        _timeProvider = services.GetRequiredService<TimeProvider>();
        _isDevelopment = services.GetService<IHostEnvironment>()?.IsDevelopment() == true;
        _basePaths = BasePaths(services.GetRequiredService<IOptions<QStashReceiverOptions>>().Value.PublicBaseUrl);
        _logger = (ILogger?)services.GetService<ILogger<QStashLambdaHandler>>() ?? NullLogger.Instance;
        Check();
    }

    /// <summary>The function's own services.</summary>
    internal IServiceProvider Services { get; }

    /// <summary>Answers one event.</summary>
    /// <param name="lambdaEvent">The event, as Lambda passes it; read from its position, not disposed.</param>
    /// <param name="remainingTime">
    /// What is left of the function's timeout, as <c>ILambdaContext.RemainingTime</c> says; <see cref="Timeout.InfiniteTimeSpan"/> when there is no deadline. Some time before it
    /// ends (<see cref="QStashLambdaOptions.DeadlineMargin"/>), the handler's token fires, and the reply is 503 with <c>Retry-After</c>.
    /// </param>
    /// <param name="cancellationToken">Fires when nobody waits for the answer any more; the handler's token fires with it.</param>
    /// <returns>The reply for Lambda to pass on: JSON.</returns>
    /// <exception cref="InvalidDataException">
    /// The event is no HTTP request; the message says what it is and what this function takes. Let it end the invocation: Lambda reports it, and answers the caller with an error.
    /// </exception>
    public async Task<Stream> HandleAsync(Stream lambdaEvent, TimeSpan remainingTime, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lambdaEvent);
        LambdaEvent read = await EventBuffer.ReadEventAsync(lambdaEvent, cancellationToken).ConfigureAwait(false);
        DeliveryReply reply = await HandleAsync(read, remainingTime, cancellationToken).ConfigureAwait(false);
        return LambdaReplyWriter.Write(reply, read.Shape, read.UsesMultiValueHeaders);
    }

    /// <summary>Answers a request that has been read from its event.</summary>
    internal async ValueTask<DeliveryReply> HandleAsync(LambdaEvent read, TimeSpan remainingTime, CancellationToken cancellationToken)
    {
        DeliveryRoute? route = Find(read, out Dictionary<string, string>? values);
        using LambdaDeadline deadline = LambdaDeadline.Start(remainingTime, _deadlineMargin, _timeProvider, cancellationToken);
        AsyncServiceScope scope = _scopes.CreateAsyncScope();
        try
        {
            return await _engine.HandleAsync(read.ToDelivery(_isDevelopment, values, deadline), route, scope.ServiceProvider, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            if (deadline.Abandoned.IsCancellationRequested)
            {
                // The handler may still run, and use what its scope holds.
                Log.Abandoned(_logger, route?.Name ?? "(none)");
            }
            else
            {
                await DisposeAsync(scope).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Runs what the first delivery would otherwise run first: reading an event, verifying a signature, reading payloads, writing a reply; and makes the client, where there is
    /// one. No handler is called, and nothing is sent. Call it before a SnapStart snapshot is taken, so that it is part of the snapshot.
    /// </summary>
    /// <param name="cancellationToken">Stops between two steps.</param>
    public async Task WarmUpAsync(CancellationToken cancellationToken = default)
    {
        await LambdaWarmUp.RunAsync(cancellationToken).ConfigureAwait(false);
        QStashJson json = Services.GetRequiredService<QStashJson>();
        foreach (DeliveryRoute route in _routes.Routes)
        {
            route.WarmUp(json);
        }

        AsyncServiceScope scope = _scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            _ = scope.ServiceProvider.GetService<IQStashPublisher>();
        }
    }

    /// <summary>Disposes the function's services, where this handler was built with its own.</summary>
    public void Dispose() => OwnServices?.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync() => OwnServices?.DisposeAsync() ?? ValueTask.CompletedTask;

    internal ServiceProvider? OwnServices { get; set; }

    private void Check()
    {
        if (!_routes.Routes.Any())
        {
            throw new InvalidOperationException("The function has no route: call Map(\"{*path}\", ...) for a handler of every path, or map each path.");
        }

        Services.GetService<IStartupValidator>()?.Validate();
        QStashJson json = Services.GetRequiredService<QStashJson>();
        foreach (DeliveryRoute route in _routes.Routes)
        {
            route.Validate(json);
        }

        // A bad deployment fails here, at its cold start. Constructors cannot wait otherwise; keys from the configuration are there at once.
        QStashStartup startup = Services.GetRequiredService<QStashStartup>();
        startup.ReceiverIsUsed();
        startup.StartingAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    private DeliveryRoute? Find(LambdaEvent read, out Dictionary<string, string>? values)
    {
        // First without what stands in front of the function's own path.
        string path = read.PathWithoutStage() ?? read.Path;
        foreach (string basePath in _basePaths)
        {
            if (LambdaEvent.Without(path, basePath) is { } rest && _routes.Find(rest, out values) is { } below)
            {
                return below;
            }
        }

        return _routes.Find(path, out values) ?? (path == read.Path ? null : _routes.Find(read.Path, out values));
    }

    private async ValueTask DisposeAsync(AsyncServiceScope scope)
    {
        try
        {
            await scope.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The delivery has been handled: what the user's services do when they end must not undo its reply.
            Log.ScopeFailed(_logger, exception);
        }
    }

    private static string[] BasePaths(string? publicBaseUrls) =>
    [
        .. (publicBaseUrls ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(static url => new Uri(url).AbsolutePath.TrimEnd('/')).Where(static path => path.Length > 1).Distinct(StringComparer.Ordinal),
    ];
}
