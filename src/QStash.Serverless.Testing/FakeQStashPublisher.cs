using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless.Client;

namespace QStash.Serverless.Testing;

/// <summary>
/// A publisher for tests that sends nothing and remembers everything: assertions say what was published, and <see cref="DeliverAsync"/> hands it straight to
/// handlers. Ids are <c>msg_1</c>, <c>msg_2</c> and so on in the order of publishing. What the client refuses before sending (a broken option, a type missing
/// from the app's JSON metadata) is refused here too. Safe to use from many threads.
/// </summary>
public sealed partial class FakeQStashPublisher : IQStashPublisher
{
    private readonly QStashJson _json;
    private readonly PublishSettings _settings;
    private readonly IServiceProvider? _services;
    private readonly string _signingKey;
    private readonly Lock _lock = new();
    private readonly List<RecordedMessage> _messages = [];
    private readonly Queue<Exception> _failures = new();
    private int _lastId;

    /// <summary>A publisher that records. To deliver too, it needs the app's services: <c>services.AddFakeQStash()</c>.</summary>
    /// <param name="json">The app's JSON metadata; reflection, where enabled, when null.</param>
    public FakeQStashPublisher(QStashJson? json = null)
        : this(json, services: null, SignedDelivery.NewSigningKey())
    {
    }

    internal FakeQStashPublisher(IServiceProvider services, string signingKey)
        : this(services.GetRequiredService<QStashJson>(), services, signingKey)
    {
    }

    private FakeQStashPublisher(QStashJson? json, IServiceProvider? services, string signingKey)
    {
        _json = json ?? new QStashJson();
        _settings = new PublishSettings(_json, IsHosted: false) { NewId = null };
        _services = services;
        _signingKey = signingKey;
    }

    /// <summary>What was published so far, in order: a snapshot.</summary>
    public IReadOnlyList<RecordedMessage> Messages
    {
        get
        {
            lock (_lock)
            {
                return [.. _messages];
            }
        }
    }

    /// <summary>Makes the next publish or batch throw this and record nothing. Called more than once, the calls after it fail in that order.</summary>
    /// <param name="exception">What the publisher throws.</param>
    public void FailNext(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        lock (_lock)
        {
            _failures.Enqueue(exception);
        }
    }

    /// <summary>Forgets what was published and what shall fail; ids go on counting.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _messages.Clear();
            _failures.Clear();
            _taken = 0;
        }
    }

    /// <inheritdoc/>
    public Task<PublishReceipt> PublishAsync(QStashMessage message, CancellationToken cancellationToken = default) => Outcome(
        () =>
        {
            ArgumentNullException.ThrowIfNull(message);
            return Record([message])[0];
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<BatchItemResult>> PublishBatchAsync(IReadOnlyList<QStashMessage> messages, CancellationToken cancellationToken = default) => Outcome<IReadOnlyList<BatchItemResult>>(
        () =>
        {
            QStashClient.ThrowIfInvalid(messages, _json);
            return [.. Record(messages).Select(static receipt => new BatchItemResult(receipt, null))];
        },
        cancellationToken);

    // Whatever goes wrong is in the task, as it is with the client.
    private static Task<T> Outcome<T>(Func<T> publish, CancellationToken cancellationToken)
    {
        try
        {
            return cancellationToken.IsCancellationRequested ? Task.FromCanceled<T>(cancellationToken) : Task.FromResult(publish());
        }
        catch (Exception exception)
        {
            return Task.FromException<T>(exception);
        }
    }

    private List<PublishReceipt> Record(IReadOnlyList<QStashMessage> messages)
    {
        WireMessage[] wires = [.. messages.Select(message => WireMessage.Of(message, _settings, nameof(message)))];
        lock (_lock)
        {
            if (_failures.TryDequeue(out Exception? failure))
            {
                throw failure;
            }

            List<PublishReceipt> receipts = new(messages.Count);
            for (int i = 0; i < messages.Count; i++)
            {
                string id = NewId();
                _messages.Add(new RecordedMessage(id, messages[i], wires[i], _json));
                receipts.Add(new PublishReceipt([new PublishedMessage(id, messages[i].Destination.IsUrlGroup ? null : messages[i].Destination.Value, Deduplicated: false)]));
            }

            return receipts;
        }
    }

    private string NewId() => string.Create(CultureInfo.InvariantCulture, $"msg_{++_lastId}");
}
