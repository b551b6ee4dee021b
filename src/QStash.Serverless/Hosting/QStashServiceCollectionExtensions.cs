using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using QStash.Serverless;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers QStash.</summary>
public static class QStashServiceCollectionExtensions
{
    /// <summary>
    /// Registers the engine that verifies and handles deliveries. Settings come from <paramref name="configure"/>, then the section <c>QStash</c>, then
    /// QStash's own variables. An app that maps QStash endpoints does not start without signing keys.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configuration">The app's configuration.</param>
    /// <param name="configure">Settings in code; they win.</param>
    public static QStashBuilder AddQStash(this IServiceCollection services, IConfiguration configuration, Action<QStashReceiverOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        if (!services.Any(static service => service.ServiceType == typeof(DeliveryEngine)))
        {
            AddEngine(services, configuration);
        }

        if (configure is not null)
        {
            services.Configure(configure);
        }

        return new QStashBuilder(services, configuration);
    }

    private static void AddEngine(IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<QStashReceiverOptions>().Configure(options => ReceiverConfiguration.Apply(configuration, options)).ValidateOnStart();
        services.AddSingleton<IOptionsChangeTokenSource<QStashReceiverOptions>>(new ConfigurationChangeTokenSource<QStashReceiverOptions>(configuration));
        services.AddSingleton<IValidateOptions<QStashReceiverOptions>, QStashReceiverOptionsValidator>();
        services.AddSingleton<IValidateOptions<QStashReceiverOptions>, ReceiverRules>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ISigningKeySource>(static provider => new ConfiguredSigningKeys(
            provider.GetRequiredService<IOptionsMonitor<QStashReceiverOptions>>(), provider.GetService<SigningKeyFallback>()));
        services.AddSingleton(static provider => new QStashJson([.. provider.GetServices<QStashJsonContext>().Select(static entry => entry.Context)]));
        services.AddSingleton(static provider => new QStashTelemetry(provider.GetService<IMeterFactory>()));
        services.AddSingleton(static provider =>
        {
            QStashReceiver receiver = new(
                provider.GetRequiredService<IOptions<QStashReceiverOptions>>().Value,
                provider.GetRequiredService<ISigningKeySource>(),
                provider.GetService<IHostEnvironment>(),
                provider.GetRequiredService<TimeProvider>(),
                Logger<QStashReceiver>(provider));
            provider.GetRequiredService<IOptionsMonitor<QStashReceiverOptions>>().OnChange(_ => receiver.Keys.Clear());
            return receiver;
        });
        services.AddSingleton(static provider => new DeliveryEngine(
            provider.GetRequiredService<QStashReceiver>(),
            provider.GetRequiredService<IOptions<QStashReceiverOptions>>(),
            provider.GetRequiredService<IOptions<QStashPipelineOptions>>(),
            provider.GetRequiredService<QStashJson>(),
            provider.GetRequiredService<QStashTelemetry>(),
            Logger<DeliveryEngine>(provider),
            provider.GetService<IHostApplicationLifetime>()));
        services.AddSingleton(static provider => new QStashStartup(
            provider.GetRequiredService<QStashReceiver>(),
            provider.GetRequiredService<IOptions<QStashReceiverOptions>>(),
            provider.GetService<IHostEnvironment>(),
            Logger<QStashStartup>(provider)));
        services.AddHostedService(static provider => provider.GetRequiredService<QStashStartup>());
    }

    private static ILogger<T> Logger<T>(IServiceProvider provider) => provider.GetService<ILogger<T>>() ?? NullLogger<T>.Instance;
}
