using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace QStash.Serverless.AspNetCore;

/// <summary>
/// Builds the app's endpoints when it has started rather than at its first request, so that a protected endpoint without signing keys, or a route that is
/// mapped twice, fails the start.
/// </summary>
internal sealed class EndpointStartup(IServiceProvider services, QStashStartup startup) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (services.GetService<EndpointDataSource>()?.Endpoints is { } endpoints)
        {
            RefuseTwins(endpoints);
        }

        return startup.StartedAsync(cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // ASP.NET Core would answer every delivery to such a route with a 500.
    private static void RefuseTwins(IReadOnlyList<Endpoint> endpoints)
    {
        HashSet<(string Route, string Method)> known = [];
        foreach (RouteEndpoint endpoint in endpoints.OfType<RouteEndpoint>().Where(static endpoint => endpoint.Metadata.GetMetadata<QStashEndpoints.Mapped>() is not null && endpoint.Metadata.GetMetadata<IHostMetadata>() is null))
        {
            string route = "/" + endpoint.RoutePattern.RawText?.Trim('/');
            foreach (string method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
            {
                if (!known.Add((route.ToUpperInvariant(), method)))
                {
                    throw new InvalidOperationException($"The route '{route}' is mapped twice with MapQStash for {method}: give one of them another route, or other methods.");
                }
            }
        }
    }
}
