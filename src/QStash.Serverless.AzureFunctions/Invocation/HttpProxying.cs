using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace QStash.Serverless.AzureFunctions;

/// <summary>ASP.NET Core integration: the host sends the HTTP request to the worker besides the invocation, and a middleware of the worker joins the two.</summary>
internal static class HttpProxying
{
    internal const string Misordered =
        "UseQStash() was called before ConfigureFunctionsWebApplication(), so that deliveries reach it without their request. Call ConfigureFunctionsWebApplication() first, then UseQStash().";

    /// <summary>Whether ConfigureFunctionsWebApplication() has been called so far.</summary>
    internal static bool IsConfigured(IServiceCollection services)
    {
        WorkerOptions probe = new();
        foreach (IConfigureOptions<WorkerOptions> configure in services.Where(static service => !service.IsKeyedService).Select(static service => service.ImplementationInstance).OfType<IConfigureOptions<WorkerOptions>>())
        {
            configure.Configure(probe);
        }

        return IsOn(probe);
    }

    internal static bool IsOn(WorkerOptions options) => options.Capabilities.ContainsKey("HttpUri");
}

/// <summary>Says that UseQStash() was called, and whether ConfigureFunctionsWebApplication() had been called before it.</summary>
internal sealed record MiddlewareOrder(bool AfterHttpProxying);
