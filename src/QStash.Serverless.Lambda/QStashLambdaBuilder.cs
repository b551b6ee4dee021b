using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace QStash.Serverless.Lambda;

/// <summary>
/// A Lambda function in the making: its services, its settings, and what its routes lead to. A route is a template such as <c>/orders</c>,
/// <c>/orders/{id}</c>, or <c>{*path}</c> for every path; the values reach the handler as <see cref="QStashDelivery.RouteValues"/>. It is compared with the path
/// without the gateway's stage and without the path of <see cref="QStashReceiverOptions.PublicBaseUrl"/>, letters without case.
/// The HTTP method does not matter.
/// </summary>
public sealed partial class QStashLambdaBuilder
{
    private readonly RouteTable _routes = new();
    private readonly bool _isOwn;

    internal QStashLambdaBuilder(IServiceCollection services, IConfiguration configuration, Action<QStashReceiverOptions>? configure, bool isOwn)
    {
        LambdaWarmUp.Begin();
        _isOwn = isOwn;
        Services = services;
        Configuration = configuration;
        QStash = services.AddQStash(configuration, configure);
        services.AddOptions<QStashLambdaOptions>().Configure(options => LambdaOptionsRules.Apply(configuration, options)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<QStashLambdaOptions>, LambdaOptionsRules>();
        services.AddSingleton(provider => new QStashLambdaHandler(provider, new RouteTable(_routes)));
    }

    /// <summary>The function's services; a handler gets those of its delivery's scope.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The function's configuration.</summary>
    public IConfiguration Configuration { get; }

    /// <summary>What <c>AddQStash()</c> returned: <c>AddJson</c>, <c>AddClient</c>, <c>AddMiddleware</c> and the rest.</summary>
    public QStashBuilder QStash { get; }

    /// <summary>Maps a handler class for typed payloads. It need not be registered; its constructor gets services of the delivery's scope.</summary>
    /// <param name="pattern">The route template.</param>
    /// <exception cref="ArgumentException">The template cannot be read, or another route has the same.</exception>
    public QStashLambdaBuilder Map<T, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(string pattern)
        where THandler : class, IQStashHandler<T> =>
        Map(pattern, DeliveryRoute.To<T, THandler>(pattern));

    /// <summary>Maps a handler class for deliveries whose body has no meaning.</summary>
    /// <inheritdoc cref="Map{T, THandler}(string)"/>
    public QStashLambdaBuilder Map<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(string pattern)
        where THandler : class, IQStashHandler =>
        Map(pattern, DeliveryRoute.To<THandler>(pattern));

    /// <summary>Maps a handler class for typed payloads to the route that its <see cref="QStashRouteAttribute"/> states.</summary>
    /// <exception cref="InvalidOperationException">The class states no route.</exception>
    /// <exception cref="ArgumentException">The template cannot be read, or another route has the same.</exception>
    public QStashLambdaBuilder Map<T, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where THandler : class, IQStashHandler<T> =>
        Map<T, THandler>(QStashRouteAttribute.PatternOf<THandler>());

    /// <summary>Maps a handler class for deliveries whose body has no meaning to the route that its <see cref="QStashRouteAttribute"/> states.</summary>
    /// <inheritdoc cref="Map{T, THandler}()"/>
    public QStashLambdaBuilder Map<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where THandler : class, IQStashHandler =>
        Map<THandler>(QStashRouteAttribute.PatternOf<THandler>());

    /// <summary>Maps a route made with <see cref="DeliveryRoute"/>.</summary>
    /// <param name="pattern">The route template.</param>
    /// <param name="route">What deliveries lead to.</param>
    /// <exception cref="ArgumentException">The template cannot be read, or another route has the same.</exception>
    public QStashLambdaBuilder Map(string pattern, DeliveryRoute route)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(route);
        _routes.Add(pattern, route);
        return this;
    }

    /// <summary>Builds the function: settings are validated and the signing keys read, so that a bad deployment fails at its cold start.</summary>
    /// <exception cref="OptionsValidationException">A setting is out of its range.</exception>
    /// <exception cref="InvalidOperationException">
    /// No route is mapped, there are no usable signing keys, or no JSON metadata is known for a payload's type; the message says what to do. Or this builder came from
    /// <c>AddQStashLambda</c>: the app's container builds that handler.
    /// </exception>
    public QStashLambdaHandler Build()
    {
        if (!_isOwn)
        {
            throw new InvalidOperationException("This function is part of an app: take QStashLambdaHandler from the app's services instead of calling Build().");
        }

        AddDefaults(Services, Configuration);
        ServiceProvider provider = Services.BuildServiceProvider();
        try
        {
            QStashLambdaHandler handler = provider.GetRequiredService<QStashLambdaHandler>();
            handler.OwnServices = provider;
            return handler;
        }
        catch
        {
            provider.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }
    }

    // Last, so that whatever the function registers itself comes first.
    private static void AddDefaults(IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(configuration);
        services.TryAddSingleton<IHostEnvironment>(static _ => new LambdaEnvironment());
        services.TryAddSingleton<IHostApplicationLifetime, LambdaLifetime>();
        if (!services.Any(static service => service.ServiceType == typeof(ILoggerProvider)))
        {
            AddConsole(services);
        }
    }

    private static void AddConsole(IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(ILoggerFactory)))
        {
            // Something has called AddLogging() without saying where to: the client does.
            services.AddSingleton<ILoggerProvider>(static _ => LambdaConsole.OfFunction());
            services.Configure<LoggerFilterOptions>(static options => options.MinLevel = LambdaConsole.LevelOfFunction());
            return;
        }

        // The console is the whole factory: at a cold start, a logging system of providers and filters would be most of what is compiled.
        services.AddSingleton<ILoggerFactory>(static _ => LambdaConsole.OfFunction());
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
    }
}
