using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Routing;
using QStash.Serverless;
using QStash.Serverless.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>
/// Maps delegates: the delivery first, up to three services of the request, the cancellation token last. What the delegate returns is the answer:
/// a <see cref="QStashResult"/>, or any other value, which becomes the response body of a success; a plain <see cref="Task"/> is a success.
/// </summary>
public static class QStashDelegateExtensions
{
    /// <summary>Maps a delegate without services.</summary>
    /// <param name="endpoints">The app or a route group; <c>AddQStash()</c> must have been called on its builder.</param>
    /// <param name="pattern">The route template.</param>
    /// <param name="handler">The code to run for each verified delivery.</param>
    /// <param name="methods">The HTTP methods; POST when null.</param>
    /// <exception cref="InvalidOperationException">AddQStash was not called, or no JSON metadata is known for the payload's type.</exception>
    public static IEndpointConventionBuilder MapQStash<T, TResult>(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern,
        Func<QStashDelivery<T>, CancellationToken, Task<TResult>> handler, IEnumerable<string>? methods = null) =>
        endpoints.MapQStash(pattern, DeliveryRoute.To(QStashEndpoints.RouteName(pattern), handler), methods);

    /// <summary>Maps a delegate with a service.</summary>
    /// <inheritdoc cref="MapQStash{T, TResult}(IEndpointRouteBuilder, string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}}, IEnumerable{string})"/>
    public static IEndpointConventionBuilder MapQStash<T, TService, TResult>(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern,
        Func<QStashDelivery<T>, TService, CancellationToken, Task<TResult>> handler, IEnumerable<string>? methods = null)
        where TService : notnull =>
        endpoints.MapQStash(pattern, DeliveryRoute.To(QStashEndpoints.RouteName(pattern), handler), methods);

    /// <summary>Maps a delegate with two services.</summary>
    /// <inheritdoc cref="MapQStash{T, TResult}(IEndpointRouteBuilder, string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}}, IEnumerable{string})"/>
    public static IEndpointConventionBuilder MapQStash<T, TService1, TService2, TResult>(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern,
        Func<QStashDelivery<T>, TService1, TService2, CancellationToken, Task<TResult>> handler, IEnumerable<string>? methods = null)
        where TService1 : notnull
        where TService2 : notnull =>
        endpoints.MapQStash(pattern, DeliveryRoute.To(QStashEndpoints.RouteName(pattern), handler), methods);

    /// <summary>Maps a delegate with three services.</summary>
    /// <inheritdoc cref="MapQStash{T, TResult}(IEndpointRouteBuilder, string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}}, IEnumerable{string})"/>
    public static IEndpointConventionBuilder MapQStash<T, TService1, TService2, TService3, TResult>(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern,
        Func<QStashDelivery<T>, TService1, TService2, TService3, CancellationToken, Task<TResult>> handler, IEnumerable<string>? methods = null)
        where TService1 : notnull
        where TService2 : notnull
        where TService3 : notnull =>
        endpoints.MapQStash(pattern, DeliveryRoute.To(QStashEndpoints.RouteName(pattern), handler), methods);

    /// <summary>Maps a delegate without services whose end is its success.</summary>
    /// <inheritdoc cref="MapQStash{T, TResult}(IEndpointRouteBuilder, string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}}, IEnumerable{string})"/>
    public static IEndpointConventionBuilder MapQStash<T>(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern,
        Func<QStashDelivery<T>, CancellationToken, Task> handler, IEnumerable<string>? methods = null) =>
        endpoints.MapQStash(pattern, DeliveryRoute.To(QStashEndpoints.RouteName(pattern), handler), methods);

    /// <summary>Maps a delegate with a service whose end is its success.</summary>
    /// <inheritdoc cref="MapQStash{T, TResult}(IEndpointRouteBuilder, string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}}, IEnumerable{string})"/>
    public static IEndpointConventionBuilder MapQStash<T, TService>(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern,
        Func<QStashDelivery<T>, TService, CancellationToken, Task> handler, IEnumerable<string>? methods = null)
        where TService : notnull =>
        endpoints.MapQStash(pattern, DeliveryRoute.To(QStashEndpoints.RouteName(pattern), handler), methods);

    /// <summary>Maps a delegate with two services whose end is its success.</summary>
    /// <inheritdoc cref="MapQStash{T, TResult}(IEndpointRouteBuilder, string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}}, IEnumerable{string})"/>
    public static IEndpointConventionBuilder MapQStash<T, TService1, TService2>(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern,
        Func<QStashDelivery<T>, TService1, TService2, CancellationToken, Task> handler, IEnumerable<string>? methods = null)
        where TService1 : notnull
        where TService2 : notnull =>
        endpoints.MapQStash(pattern, DeliveryRoute.To(QStashEndpoints.RouteName(pattern), handler), methods);

    /// <summary>Maps a delegate with three services whose end is its success.</summary>
    /// <inheritdoc cref="MapQStash{T, TResult}(IEndpointRouteBuilder, string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}}, IEnumerable{string})"/>
    public static IEndpointConventionBuilder MapQStash<T, TService1, TService2, TService3>(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern,
        Func<QStashDelivery<T>, TService1, TService2, TService3, CancellationToken, Task> handler, IEnumerable<string>? methods = null)
        where TService1 : notnull
        where TService2 : notnull
        where TService3 : notnull =>
        endpoints.MapQStash(pattern, DeliveryRoute.To(QStashEndpoints.RouteName(pattern), handler), methods);

    /// <summary>Maps a delegate for deliveries whose body has no meaning.</summary>
    /// <inheritdoc cref="MapQStash{T, TResult}(IEndpointRouteBuilder, string, Func{QStashDelivery{T}, CancellationToken, Task{TResult}}, IEnumerable{string})"/>
    public static IEndpointConventionBuilder MapQStash<TResult>(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern,
        Func<QStashDelivery, CancellationToken, Task<TResult>> handler, IEnumerable<string>? methods = null) =>
        endpoints.MapQStash(pattern, DeliveryRoute.To(QStashEndpoints.RouteName(pattern), handler), methods);
}
