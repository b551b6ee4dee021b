using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Amazon.Lambda.AspNetCoreServer.Hosting;
using Amazon.Lambda.Core;
using Amazon.Lambda.Serialization.SystemTextJson;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using QStash.Serverless.Lambda;
using QStash.Serverless.Lambda.AspNetCoreServer;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Hosts ASP.NET Core apps with QStash endpoints on AWS Lambda.</summary>
public static class QStashLambdaHostingExtensions
{
    /// <summary>
    /// Calls Amazon's <c>AddAWSLambdaHosting</c>, so that the app runs on Lambda and on Kestrel anywhere else, and keeps the event's own URL and headers for
    /// QStash's endpoints, with <see cref="LambdaRequestFeatureExtensions.KeepLambdaEvent"/>. Before Lambda's deadline their handlers are asked to end (<see cref="QStashLambdaOptions"/>).
    /// </summary>
    /// <param name="services">The app's services; <c>AddQStash()</c> is called as ever.</param>
    /// <param name="eventSource">What calls the function; a Function URL sends what an HTTP API sends.</param>
    /// <param name="configure">Amazon's options; a hook set here runs after QStash's own.</param>
    /// <exception cref="ArgumentException">The source is WebSocket APIs, which QStash cannot call.</exception>
    [RequiresUnreferencedCode("Amazon's default serializer uses reflection: trimmed apps pass a SourceGeneratorLambdaJsonSerializer.")]
    public static IServiceCollection AddQStashLambdaHosting(this IServiceCollection services, LambdaEventSource eventSource, Action<HostingOptions>? configure = null)
    {
        AddQStash(services, eventSource);
        return services.AddAWSLambdaHosting(eventSource, options => Configure(options, configure));
    }

    /// <summary>The same with a source-generated serializer of Amazon's request and response types, for trimmed apps and shorter cold starts.</summary>
    /// <inheritdoc cref="AddQStashLambdaHosting(IServiceCollection, LambdaEventSource, Action{HostingOptions}?)"/>
    /// <param name="services">The app's services; <c>AddQStash()</c> is called as ever.</param>
    /// <param name="eventSource">What calls the function; a Function URL sends what an HTTP API sends.</param>
    /// <param name="serializer">Reads the event and writes the response.</param>
    /// <param name="configure">Amazon's options; a hook set here runs after QStash's own.</param>
    public static IServiceCollection AddQStashLambdaHosting<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(
        this IServiceCollection services, LambdaEventSource eventSource, SourceGeneratorLambdaJsonSerializer<T> serializer, Action<HostingOptions>? configure = null)
        where T : JsonSerializerContext
    {
        AddQStash(services, eventSource);
        return services.AddAWSLambdaHosting(eventSource, serializer, options => Configure(options, configure));
    }

    internal static void Configure(HostingOptions options, Action<HostingOptions>? configure)
    {
        configure?.Invoke(options);
        Action<IHttpRequestFeature, object, ILambdaContext>? next = options.PostMarshallRequestFeature;
        options.PostMarshallRequestFeature = (request, lambdaRequest, context) =>
        {
            request.KeepLambdaEvent(lambdaRequest, context);
            next?.Invoke(request, lambdaRequest, context);
        };
    }

    private static void AddQStash(IServiceCollection services, LambdaEventSource eventSource)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (eventSource == LambdaEventSource.WebsocketApi)
        {
            throw new ArgumentException("QStash delivers over HTTP and cannot call a WebSocket API: use HttpApi, RestApi or ApplicationLoadBalancer.", nameof(eventSource));
        }

        LambdaWarmUp.Begin();
        services.AddOptions<QStashLambdaOptions>().Configure<IConfiguration>(static (options, configuration) => LambdaOptionsRules.Apply(configuration, options)).ValidateOnStart();
        services.AddSingleton<Options.IValidateOptions<QStashLambdaOptions>, LambdaOptionsRules>();
        services.AddSingleton<IStartupFilter, EndpointsBeforeTheFirstEvent>();
    }
}
