namespace QStash.Serverless.Lambda;

/// <content>Routes to delegates: the delivery first, up to three services of its scope, the cancellation token last.</content>
public sealed partial class QStashLambdaBuilder
{
    /// <summary>Maps a delegate without services. What it returns is the answer: a <see cref="QStashResult"/>, or any other value, which becomes the response body of a success.</summary>
    /// <param name="pattern">The route template.</param>
    /// <param name="handler">The code to run for each verified delivery.</param>
    /// <exception cref="ArgumentException">The template cannot be read, or another route has the same.</exception>
    public QStashLambdaBuilder Map<T, TResult>(string pattern, Func<QStashDelivery<T>, CancellationToken, Task<TResult>> handler) =>
        Map(pattern, DeliveryRoute.To(pattern, handler));

    /// <summary>Maps a delegate with a service.</summary>
    /// <inheritdoc cref="Map{T, TResult}(string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}})"/>
    public QStashLambdaBuilder Map<T, TService, TResult>(string pattern, Func<QStashDelivery<T>, TService, CancellationToken, Task<TResult>> handler)
        where TService : notnull =>
        Map(pattern, DeliveryRoute.To(pattern, handler));

    /// <summary>Maps a delegate with two services.</summary>
    /// <inheritdoc cref="Map{T, TResult}(string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}})"/>
    public QStashLambdaBuilder Map<T, TService1, TService2, TResult>(string pattern, Func<QStashDelivery<T>, TService1, TService2, CancellationToken, Task<TResult>> handler)
        where TService1 : notnull
        where TService2 : notnull =>
        Map(pattern, DeliveryRoute.To(pattern, handler));

    /// <summary>Maps a delegate with three services.</summary>
    /// <inheritdoc cref="Map{T, TResult}(string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}})"/>
    public QStashLambdaBuilder Map<T, TService1, TService2, TService3, TResult>(string pattern, Func<QStashDelivery<T>, TService1, TService2, TService3, CancellationToken, Task<TResult>> handler)
        where TService1 : notnull
        where TService2 : notnull
        where TService3 : notnull =>
        Map(pattern, DeliveryRoute.To(pattern, handler));

    /// <summary>Maps a delegate without services whose end is its success.</summary>
    /// <inheritdoc cref="Map{T, TResult}(string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}})"/>
    public QStashLambdaBuilder Map<T>(string pattern, Func<QStashDelivery<T>, CancellationToken, Task> handler) =>
        Map(pattern, DeliveryRoute.To(pattern, handler));

    /// <summary>Maps a delegate with a service whose end is its success.</summary>
    /// <inheritdoc cref="Map{T, TResult}(string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}})"/>
    public QStashLambdaBuilder Map<T, TService>(string pattern, Func<QStashDelivery<T>, TService, CancellationToken, Task> handler)
        where TService : notnull =>
        Map(pattern, DeliveryRoute.To(pattern, handler));

    /// <summary>Maps a delegate with two services whose end is its success.</summary>
    /// <inheritdoc cref="Map{T, TResult}(string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}})"/>
    public QStashLambdaBuilder Map<T, TService1, TService2>(string pattern, Func<QStashDelivery<T>, TService1, TService2, CancellationToken, Task> handler)
        where TService1 : notnull
        where TService2 : notnull =>
        Map(pattern, DeliveryRoute.To(pattern, handler));

    /// <summary>Maps a delegate with three services whose end is its success.</summary>
    /// <inheritdoc cref="Map{T, TResult}(string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}})"/>
    public QStashLambdaBuilder Map<T, TService1, TService2, TService3>(string pattern, Func<QStashDelivery<T>, TService1, TService2, TService3, CancellationToken, Task> handler)
        where TService1 : notnull
        where TService2 : notnull
        where TService3 : notnull =>
        Map(pattern, DeliveryRoute.To(pattern, handler));

    /// <summary>Maps a delegate for deliveries whose body has no meaning.</summary>
    /// <inheritdoc cref="Map{T, TResult}(string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}})"/>
    public QStashLambdaBuilder Map<TResult>(string pattern, Func<QStashDelivery, CancellationToken, Task<TResult>> handler) =>
        Map(pattern, DeliveryRoute.To(pattern, handler));
}
