using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace QStash.Serverless.Testing;

/// <content>Deliveries, straight into the app's engine.</content>
public sealed partial class FakeQStashPublisher
{
    private const int MaxDeliveries = 1000;

    private readonly List<(MessageAddress To, DeliveryRoute Route)> _routes = [];
    private int _taken;

    /// <summary>Leads messages to this destination to a handler class for typed payloads. Several of the same URL group each get every message.</summary>
    /// <param name="to">The path of a URL, as in <c>/orders/{region}</c>, below whatever host; or a whole URL; or the name of a URL group.</param>
    /// <returns>This publisher.</returns>
    /// <exception cref="InvalidOperationException">No JSON metadata is known for the payload's type.</exception>
    public FakeQStashPublisher Map<T, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(string to)
        where THandler : class, IQStashHandler<T> => Map(to, DeliveryRoute.To<T, THandler>(to));

    /// <summary>Leads messages to this destination to a handler class for bodies without meaning.</summary>
    /// <inheritdoc cref="Map{T, THandler}"/>
    public FakeQStashPublisher Map<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(string to)
        where THandler : class, IQStashHandler => Map(to, DeliveryRoute.To<THandler>(to));

    /// <summary>Leads messages to this destination to a route made with <see cref="DeliveryRoute"/>: a delegate, for example.</summary>
    /// <param name="to">The path of a URL, as in <c>/orders/{region}</c>, below whatever host; or a whole URL; or the name of a URL group.</param>
    /// <param name="route">What deliveries lead to.</param>
    /// <returns>This publisher.</returns>
    /// <exception cref="InvalidOperationException">No JSON metadata is known for the payload's type.</exception>
    public FakeQStashPublisher Map(string to, DeliveryRoute route)
    {
        MessageAddress address = new(to);
        ArgumentNullException.ThrowIfNull(route);
        route.Validate(_json);
        _routes.Add((address, route));
        return this;
    }

    /// <summary>
    /// Hands every message that was published and not yet delivered to its handlers, then what these publish, until nothing is left. Each delivery is signed,
    /// goes through the app's own engine (middleware, exception mappings, messages that handlers return) in a DI scope of its own, and is answered as QStash
    /// would be; the answer is in <see cref="RecordedMessage.Replies"/>. There are no delays, retries, callbacks and no deduplication: whatever is not a success is a
    /// failure. What depends on those is tested with <c>QStashDevServer</c>.
    /// </summary>
    /// <param name="allowFailures">Whether deliveries may fail, for tests of just that.</param>
    /// <param name="cancellationToken">Stops delivering; handlers get it too.</param>
    /// <exception cref="QStashAssertionException">
    /// A delivery failed or a destination has no handler, unless <paramref name="allowFailures"/>; or there is no end after 1,000 deliveries.
    /// </exception>
    /// <exception cref="InvalidOperationException">The publisher was made without the app's services.</exception>
    public async Task DeliverAsync(bool allowFailures = false, CancellationToken cancellationToken = default)
    {
        if (_services is null)
        {
            throw new InvalidOperationException("This publisher knows no app to deliver to: register it with services.AddFakeQStash() and take it from the app's services.");
        }

        List<RecordedMessage> delivered = [];
        for (int deliveries = 0; TakeNext() is { } message;)
        {
            (DeliveryRoute? Route, Dictionary<string, string> Values)[] targets = TargetsOf(message.Destination);
            deliveries += targets.Length;
            if (deliveries > MaxDeliveries)
            {
                throw new QStashAssertionException(
                    $"Delivered {MaxDeliveries} messages, and there are more: handlers publish to each other in a circle.\n\n{PublishedTable.Of([.. delivered.TakeLast(10), message])}");
            }

            delivered.Add(message);
            for (int i = 0; i < targets.Length; i++)
            {
                await DeliverOneAsync(message, i == 0 ? message.MessageId : FurtherId(), targets[i].Route, targets[i].Values, _services, cancellationToken).ConfigureAwait(false);
            }
        }

        int failed = delivered.Count(static message => message.Replies.Any(static reply => reply.Status != 200));
        if (failed > 0 && !allowFailures)
        {
            throw new QStashAssertionException($"Expected that every message is handled, but {Count(failed)} failed.\n\n{PublishedTable.Of(delivered, "answer", PublishedTable.Answer)}");
        }
    }

    private RecordedMessage? TakeNext()
    {
        lock (_lock)
        {
            return _taken < _messages.Count ? _messages[_taken++] : null;
        }
    }

    // To QStash each endpoint of a group gets a message of its own.
    private string FurtherId()
    {
        lock (_lock)
        {
            return NewId();
        }
    }

    private (DeliveryRoute? Route, Dictionary<string, string> Values)[] TargetsOf(Destination destination)
    {
        (DeliveryRoute? Route, Dictionary<string, string> Values)[] targets =
        [
            .. _routes.Select(route => ((DeliveryRoute?)route.Route, Values: route.To.Values(destination))).Where(static target => target.Values is not null).Select(static target => (target.Item1, target.Values!)),
        ];
        return targets.Length == 0 ? [(null, [])] : destination.IsUrlGroup ? targets : targets[..1];
    }

    private async Task DeliverOneAsync(
        RecordedMessage message, string messageId, DeliveryRoute? route, Dictionary<string, string> routeValues, IServiceProvider services, CancellationToken cancellationToken)
    {
        SignedDelivery delivery = new(UrlOf(message.Destination, services), _signingKey)
        {
            MessageId = messageId,
            Body = message.Body,
            ContentType = message.ContentType,
            TimeProvider = services.GetRequiredService<TimeProvider>(),
            Headers =
            [
                .. message.Headers.Where(static header => header.Key.StartsWith(QStashHeaders.ForwardPrefix, StringComparison.OrdinalIgnoreCase))
                    .Select(static header => new KeyValuePair<string, string>(header.Key[QStashHeaders.ForwardPrefix.Length..], header.Value)),
                .. message.Destination.IsUrlGroup ? [new(QStashHeaders.TopicName, message.Destination.Value)] : Array.Empty<KeyValuePair<string, string>>(),
            ],
        };
        Exception? failure = null;
        RawDelivery raw = delivery.ToRaw(routeValues, exception => failure = exception);
        AsyncServiceScope scope = services.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            DeliveryReply reply = await services.GetRequiredService<DeliveryEngine>().HandleAsync(raw, route, scope.ServiceProvider, cancellationToken).ConfigureAwait(false);
            message.Delivered(reply, failure);
        }
    }

    // The endpoint of a group is some URL of the app.
    private static string UrlOf(Destination destination, IServiceProvider services)
    {
        if (!destination.IsUrlGroup)
        {
            return destination.Value;
        }

        string? baseUrl = services.GetRequiredService<IOptions<QStashReceiverOptions>>().Value.PublicBaseUrl?.Split(';', StringSplitOptions.TrimEntries)[0];
        return $"{(string.IsNullOrEmpty(baseUrl) ? "https://qstash.test" : baseUrl.TrimEnd('/'))}/{destination.Value}";
    }
}
