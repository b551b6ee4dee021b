using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace QStash.Serverless;

/// <summary>What <c>AddQStash()</c> returns; its methods and those of other packages extend what was registered.</summary>
public sealed class QStashBuilder
{
    internal QStashBuilder(IServiceCollection services, IConfiguration configuration)
    {
        Services = services;
        Configuration = configuration;
    }

    /// <summary>The app's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The app's configuration.</summary>
    public IConfiguration Configuration { get; }

    /// <summary>Reads and writes payloads with a source-generated context and its own options. Contexts are asked in the order they were added.</summary>
    public QStashBuilder AddJson(JsonSerializerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Services.AddSingleton(new QStashJsonContext(context));
        return this;
    }

    /// <summary>Registers a handler class, scoped: one instance for each delivery.</summary>
    public QStashBuilder AddHandler<T, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where THandler : class, IQStashHandler<T>
    {
        Services.TryAddScoped<THandler>();
        return this;
    }

    /// <summary>Registers a handler class for deliveries whose body has no meaning, scoped: one instance for each delivery.</summary>
    public QStashBuilder AddHandler<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where THandler : class, IQStashHandler
    {
        Services.TryAddScoped<THandler>();
        return this;
    }

    /// <summary>Adds a step around every handler, inside those added before it.</summary>
    public QStashBuilder AddMiddleware<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TMiddleware>()
        where TMiddleware : class, IQStashMiddleware
    {
        Services.TryAddScoped<TMiddleware>();
        Services.Configure<QStashPipelineOptions>(static options => options.Middleware.Add(static services => services.GetRequiredService<TMiddleware>()));
        return this;
    }

    /// <summary>Says what an exception type becomes, instead of 500 and a retry: <see cref="QStashResult.Retry(TimeSpan)"/> or <see cref="QStashResult.DeadLetter"/>. The mapping of the most derived type wins.</summary>
    public QStashBuilder MapException<TException>(Func<TException, QStashResult> map)
        where TException : Exception
    {
        ArgumentNullException.ThrowIfNull(map);
        Services.Configure<QStashPipelineOptions>(options => options.Exceptions[typeof(TException)] = exception => map((TException)exception));
        return this;
    }

    /// <summary>Takes the signing keys from a source of the app's own instead of the configuration.</summary>
    public QStashBuilder UseSigningKeys<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSource>()
        where TSource : class, ISigningKeySource
    {
        Services.Replace(ServiceDescriptor.Singleton<ISigningKeySource, TSource>());
        return this;
    }

    /// <summary>Takes the signing keys from this source instead of the configuration.</summary>
    public QStashBuilder UseSigningKeys(ISigningKeySource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Services.Replace(ServiceDescriptor.Singleton(source));
        return this;
    }
}

/// <summary>One registered context; collected into the app's <see cref="QStashJson"/>.</summary>
internal sealed record QStashJsonContext(JsonSerializerContext Context);
