using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace QStash.Serverless.Lambda.AspNetCoreServer;

/// <summary>
/// Amazon's server takes events while it starts and so never lets the app's start end: what runs when the app has started does not run on Lambda. Protected endpoints
/// are therefore built, and the signing keys checked, as soon as the pipeline stands, so that a bad deployment fails its cold start.
/// </summary>
internal sealed class EndpointsBeforeTheFirstEvent : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        _ = app.ApplicationServices.GetService<EndpointDataSource>()?.Endpoints;

        // A startup filter cannot wait in any other way; there is no synchronization context.
        app.ApplicationServices.GetService<QStashStartup>()?.StartedAsync(CancellationToken.None).GetAwaiter().GetResult();
    };
}
