using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless;
using QStash.Serverless.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>
/// Maps endpoints that receive QStash deliveries. The signature is their authentication: they are anonymous, and exempt from antiforgery. QStash does not
/// follow redirects: behind a proxy that ends TLS, call <c>app.UseForwardedHeaders()</c> before <c>app.UseHttpsRedirection()</c>, and publish to the https URL.
/// </summary>
public static class QStashEndpointRouteBuilderExtensions
{
    /// <summary>Maps a handler class for typed payloads. It need not be registered; its constructor gets services of the request.</summary>
    /// <param name="endpoints">The app or a route group; <c>AddQStash()</c> must have been called on its builder.</param>
    /// <param name="pattern">The route template; its values reach the handler as <see cref="QStashDelivery.RouteValues"/>.</param>
    /// <param name="methods">The HTTP methods; POST when null.</param>
    /// <exception cref="InvalidOperationException">AddQStash was not called, or no JSON metadata is known for the payload's type.</exception>
    public static IEndpointConventionBuilder MapQStash<T, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern, IEnumerable<string>? methods = null)
        where THandler : class, IQStashHandler<T> =>
        MapQStash(endpoints, pattern, DeliveryRoute.To<T, THandler>(QStashEndpoints.RouteName(pattern)), methods);

    /// <summary>Maps a handler class for deliveries whose body has no meaning.</summary>
    /// <inheritdoc cref="MapQStash{T, THandler}(IEndpointRouteBuilder, string, IEnumerable{string})"/>
    public static IEndpointConventionBuilder MapQStash<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern, IEnumerable<string>? methods = null)
        where THandler : class, IQStashHandler =>
        MapQStash(endpoints, pattern, DeliveryRoute.To<THandler>(QStashEndpoints.RouteName(pattern)), methods);

    /// <summary>Maps a handler class for typed payloads to the route that its <see cref="QStashRouteAttribute"/> states, for POST.</summary>
    /// <param name="endpoints">The app, or a route group without a prefix, since the attribute states the whole route; <c>AddQStash()</c> must have been called on its builder.</param>
    /// <exception cref="InvalidOperationException">
    /// The class states no route, AddQStash was not called, or no JSON metadata is known for the payload's type. A route group that puts a prefix before the route fails the app's start.
    /// </exception>
    public static IEndpointConventionBuilder MapQStash<T, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(this IEndpointRouteBuilder endpoints)
        where THandler : class, IQStashHandler<T> =>
        AtItsRoute<THandler>(MapQStash<T, THandler>(endpoints, QStashRouteAttribute.PatternOf<THandler>()));

    /// <summary>Maps a handler class for deliveries whose body has no meaning to the route that its <see cref="QStashRouteAttribute"/> states, for POST.</summary>
    /// <inheritdoc cref="MapQStash{T, THandler}(IEndpointRouteBuilder)"/>
    public static IEndpointConventionBuilder MapQStash<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(this IEndpointRouteBuilder endpoints)
        where THandler : class, IQStashHandler =>
        AtItsRoute<THandler>(MapQStash<THandler>(endpoints, QStashRouteAttribute.PatternOf<THandler>()));

    /// <summary>Maps a route made with <see cref="DeliveryRoute"/>.</summary>
    /// <param name="endpoints">The app or a route group; <c>AddQStash()</c> must have been called on its builder.</param>
    /// <param name="pattern">The route template.</param>
    /// <param name="route">What deliveries lead to.</param>
    /// <param name="methods">The HTTP methods; POST when null.</param>
    /// <exception cref="InvalidOperationException">AddQStash was not called, or no JSON metadata is known for the payload's type.</exception>
    public static IEndpointConventionBuilder MapQStash(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern, DeliveryRoute route, IEnumerable<string>? methods = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(route);
        IServiceProvider services = endpoints.ServiceProvider;
        DeliveryEngine engine = QStashEndpoints.Engine(services, $"MapQStash(\"{pattern}\")");
        route.Validate(services.GetRequiredService<QStashJson>());
        return endpoints.MapMethods(pattern, methods ?? [HttpMethods.Post], async context =>
            {
                DeliveryReply reply = await engine.HandleAsync(AspNetCoreDeliveries.Read(context), route, context.RequestServices, context.RequestAborted).ConfigureAwait(false);
                await AspNetCoreDeliveries.WriteAsync(context, reply).ConfigureAwait(false);
            })
            .WithDisplayName($"QStash {route.Name}")
            .WithMetadata(new AllowAnonymousAttribute(), QStashEndpoints.NoAntiforgery, QStashEndpoints.Mapped.Mark);
    }

    // Whoever reads the attribute sends there: a group's prefix would make it a lie.
    private static IEndpointConventionBuilder AtItsRoute<THandler>(IEndpointConventionBuilder endpoint)
    {
        string stated = QStashRouteAttribute.PatternOf<THandler>();
        endpoint.Add(builder =>
        {
            if (builder is RouteEndpointBuilder { RoutePattern.RawText: { } mapped } && mapped.Trim('/') != stated.Trim('/'))
            {
                throw new InvalidOperationException(
                    $"'{typeof(THandler)}' states the route '{stated}', but its route group maps it at '{mapped}': map it on the app, or name the route below the group as a pattern here.");
            }
        });
        return endpoint;
    }
}
