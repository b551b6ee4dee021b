using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace QStash.Serverless;

/// <summary>What a host's route leads to: a name, a payload type, and the user's code.</summary>
public abstract partial class DeliveryRoute
{
    private protected DeliveryRoute(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <summary>The route's name, in logs, spans, counters and the deduplication ids of what the handler publishes.</summary>
    public string Name { get; }

    /// <summary>A route to a handler class, made once for each delivery from the delivery's scope; it need not be registered.</summary>
    public static DeliveryRoute To<T, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(string name)
        where THandler : class, IQStashHandler<T>
    {
        HandlerActivator<THandler> activator = new();
        return new TypedRoute<T>(name, (delivery, services, cancellationToken) =>
            activator.UseAsync(services, handler => handler.HandleAsync(delivery, cancellationToken)));
    }

    /// <summary>A route to a handler class for deliveries whose body has no meaning.</summary>
    public static DeliveryRoute To<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(string name)
        where THandler : class, IQStashHandler
    {
        HandlerActivator<THandler> activator = new();
        return new BareRoute(name, (delivery, services, cancellationToken) =>
            activator.UseAsync(services, handler => handler.HandleAsync(delivery, cancellationToken)));
    }

    /// <summary>A route to a delegate for typed payloads.</summary>
    /// <param name="name">The route's name.</param>
    /// <param name="handler">The code; the second argument is the delivery's scope.</param>
    public static DeliveryRoute To<T>(string name, Func<QStashDelivery<T>, IServiceProvider, CancellationToken, Task<QStashResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new TypedRoute<T>(name, handler);
    }

    /// <summary>A route to a delegate for deliveries whose body has no meaning.</summary>
    /// <param name="name">The route's name.</param>
    /// <param name="handler">The code; the second argument is the delivery's scope.</param>
    public static DeliveryRoute To(string name, Func<QStashDelivery, IServiceProvider, CancellationToken, Task<QStashResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new BareRoute(name, handler);
    }

    /// <summary>Checks at startup that payloads of this route can be read.</summary>
    /// <exception cref="InvalidOperationException">No JSON metadata is known for the payload's type; the message names the fix.</exception>
    public abstract void Validate(QStashJson json);

    /// <summary>Reads an empty JSON object as a payload, whatever comes of it, so that the first delivery finds metadata and code ready. The handler is not called.</summary>
    public abstract void WarmUp(QStashJson json);

    /// <summary>Reads the payload; null and why when it cannot be read.</summary>
    internal abstract QStashDelivery? Read(VerifiedRequest request, QStashJson json, out UnreadablePayload? unreadable);

    internal abstract Task<QStashResult> InvokeAsync(QStashDelivery delivery, IServiceProvider services, CancellationToken cancellationToken);

    private sealed class TypedRoute<T>(string name, Func<QStashDelivery<T>, IServiceProvider, CancellationToken, Task<QStashResult>> handler) : DeliveryRoute(name)
    {
        public override void Validate(QStashJson json) => PayloadCodec.Validate<T>(json);

        public override void WarmUp(QStashJson json)
        {
            try
            {
                _ = PayloadCodec.TryDecode("{}"u8.ToArray(), json, out T? _, out UnreadablePayload? _);
            }
            catch (Exception)
            {
                // A constructor that refuses an empty payload has been run all the same.
            }
        }

        internal override QStashDelivery? Read(VerifiedRequest request, QStashJson json, out UnreadablePayload? unreadable) =>
            PayloadCodec.TryDecode(request.Body, json, out T? payload, out unreadable) ? new QStashDelivery<T>(request, payload) : null;

        internal override Task<QStashResult> InvokeAsync(QStashDelivery delivery, IServiceProvider services, CancellationToken cancellationToken) =>
            handler((QStashDelivery<T>)delivery, services, cancellationToken);
    }

    private sealed class BareRoute(string name, Func<QStashDelivery, IServiceProvider, CancellationToken, Task<QStashResult>> handler) : DeliveryRoute(name)
    {
        public override void Validate(QStashJson json)
        {
        }

        public override void WarmUp(QStashJson json)
        {
        }

        internal override QStashDelivery? Read(VerifiedRequest request, QStashJson json, out UnreadablePayload? unreadable)
        {
            unreadable = null;
            return new QStashDelivery(request);
        }

        internal override Task<QStashResult> InvokeAsync(QStashDelivery delivery, IServiceProvider services, CancellationToken cancellationToken) =>
            handler(delivery, services, cancellationToken);
    }

    private sealed class HandlerActivator<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>
        where THandler : class
    {
        private readonly ObjectFactory<THandler> _create = ActivatorUtilities.CreateFactory<THandler>([]);

        internal async Task<QStashResult> UseAsync(IServiceProvider services, Func<THandler, Task<QStashResult>> use)
        {
            if (services.GetService<THandler>() is { } registered)
            {
                return await use(registered).ConfigureAwait(false);
            }

            THandler handler = _create(services, null);
            try
            {
                return await use(handler).ConfigureAwait(false);
            }
            finally
            {
                switch (handler)
                {
                    case IAsyncDisposable disposable:
                        await disposable.DisposeAsync().ConfigureAwait(false);
                        break;
                    case IDisposable disposable:
                        disposable.Dispose();
                        break;
                    default:
                        break;
                }
            }
        }
    }
}
