using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using QStash.Serverless;
using QStash.Serverless.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the QStash client.</summary>
public static class QStashClientServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="QStashClient"/>, and as <see cref="IQStashPublisher"/> unless the app has registered its own. Token and URL come from
    /// <paramref name="configure"/>, else from section <c>QStash</c> (<c>Token</c>, <c>Url</c>), else from QStash's own variables, read from the
    /// configuration and then from the process environment (<see cref="QStashClientOptions.FromEnvironment"/>). The app does not start without a token.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The app's configuration, at its root.</param>
    /// <param name="configure">Sets options; what it sets beats every other source.</param>
    public static IServiceCollection AddQStashClient(this IServiceCollection services, IConfiguration configuration, Action<QStashClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<QStashClientOptions>()
            .Configure(options => configure?.Invoke(options))
            .PostConfigure(options => Fill(options, configuration))
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<QStashClientOptions>, QStashClientOptionsValidator>());

        // The handler renews its connections itself, so the client that singletons hold never goes stale. The factory's own loggers would write
        // destinations with their user information; this package's log leaves it out.
        services.AddHttpClient(QStashClientOptions.HttpClientName, static http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(static () => QStashClient.NewHandler())
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
        services.TryAddSingleton(static provider => new QStashClient(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(QStashClientOptions.HttpClientName),
            provider.GetRequiredService<IOptions<QStashClientOptions>>().Value,
            provider.GetService<QStashJson>(),
            provider.GetService<TimeProvider>(),
            provider.GetService<ILogger<QStashClient>>()));
        services.TryAddSingleton<IQStashPublisher>(static provider => provider.GetRequiredService<QStashClient>());
        return services;
    }

    private static void Fill(QStashClientOptions options, IConfiguration configuration)
    {
        if (!options.UrlIsSet)
        {
            options.Url = configuration["QStash:Url"];
        }

        if (string.IsNullOrWhiteSpace(options.Token))
        {
            options.Token = QStashVariables.Present(configuration["QStash:Token"]);
        }

        QStashVariables.Fill(options, name => QStashVariables.Present(configuration[name]) ?? Environment.GetEnvironmentVariable(name));
    }
}
