using Microsoft.Extensions.Configuration;
using QStash.Serverless;
using QStash.Serverless.Lambda;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the handler of a Lambda function's QStash deliveries.</summary>
public static class QStashLambdaServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="QStashLambdaHandler"/> in an app that has services of its own, such as a function written with Amazon's annotations. The handler is
    /// built when it is first asked for: ask for it in the constructor of the function class, so that missing signing keys fail the cold start.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Settings in code; they win.</param>
    /// <param name="configuration">The app's configuration; environment variables when null.</param>
    public static QStashLambdaBuilder AddQStashLambda(this IServiceCollection services, Action<QStashReceiverOptions>? configure = null, IConfiguration? configuration = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        configuration ??= services.LastOrDefault(static service => service.ServiceType == typeof(IConfiguration))?.ImplementationInstance as IConfiguration;
        return new QStashLambdaBuilder(services, configuration ?? QStashLambda.FromEnvironment(), configure, isOwn: false);
    }
}
