using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using QStash.Serverless.DevServer.Accounts;
using QStash.Serverless.DevServer.Delivery;
using QStash.Serverless.DevServer.Intake;
using QStash.Serverless.DevServer.Quotas;
using QStash.Serverless.DevServer.Store;
using QStash.Serverless.DevServer.Wire;

namespace QStash.Serverless.DevServer;

/// <summary>
/// A local QStash in this process: it speaks the wire of the hosted service on 127.0.0.1, stores what it accepts before it answers, and
/// delivers signed requests with retries, callbacks, queues and a dead letter queue. For development and tests, not for production.
/// </summary>
/// <remarks>Disposing stops accepting, lets attempts in progress end (5 seconds at most) and closes the store.</remarks>
public sealed class QStashDevServer : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    private readonly QStashDevServerOptions _options;
    private readonly Limits _limits;
    private readonly QStashStore _store;
    private readonly AccountBook _accounts;
    private readonly HostMap _hosts;
    private readonly AttemptSender _sender;
    private readonly MessageIntake _intake;
    private readonly ScheduleIntake _schedules;
    private readonly Dispatcher _dispatcher;
    private readonly LogStream _logs;
    private readonly SemaphoreSlim _advancing = new(1, 1);
    private HttpFront _front = null!;
    private int _disposed;

    private QStashDevServer(QStashDevServerOptions options, QStashStore store, AccountBook accounts, HostMap hosts, ILogger logger)
    {
        _options = options;
        _limits = Limits.Of(options.Quota);
        _store = store;
        _accounts = accounts;
        _hosts = hosts;
        _sender = new(accounts, hosts, options.TimeProvider, options.Region, _limits);
        _intake = new(hosts, _limits, options.TimeProvider);
        _schedules = new(_intake, _limits, options.TimeProvider);
        _dispatcher = new(store, _sender, _schedules, options.TimeProvider, logger);
        _logs = new();
        store.Committed += events =>
        {
            _logs.Publish(events);
            _dispatcher.Wake();
        };
    }

    /// <summary>Where the server listens: the value of <c>QSTASH_URL</c>.</summary>
    public Uri Url => _front.Url;

    /// <summary>The bearer token of the first account.</summary>
    public string Token => _accounts.First.Token;

    /// <summary>The key that signs the next attempt; changes when the keys are rotated.</summary>
    public string CurrentSigningKey => _accounts.First.Keys.Current;

    /// <summary>The key that becomes current with the next rotation.</summary>
    public string NextSigningKey => _accounts.First.Keys.Next;

    /// <summary>The clock the server runs on.</summary>
    public TimeProvider TimeProvider => _options.TimeProvider;

    /// <summary>
    /// What an app needs to talk to this server, under the names of QStash's own environment variables: <c>QSTASH_URL</c>, <c>QSTASH_TOKEN</c>,
    /// <c>QSTASH_CURRENT_SIGNING_KEY</c>, <c>QSTASH_NEXT_SIGNING_KEY</c>. A copy: it does not follow a key rotation.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings => new ReadOnlyDictionary<string, string>(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["QSTASH_URL"] = Url.GetLeftPart(UriPartial.Authority),
        ["QSTASH_TOKEN"] = Token,
        ["QSTASH_CURRENT_SIGNING_KEY"] = CurrentSigningKey,
        ["QSTASH_NEXT_SIGNING_KEY"] = NextSigningKey,
    });

    /// <summary>Starts a server. What a former server left in the data directory goes on: due messages are delivered, interrupted attempts are made again.</summary>
    /// <param name="options">How; by default on a free port, in memory, with random credentials.</param>
    /// <param name="ct">Cancels the start.</param>
    /// <exception cref="InvalidOperationException">Another server uses the data directory, it cannot be read or written, or its data has another format.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<QStashDevServer> StartAsync(QStashDevServerOptions? options = null, CancellationToken ct = default)
    {
        options ??= new();
        ILoggerFactory logging = options.LoggerFactory ?? NullLoggerFactory.Instance;
        ILogger logger = logging.CreateLogger("QStash.Serverless.DevServer");
        HostMap hosts = new(options.AllowExternal);
        options.HostMappings.ForEach(mapping => hosts.Map(mapping.Host, mapping.Handler));
        QStashDevServer server = await OpenAsync(options, hosts, logger).ConfigureAwait(false);
        try
        {
            int requeued = await server._store.RunAsync(session => session.RequeueInterrupted()).ConfigureAwait(false);
            server._front = await HttpFront.StartAsync(options.Port, logging, server.CreateRouter(logger).HandleAsync, ct).ConfigureAwait(false);
            server._dispatcher.Wake();
            Log.Started(logger, server.Url, requeued);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Sends deliveries for a host into a handler from now on, for example an app that was started after this server.</summary>
    /// <param name="host"><c>orders.test</c>, <c>orders.test:8443</c> or <c>https://orders.test</c>; the more specific form wins.</param>
    /// <param name="handler">Receives the deliveries; it is not disposed.</param>
    /// <exception cref="ArgumentException">The text is neither a host nor an origin.</exception>
    public void MapHost(string host, HttpMessageHandler handler) => _hosts.Map(host, handler);

    /// <summary>Makes the next key current and creates a new next one, as <c>POST /v2/keys/rotate</c> does (protocol 2.10).</summary>
    /// <param name="ct">Stops waiting; the rotation may still happen.</param>
    public Task RotateSigningKeysAsync(CancellationToken ct = default) => _accounts.RotateAsync(_accounts.First).WaitAsync(ct);

    /// <summary>
    /// Moves a <see cref="DevServerClock"/> forward. Visits every due instant in order; at each, starts everything due and awaits those attempts
    /// (<see cref="QStashDevServerOptions.AttemptPatience"/> in real time at most), then moves on. When it returns, everything due has been attempted.
    /// </summary>
    /// <param name="by">How far; zero only does what is due now.</param>
    /// <param name="ct">Stops where the clock then stands.</param>
    /// <exception cref="InvalidOperationException">The server does not run on a <see cref="DevServerClock"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="by"/> is negative.</exception>
    public async Task AdvanceAsync(TimeSpan by, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        if (_options.TimeProvider is not DevServerClock clock)
        {
            throw new InvalidOperationException(
                $"This server runs on the clock it was given, which moves by itself: start it with {nameof(QStashDevServerOptions)}.{nameof(QStashDevServerOptions.TimeProvider)} = new {nameof(DevServerClock)}() to advance it.");
        }

        await _advancing.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            Quiet quiet = new(_dispatcher);
            DateTimeOffset end = clock.GetUtcNow() + by;
            await quiet.WaitAsync(_options.AttemptPatience, ct).ConfigureAwait(false);
            while (await NextInstantAsync(clock).ConfigureAwait(false) is { } next && next <= end)
            {
                clock.MoveTo(next);
                await quiet.WaitAsync(_options.AttemptPatience, ct).ConfigureAwait(false);
            }

            clock.MoveTo(end);
        }
        finally
        {
            _advancing.Release();
        }
    }

    /// <summary>Completes when no attempt is in progress and nothing is due now. Messages that wait for a later time do not count.</summary>
    /// <param name="timeout">How long to wait at most, in real time.</param>
    /// <param name="ct">Stops waiting.</param>
    /// <exception cref="TimeoutException">Something was still in progress; the message names it.</exception>
    public async Task DrainAsync(TimeSpan timeout, CancellationToken ct = default)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        try
        {
            await new Quiet(_dispatcher).WaitAsync(Timeout.InfiniteTimeSpan, limit.Token).ConfigureAwait(false);
            return;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Told below, with what is pending.
        }

        string[] pending = [.. _dispatcher.InFlight.Select(a => $"{a.Message.Id} to {a.Message.Url} (attempt {a.Message.Retried})").Order(StringComparer.Ordinal)];
        throw new TimeoutException(
            $"The local QStash was not quiet within {timeout.TotalSeconds:0.###} s: {pending.Length} attempts in progress{(pending.Length > 0 ? ": " + string.Join(", ", pending.Take(10)) : "")}.");
    }

    /// <summary>Events as they are recorded, of all messages, in the order of their commits, from the moment of the call until the server stops.</summary>
    /// <param name="ct">Ends the stream: the enumeration then throws <see cref="OperationCanceledException"/>.</param>
    /// <returns>A stream to enumerate once; events are kept for it until it is enumerated.</returns>
    public IAsyncEnumerable<DeliveryLog> WatchLogsAsync(CancellationToken ct = default) => _logs.Watch(ct);

    /// <summary>Stops accepting, lets attempts in progress end (5 seconds at most), and closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await CloseAsync().ConfigureAwait(false);
        }
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The server owns the store; without a server it is disposed here.")]
    private static async Task<QStashDevServer> OpenAsync(QStashDevServerOptions options, HostMap hosts, ILogger logger)
    {
        QStashStore store = QStashStore.Open(options.DataDirectory, logger);
        try
        {
            return new(options, store, await AccountBook.OpenAsync(store, options.UseWellKnownAccounts).ConfigureAwait(false), hosts, logger);
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task CloseAsync()
    {
        Task attempts = _dispatcher.StopAsync(StopPatience);
        if (_front is not null)
        {
            await _front.DisposeAsync().ConfigureAwait(false);
        }

        await attempts.ConfigureAwait(false);
        await _dispatcher.DisposeAsync().ConfigureAwait(false);
        await _store.DisposeAsync().ConfigureAwait(false);
        _sender.Dispose();
        _logs.End();
        _advancing.Dispose();
    }

    private async Task<DateTimeOffset?> NextInstantAsync(DevServerClock clock)
    {
        DateTimeOffset now = clock.GetUtcNow();
        long? due = await _store.RunAsync(session => session.NextInstant()).ConfigureAwait(false);
        DateTimeOffset? timer = clock.NextTimer;

        // What is due now and still waits has no free place: only a timer can end one of the attempts that hold them.
        DateTimeOffset? message = due > now.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds(due.Value) : null;
        return message is null || timer < message ? timer : message;
    }

    private Router CreateRouter(ILogger logger)
    {
        ScheduleRoutes schedules = new(_store, _schedules);
        return new(
            [new("/v2/",
            [
                .. new PublishRoutes(_store, _intake, schedules).All,
                .. new BatchRoute(_store, _intake).All,
                .. new MessageRoutes(_store, _options.TimeProvider).All,
                .. new EventRoutes(_store).All,
                .. new DlqRoutes(_store, _intake).All,
                .. new QueueRoutes(_store, _limits, _options.TimeProvider).All,
                .. new UrlGroupRoutes(_store, _hosts, _limits, _options.TimeProvider).All,
                .. schedules.All,
                .. new KeyRoutes(_accounts).All,
                .. UnbuiltRoutes.All,
            ])],
            _accounts,
            logger);
    }
}
