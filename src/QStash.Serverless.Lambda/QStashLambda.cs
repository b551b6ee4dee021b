using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace QStash.Serverless.Lambda;

/// <summary>Where a Lambda function that receives QStash deliveries begins.</summary>
public static partial class QStashLambda
{
    /// <summary>
    /// Begins a function: map its routes, then build its handler. Settings come from <paramref name="configure"/>, then the section <c>QStash</c> of the
    /// builder's configuration (environment variables, such as <c>QStash__CurrentSigningKey</c>, unless the function adds more), then QStash's own variables.
    /// </summary>
    /// <param name="configure">Settings in code; they win.</param>
    public static QStashLambdaBuilder CreateBuilder(Action<QStashReceiverOptions>? configure = null)
    {
        ConfigurationManager configuration = new();
        configuration.AddEnvironmentVariables();
        return new QStashLambdaBuilder(new ServiceCollection(), configuration, configure, isOwn: true);
    }
}
