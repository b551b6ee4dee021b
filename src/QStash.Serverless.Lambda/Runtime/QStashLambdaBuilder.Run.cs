namespace QStash.Serverless.Lambda;

/// <content>Running what was built.</content>
public sealed partial class QStashLambdaBuilder
{
    /// <summary>Builds the function and runs the process as it: on Lambda, or locally. What building throws, Lambda shows as the error of the initialization.</summary>
    /// <param name="cancellationToken">Stops as SIGTERM does.</param>
    /// <exception cref="InvalidOperationException">The function could not be built, or the Runtime API cannot be used any more: let it end the process.</exception>
    /// <seealso cref="QStashLambda.RunAsync"/>
    public Task RunAsync(CancellationToken cancellationToken = default) => QStashLambda.RunAsync(Build, cancellationToken);
}
