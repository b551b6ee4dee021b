using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace QStash.Serverless.Lambda;

/// <summary>Where a Lambda function that receives QStash deliveries begins.</summary>
public static partial class QStashLambda
{
    /// <summary>
    /// Begins a function: map its routes, then build its handler. Settings come from <paramref name="configure"/>, then the section <c>QStash</c> of
    /// <paramref name="configuration"/>, then QStash's own variables.
    /// </summary>
    /// <param name="configure">Settings in code; they win.</param>
    /// <param name="configuration">The function's configuration; when null, environment variables, such as <c>QStash__CurrentSigningKey</c>.</param>
    public static QStashLambdaBuilder CreateBuilder(Action<QStashReceiverOptions>? configure = null, IConfiguration? configuration = null) =>
        new(new ServiceCollection(), configuration ?? FromEnvironment(), configure, isOwn: true);

    internal static IConfiguration FromEnvironment() => new ConfigurationBuilder().AddEnvironmentVariables().Build();
}
