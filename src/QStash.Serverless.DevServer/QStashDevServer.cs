using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using QStash.Serverless.DevServer.Accounts;
using QStash.Serverless.DevServer.Delivery;
using QStash.Serverless.DevServer.Faults;
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
    private readonly Timekeeper _timekeeper;
    private readonly LogStream _logs;
    private readonly FaultList _faults = new();
    private HttpFront _front = null!;
    private int _disposed;

    private QStashDevServer(QStashDevServerOptions options, QStashStore store, AccountBook accounts, HostMap hosts, ILogger logger)
    {
        _options = options;
        _limits = Limits.Of(options.Quota);
        _store = store;
        _accounts = accounts;
        _hosts = hosts;
        _sender = new(accounts, hosts, _faults, options, _limits);
        Timing timing = Timing.Of(options);
        _intake = new(hosts, new(_limits), _limits, timing, options.TimeProvider);
        _schedules = new(_intake, _limits, timing, options.TimeProvider);
        _dispatcher = new(store, _sender, _schedules, options.TimeProvider, _limits, timing, logger);
        _timekeeper = new(_dispatcher, store, options.TimeProvider, options.AttemptPatience);
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

    /// <summary>All accounts with their secrets, the first one first. A copy: it does not follow a key rotation.</summary>
    public IReadOnlyList<DevServerAccount> Accounts =>
    [
        .. _accounts.All.Select(a => new DevServerAccount(a.Name)
        {
            Token = a.Token,
            ReadOnlyToken = a.ReadOnlyToken,
            CurrentSigningKey = a.Keys.Current,
            NextSigningKey = a.Keys.Next,
        }),
    ];

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
    /// <exception cref="ArgumentException">An account, a host mapping or the address cannot be used as it is configured.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<QStashDevServer> StartAsync(QStashDevServerOptions? options = null, CancellationToken ct = default)
    {
        options ??= new();
        if (!IPAddress.IsLoopback(options.Address) && options.UseWellKnownAccounts)
        {
            throw new ArgumentException(
                $"The address {options.Address} lets other machines in, and the well-known accounts have tokens that everybody knows: use accounts of your own there.", nameof(options));
        }

        ILoggerFactory logging = options.LoggerFactory ?? NullLoggerFactory.Instance;
        ILogger logger = logging.CreateLogger("QStash.Serverless.DevServer");
        HostMap hosts = new(options.AllowExternal);
        options.HostMappings.ForEach(map => map(hosts));
        QStashDevServer server = await OpenAsync(options, hosts, logger).ConfigureAwait(false);
        try
        {
            int requeued = await server._store.RunAsync(session =>
            {
                int interrupted = session.RequeueInterrupted();
                session.ReopenAll(options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds());
                return interrupted;
            }).ConfigureAwait(false);
            server._front = await HttpFront.StartAsync(options.Address, options.Port, logging, server.CreateRouter(logger).HandleAsync, ct).ConfigureAwait(false);
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
    /// <param name="host"><c>orders.test</c>, <c>orders.test:8443</c>, <c>https://orders.test</c> or <c>*.orders.test</c>; the more specific form wins.</param>
    /// <param name="handler">Receives the deliveries; it is not disposed.</param>
    /// <exception cref="ArgumentException">The text is neither a host nor an origin.</exception>
    public void MapHost(string host, HttpMessageHandler handler) => _hosts.Map(host, handler);

    /// <summary>Sends deliveries for a public host to an app on this machine from now on, as <see cref="QStashDevServerOptions.MapHost(string, Uri)"/> does.</summary>
    /// <param name="host"><c>orders.test</c>, <c>orders.test:8443</c>, <c>https://orders.test</c> or <c>*.orders.test</c>; the more specific form wins.</param>
    /// <param name="target">An origin such as <c>http://localhost:5000</c>.</param>
    /// <exception cref="ArgumentException">The text is neither a host nor an origin, or the target is no origin of this machine.</exception>
    public void MapHost(string host, Uri target) => _hosts.Map(host, target);

    /// <summary>Makes the first account's next key current and creates a new next one, as <c>POST /v2/keys/rotate</c> does (protocol 2.10).</summary>
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
    public Task AdvanceAsync(TimeSpan by, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        return _timekeeper.AdvanceAsync(now => now + by, ct);
    }

    /// <summary>Moves a <see cref="DevServerClock"/> forward to a time, as <see cref="AdvanceAsync"/> does.</summary>
    /// <param name="time">The time it then shows.</param>
    /// <param name="ct">Stops where the clock then stands.</param>
    /// <exception cref="InvalidOperationException">The server does not run on a <see cref="DevServerClock"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The clock is past that time: it only moves forward.</exception>
    public Task AdvanceToAsync(DateTimeOffset time, CancellationToken ct = default)
        => _timekeeper.AdvanceAsync(
            now => time >= now ? time : throw new ArgumentOutOfRangeException(nameof(time), time, $"The clock shows {now:O} and only moves forward."), ct);

    /// <summary>Lets a <see cref="DevServerClock"/> stand still, or run with the system's time from where it stands.</summary>
    /// <param name="frozen">Whether it stands still.</param>
    /// <exception cref="InvalidOperationException">The server does not run on a <see cref="DevServerClock"/>.</exception>
    public void FreezeClock(bool frozen) => _timekeeper.Clock.IsFrozen = frozen;

    /// <summary>Completes when no attempt is in progress and nothing is due now. Messages that wait for a later time do not count.</summary>
    /// <param name="timeout">How long to wait at most, in real time.</param>
    /// <param name="ct">Stops waiting.</param>
    /// <exception cref="TimeoutException">Something was still in progress; the message names it.</exception>
    public Task DrainAsync(TimeSpan timeout, CancellationToken ct = default) => _timekeeper.DrainAsync(timeout, ct);

    /// <summary>Deletes everything an account has, faults included; its tokens and keys stay, and attempts in progress end without a trace.</summary>
    /// <param name="account">The account's name; null for the first one.</param>
    /// <param name="ct">Stops waiting; the deletion may still happen.</param>
    /// <exception cref="ArgumentException">There is no such account.</exception>
    public async Task ResetAsync(string? account = null, CancellationToken ct = default)
    {
        long id = _accounts.Named(account).Id;
        _faults.Clear(id);
        await _store.RunAsync(session =>
        {
            session.DeleteData(id);
            return true;
        }).WaitAsync(ct).ConfigureAwait(false);
    }

    /// <summary>What an account holds now.</summary>
    /// <param name="account">The account's name; null for the first one.</param>
    /// <param name="ct">Stops waiting.</param>
    /// <exception cref="ArgumentException">There is no such account.</exception>
    public Task<DevServerState> GetStateAsync(string? account = null, CancellationToken ct = default)
    {
        Account of = _accounts.Named(account);
        return _store.RunAsync(session => new DevServerState
        {
            Account = of.Name,
            Now = _options.TimeProvider.GetUtcNow(),
            IsFrozen = _options.TimeProvider is DevServerClock { IsFrozen: true },
            Waiting = session.CountRows(of.Id, "messages", "phase = 0"),
            Active = session.CountRows(of.Id, "messages", "phase = 1"),
            NextDue = session.NextDue(of.Id) is { } due ? DateTimeOffset.FromUnixTimeMilliseconds(due) : null,
            DeadLetters = session.CountRows(of.Id, "dlq"),
            Queues = session.CountRows(of.Id, "queues"),
            UrlGroups = session.CountRows(of.Id, "url_groups"),
            Schedules = session.CountRows(of.Id, "schedules"),
            FlowControlKeys = session.CountRows(of.Id, "flow_controls"),
            Faults = _faults.Of(of.Id).Count,
        }).WaitAsync(ct);
    }

    /// <summary>Injects a fault into the deliveries of an account from now on. Of several that match, the one added first is injected.</summary>
    /// <param name="fault">What goes wrong, where, how often. Kept in memory only.</param>
    /// <param name="account">The account's name; null for the first one.</param>
    /// <exception cref="ArgumentException">There is no such account, or a value of the fault is out of its range.</exception>
    public void AddFault(DevServerFault fault, string? account = null)
    {
        ArgumentNullException.ThrowIfNull(fault);
        _faults.Add(_accounts.Named(account).Id, fault);
    }

    /// <summary>The faults in force for an account, each with the times it has left.</summary>
    /// <param name="account">The account's name; null for the first one.</param>
    /// <exception cref="ArgumentException">There is no such account.</exception>
    public IReadOnlyList<DevServerFault> GetFaults(string? account = null) => _faults.Of(_accounts.Named(account).Id);

    /// <summary>Ends all faults of an account.</summary>
    /// <param name="account">The account's name; null for the first one.</param>
    /// <exception cref="ArgumentException">There is no such account.</exception>
    public void ClearFaults(string? account = null) => _faults.Clear(_accounts.Named(account).Id);

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
        IReadOnlyList<DevServerAccount> accounts = ConfiguredAccounts.Of(options);
        QStashStore store = QStashStore.Open(options.DataDirectory, logger);
        try
        {
            return new(options, store, await AccountBook.OpenAsync(store, accounts).ConfigureAwait(false), hosts, logger);
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
        _timekeeper.Dispose();
    }

    private Router CreateRouter(ILogger logger) => new(
        [
            new("/v2/", RoutesOfV2()),
            new("/v1/", [.. new V1Routes(_store, _intake, _schedules, _hosts, _limits, _options.TimeProvider, new(_accounts)).All]),
            new("/_dev/", [.. new DevRoutes(this, _dispatcher).All], LocalOnly: true),
        ],
        _accounts,
        new(_options.AllowedOrigins),
        new(_options.RequestsPerSecond, _options.TimeProvider),
        logger);

    private List<Route> RoutesOfV2()
    {
        ScheduleRoutes schedules = new(_store, _schedules);
        return
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
            .. new FlowControlRoutes(_store, _options.TimeProvider, _limits).All,
        ];
    }
}
