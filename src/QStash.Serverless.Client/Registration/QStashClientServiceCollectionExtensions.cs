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
    /// Registers <see cref="QStashClient"/>, and as <see cref="IQStashPublisher"/> unless the app has registered its own. Token, URL, app and environment
    /// come from <paramref name="configure"/>, else from section <c>QStash</c> (<c>Token</c>, <c>Url</c>, <c>App</c>, <c>Env</c>), else from QStash's own variables, read from the
    /// configuration and then from the process environment (<see cref="QStashClientOptions.FromEnvironment"/>). The app does not start without a token.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The app's configuration, at its root.</param>
    /// <param name="configure">Sets options; what it sets beats every other source.</param>
    public static IServiceCollection AddQStashClient(this IServiceCollection services, IConfiguration configuration, Action<QStashClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        AddTransport(services);
        services.AddOptions<QStashClientOptions>()
            .Configure(options => configure?.Invoke(options))
            .PostConfigure(options => Fill(options, configuration))
            .ValidateOnStart();
        services.TryAddSingleton(static provider => Client(provider, Microsoft.Extensions.Options.Options.DefaultName));
        services.TryAddSingleton<IQStashPublisher>(static provider => provider.GetRequiredService<QStashClient>());
        return services;
    }

    /// <summary>
    /// Registers a further <see cref="QStashClient"/> under a name, for apps with several QStash accounts: as a keyed service, and as keyed
    /// <see cref="IQStashPublisher"/> unless the app has registered its own. Its options come from <paramref name="configure"/>, else from the configuration
    /// section of that name (<c>Token</c>, <c>Url</c>, <c>App</c>, <c>Env</c>); QStash's own variables belong to the unnamed client. The app does not start without a token.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The app's configuration, at its root.</param>
    /// <param name="name">The name, which is the section's too, as in <c>Billing</c> or <c>Accounts:Billing</c>.</param>
    /// <param name="configure">Sets options; what it sets beats every other source.</param>
    public static IServiceCollection AddQStashClient(this IServiceCollection services, IConfiguration configuration, string name, Action<QStashClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        AddTransport(services);
        services.AddOptions<QStashClientOptions>(name)
            .Configure(options =>
            {
                options.Section = name;
                configure?.Invoke(options);
            })
            .PostConfigure(options => Fill(options, configuration))
            .ValidateOnStart();
        services.TryAddKeyedSingleton(name, static (provider, key) => Client(provider, (string)key!));
        services.TryAddKeyedSingleton<IQStashPublisher>(name, static (provider, key) => provider.GetRequiredKeyedService<QStashClient>(key));
        return services;
    }

    // Once, however many clients there are: what the app changes of it afterwards stays changed.
    private static void AddTransport(IServiceCollection services)
    {
        if (services.Any(static service => service.ImplementationType == typeof(QStashClientOptionsValidator)))
        {
            return;
        }

        services.AddSingleton<IValidateOptions<QStashClientOptions>, QStashClientOptionsValidator>();

        // The handler renews its connections itself, so the client that singletons hold never goes stale. The factory's own loggers would write
        // destinations with their user information; this package's log leaves it out.
        services.AddHttpClient(QStashClientOptions.HttpClientName, static http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(static () => QStashClient.NewHandler())
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
    }

    private static QStashClient Client(IServiceProvider provider, string name) => new(
        provider.GetRequiredService<IHttpClientFactory>().CreateClient(QStashClientOptions.HttpClientName),
        provider.GetRequiredService<IOptionsMonitor<QStashClientOptions>>().Get(name),
        provider.GetService<QStashJson>(),
        provider.GetService<TimeProvider>(),
        provider.GetService<ILogger<QStashClient>>());

    private static void Fill(QStashClientOptions options, IConfiguration configuration)
    {
        IConfigurationSection section = configuration.GetSection(options.Section);
        if (!options.UrlIsSet)
        {
            options.Url = section["Url"];
        }

        if (string.IsNullOrWhiteSpace(options.Token))
        {
            options.Token = QStashVariables.Present(section["Token"]);
        }

        options.App ??= QStashVariables.Present(section["App"]);
        options.Env ??= QStashVariables.Present(section["Env"]);
        if (options.Section == QStashClientOptions.DefaultSection)
        {
            QStashVariables.Fill(options, name => QStashVariables.Present(configuration[name]) ?? Environment.GetEnvironmentVariable(name));
        }
    }
}
