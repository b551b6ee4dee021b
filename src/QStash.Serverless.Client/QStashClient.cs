using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace QStash.Serverless.Client;

/// <summary>
/// Talks to QStash's REST API. One instance serves the whole app and may be used from many threads. Every publish carries a deduplication id (the
/// message's own, or a new one), so nothing that repeats a request on its way to QStash can queue a message twice within 10 minutes.
/// </summary>
public sealed class QStashClient : IQStashPublisher
{
    private static readonly Lazy<HttpClient> s_shared = new(static () => new HttpClient(NewHandler()) { Timeout = Timeout.InfiniteTimeSpan });

    private readonly QStashTransport _transport;
    private readonly PublishSettings _settings;
    private readonly bool _propagateTraceContext;

    /// <summary>A client for programs without dependency injection; all clients made this way share their connections.</summary>
    /// <param name="options">Token and URL; read once, here.</param>
    /// <param name="json">The app's JSON metadata; reflection, where enabled, when null.</param>
    /// <param name="timeProvider">The clock of timeouts and backoff; the system's when null.</param>
    /// <exception cref="ArgumentException">An option breaks a rule; the text names both.</exception>
    public QStashClient(QStashClientOptions options, QStashJson? json = null, TimeProvider? timeProvider = null)
        : this(s_shared.Value, options, json, timeProvider)
    {
    }

    /// <summary>A client that sends through an <see cref="HttpClient"/> of the caller's.</summary>
    /// <param name="httpClient">
    /// Sends the requests. Its base address is not used. It must not follow redirects with the token; its own timeout, where shorter, counts as no answer.
    /// </param>
    /// <param name="options">Token and URL; read once, here.</param>
    /// <param name="json">The app's JSON metadata; reflection, where enabled, when null.</param>
    /// <param name="timeProvider">The clock of timeouts and backoff; the system's when null.</param>
    /// <param name="logger">Hears of retries; nobody when null.</param>
    /// <exception cref="ArgumentException">An option breaks a rule; the text names both.</exception>
    public QStashClient(
        HttpClient httpClient, QStashClientOptions options, QStashJson? json = null, TimeProvider? timeProvider = null, ILogger<QStashClient>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(httpClient);
        ArgumentNullException.ThrowIfNull(options);
        ValidateOptionsResult validation = new QStashClientOptionsValidator().Validate(null, options);
        if (validation.Failed)
        {
            throw new ArgumentException(string.Join(' ', validation.Failures), nameof(options));
        }

        _transport = new QStashTransport(httpClient, options, timeProvider ?? TimeProvider.System, logger ?? NullLogger<QStashClient>.Instance);
        _settings = new PublishSettings(json ?? new QStashJson(), BaseUrl.IsHosted(_transport.Url)) { DefaultHeaders = [.. options.DefaultHeaders] };
        _propagateTraceContext = options.PropagateTraceContext;
        QStashCalls calls = new(_transport);
        Messages = new QStashMessages(calls);
        Logs = new QStashLogs(calls);
        DeadLetters = new QStashDeadLetters(calls);
        Queues = new QStashQueues(calls);
        Schedules = new QStashSchedules(calls, _settings);
        UrlGroups = new QStashUrlGroups(calls, _settings);
        FlowControl = new QStashFlowControl(calls);
        SigningKeys = new QStashSigningKeys(calls);
    }

    /// <summary>Pending messages.</summary>
    public QStashMessages Messages { get; }

    /// <summary>What happened to messages.</summary>
    public QStashLogs Logs { get; }

    /// <summary>The dead letter queue.</summary>
    public QStashDeadLetters DeadLetters { get; }

    /// <summary>FIFO queues.</summary>
    public QStashQueues Queues { get; }

    /// <summary>Schedules.</summary>
    public QStashSchedules Schedules { get; }

    /// <summary>URL groups.</summary>
    public QStashUrlGroups UrlGroups { get; }

    /// <summary>Flow-control keys.</summary>
    public QStashFlowControl FlowControl { get; }

    /// <summary>The signing keys.</summary>
    public QStashSigningKeys SigningKeys { get; }

    /// <summary>The base URL that calls go to.</summary>
    internal string Url => _transport.Url;

    /// <summary>Refuses what <see cref="PublishAsync"/> would refuse wherever it publishes to, without sending anything: for tests and for publishers of one's own.</summary>
    /// <param name="message">The message.</param>
    /// <param name="json">The app's JSON metadata; reflection, where enabled, when null.</param>
    /// <exception cref="ArgumentException">An option breaks a rule; the text names both.</exception>
    public static void ThrowIfInvalid(QStashMessage message, QStashJson? json = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        WireMessage.Of(message, new PublishSettings(json ?? new QStashJson(), IsHosted: false), "message");
    }

    /// <summary>Refuses what <see cref="PublishBatchAsync"/> would refuse wherever it publishes to, without sending anything.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="json">The app's JSON metadata; reflection, where enabled, when null.</param>
    /// <exception cref="ArgumentException">An option of a message breaks a rule, or its body is not UTF-8 text; the text names the message by its index.</exception>
    public static void ThrowIfInvalid(IReadOnlyList<QStashMessage> messages, QStashJson? json = null)
    {
        ArgumentNullException.ThrowIfNull(messages);
        OutgoingRequest.Batch(Encoded(messages, new PublishSettings(json ?? new QStashJson(), IsHosted: false)));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">An option breaks a rule; the text names both. Nothing was sent.</exception>
    /// <exception cref="QStashApiException">QStash refused the message, or no answer arrived.</exception>
    public async Task<PublishReceipt> PublishAsync(QStashMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        OutgoingRequest request = OutgoingRequest.Publish(WireMessage.Of(message, Settings(), "message"));
        QStashResponse response = await _transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return ReceiptReader.Publish(response.Body, duplicate: response.Status == System.Net.HttpStatusCode.Accepted) ?? throw _transport.NotUnderstood(request, response);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">An option of a message breaks a rule, or its body is not UTF-8 text; the text names the message by its index. Nothing was sent.</exception>
    /// <exception cref="QStashApiException">QStash refused the whole batch, or no answer arrived.</exception>
    public async Task<IReadOnlyList<BatchItemResult>> PublishBatchAsync(IReadOnlyList<QStashMessage> messages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (messages.Count == 0)
        {
            return [];
        }

        OutgoingRequest request = OutgoingRequest.Batch(Encoded(messages, Settings()));
        QStashResponse response = await _transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return ReceiptReader.Batch(response.Body, messages.Count) ?? throw _transport.NotUnderstood(request, response);
    }

    // Connections are renewed so that DNS changes are seen; a redirect is not followed, because it could take the token elsewhere.
    internal static SocketsHttpHandler NewHandler() => new()
    {
        AllowAutoRedirect = false,
        Proxy = new ProxyExceptLoopback(HttpClient.DefaultProxy),
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };

    private static WireMessage[] Encoded(IReadOnlyList<QStashMessage> messages, PublishSettings settings) =>
        [.. messages.Select((message, i) => WireMessage.Of(message ?? throw new ArgumentException($"messages[{i}] is null.", nameof(messages)), settings, $"messages[{i}]"))];

    private PublishSettings Settings() => _propagateTraceContext ? _settings with { Trace = Activity.Current } : _settings;
}
