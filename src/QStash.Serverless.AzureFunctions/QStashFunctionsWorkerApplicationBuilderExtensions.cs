using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using QStash.Serverless;
using QStash.Serverless.AzureFunctions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Adds QStash to a function app.</summary>
public static class QStashFunctionsWorkerApplicationBuilderExtensions
{
    /// <summary>
    /// Verifies the deliveries of every function with a <see cref="QStashTriggerAttribute"/>, answers as QStash expects, and publishes what
    /// <see cref="QStashOutputAttribute"/>s name. Call it after <c>ConfigureFunctionsWebApplication()</c> where the app uses ASP.NET Core integration. Settings
    /// are those of <c>AddQStash()</c>, which it includes. Without signing keys the app starts all the same: its QStash functions answer 503, the others work.
    /// </summary>
    /// <param name="builder">The worker's builder: a <c>FunctionsApplicationBuilder</c>, or what <c>ConfigureFunctionsWorkerDefaults(worker => ...)</c> passes.</param>
    /// <param name="configure">Settings in code; they win.</param>
    /// <returns>The builder of <c>AddQStash()</c>: chain <c>AddJson</c>, <c>AddClient</c> and the rest.</returns>
    /// <exception cref="InvalidOperationException">The builder's services hold no configuration.</exception>
    public static QStashBuilder UseQStash(this IFunctionsWorkerApplicationBuilder builder, Action<QStashReceiverOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        IServiceCollection services = builder.Services;
        QStashBuilder qstash = services.AddQStash(ConfigurationOf(services), configure);
        if (services.Any(static service => service.ServiceType == typeof(MiddlewareOrder)))
        {
            return qstash;
        }

        services.AddSingleton(new MiddlewareOrder(HttpProxying.IsConfigured(services)));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IFunctionMetadataTransformer, QStashMetadataTransformer>());
        services.TryAddSingleton<IWorkerBindings, WorkerBindings>();
        services.AddSingleton<FunctionCatalog>();
        services.AddSingleton<RoutePrefix>();
        services.AddSingleton<QStashFunctionMiddleware>();
        services.Configure<WorkerOptions>(static options => options.InputConverters.RegisterAt<DeliveryCancellationConverter>(0));
        builder.Use(static next => context => context.InstanceServices.GetRequiredService<QStashFunctionMiddleware>().InvokeAsync(context, next));
        return qstash;
    }

    // Both builder styles keep their context among the services, and the configuration in it.
    private static IConfiguration ConfigurationOf(IServiceCollection services) =>
        services.Select(static service => service.IsKeyedService ? null : service.ImplementationInstance).OfType<HostBuilderContext>().FirstOrDefault()?.Configuration
        ?? services.Select(static service => service.IsKeyedService ? null : service.ImplementationInstance).OfType<IConfiguration>().FirstOrDefault()
        ?? throw new InvalidOperationException("UseQStash() found no configuration among the builder's services. Call it on the builder of FunctionsApplication.CreateBuilder or of ConfigureFunctionsWorkerDefaults.");
}
