using Microsoft.Extensions.DependencyInjection;

namespace QStash.Serverless;

/// <content>Routes to delegates that take services of the delivery's scope. A result that is no <see cref="QStashResult"/> is the response body of a success.</content>
public abstract partial class DeliveryRoute
{
    /// <summary>A route to a delegate without services.</summary>
    /// <param name="name">The route's name.</param>
    /// <param name="handler">The code to run for each verified delivery.</param>
    public static DeliveryRoute To<T, TResult>(string name, Func<QStashDelivery<T>, CancellationToken, Task<TResult>> handler) =>
        Typed<T, TResult>(name, handler, (delivery, _, cancellationToken) => handler(delivery, cancellationToken));

    /// <summary>A route to a delegate with a service.</summary>
    /// <inheritdoc cref="To{T, TResult}(string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}})"/>
    public static DeliveryRoute To<T, TService, TResult>(string name, Func<QStashDelivery<T>, TService, CancellationToken, Task<TResult>> handler)
        where TService : notnull =>
        Typed<T, TResult>(name, handler, (delivery, services, cancellationToken) => handler(delivery, services.GetRequiredService<TService>(), cancellationToken));

    /// <summary>A route to a delegate with two services.</summary>
    /// <inheritdoc cref="To{T, TResult}(string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}})"/>
    public static DeliveryRoute To<T, TService1, TService2, TResult>(string name, Func<QStashDelivery<T>, TService1, TService2, CancellationToken, Task<TResult>> handler)
        where TService1 : notnull
        where TService2 : notnull =>
        Typed<T, TResult>(name, handler, (delivery, services, cancellationToken) =>
            handler(delivery, services.GetRequiredService<TService1>(), services.GetRequiredService<TService2>(), cancellationToken));

    /// <summary>A route to a delegate with three services.</summary>
    /// <inheritdoc cref="To{T, TResult}(string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}})"/>
    public static DeliveryRoute To<T, TService1, TService2, TService3, TResult>(string name, Func<QStashDelivery<T>, TService1, TService2, TService3, CancellationToken, Task<TResult>> handler)
        where TService1 : notnull
        where TService2 : notnull
        where TService3 : notnull =>
        Typed<T, TResult>(name, handler, (delivery, services, cancellationToken) =>
            handler(delivery, services.GetRequiredService<TService1>(), services.GetRequiredService<TService2>(), services.GetRequiredService<TService3>(), cancellationToken));

    /// <summary>A route to a delegate without services whose end is its success.</summary>
    /// <inheritdoc cref="To{T, TResult}(string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}})"/>
    public static DeliveryRoute To<T>(string name, Func<QStashDelivery<T>, CancellationToken, Task> handler) =>
        Ending<T>(name, handler, (delivery, _, cancellationToken) => handler(delivery, cancellationToken));

    /// <summary>A route to a delegate with a service whose end is its success.</summary>
    /// <inheritdoc cref="To{T, TResult}(string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}})"/>
    public static DeliveryRoute To<T, TService>(string name, Func<QStashDelivery<T>, TService, CancellationToken, Task> handler)
        where TService : notnull =>
        Ending<T>(name, handler, (delivery, services, cancellationToken) => handler(delivery, services.GetRequiredService<TService>(), cancellationToken));

    /// <summary>A route to a delegate with two services whose end is its success.</summary>
    /// <inheritdoc cref="To{T, TResult}(string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}})"/>
    public static DeliveryRoute To<T, TService1, TService2>(string name, Func<QStashDelivery<T>, TService1, TService2, CancellationToken, Task> handler)
        where TService1 : notnull
        where TService2 : notnull =>
        Ending<T>(name, handler, (delivery, services, cancellationToken) =>
            handler(delivery, services.GetRequiredService<TService1>(), services.GetRequiredService<TService2>(), cancellationToken));

    /// <summary>A route to a delegate with three services whose end is its success.</summary>
    /// <inheritdoc cref="To{T, TResult}(string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}})"/>
    public static DeliveryRoute To<T, TService1, TService2, TService3>(string name, Func<QStashDelivery<T>, TService1, TService2, TService3, CancellationToken, Task> handler)
        where TService1 : notnull
        where TService2 : notnull
        where TService3 : notnull =>
        Ending<T>(name, handler, (delivery, services, cancellationToken) =>
            handler(delivery, services.GetRequiredService<TService1>(), services.GetRequiredService<TService2>(), services.GetRequiredService<TService3>(), cancellationToken));

    /// <summary>A route to a delegate for deliveries whose body has no meaning.</summary>
    /// <inheritdoc cref="To{T, TResult}(string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}})"/>
    public static DeliveryRoute To<TResult>(string name, Func<QStashDelivery, CancellationToken, Task<TResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new BareRoute(name, async (delivery, _, cancellationToken) => AsResult(await handler(delivery, cancellationToken).ConfigureAwait(false)));
    }

    private static TypedRoute<T> Typed<T, TResult>(string name, Delegate handler, Func<QStashDelivery<T>, IServiceProvider, CancellationToken, Task<TResult>> invoke)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new TypedRoute<T>(name, async (delivery, services, cancellationToken) => AsResult(await invoke(delivery, services, cancellationToken).ConfigureAwait(false)));
    }

    private static TypedRoute<T> Ending<T>(string name, Delegate handler, Func<QStashDelivery<T>, IServiceProvider, CancellationToken, Task> invoke)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new TypedRoute<T>(name, async (delivery, services, cancellationToken) =>
        {
            await invoke(delivery, services, cancellationToken).ConfigureAwait(false);
            return QStashResult.Success();
        });
    }

    // A result that is null is a mistake of the handler, which the engine answers; any other null is a success without a body.
    private static QStashResult AsResult<TResult>(TResult result) =>
        typeof(IQStashResult).IsAssignableFrom(typeof(TResult)) ? (result as IQStashResult)?.ToResult()! : (result as IQStashResult)?.ToResult() ?? QStashResult.Success(result);
}
