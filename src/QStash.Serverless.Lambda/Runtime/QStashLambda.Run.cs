using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using QStash.Serverless.Lambda.Local;

namespace QStash.Serverless.Lambda;

/// <content>Running a function without any Amazon package.</content>
public static partial class QStashLambda
{
    /// <summary>
    /// Runs the process as a Lambda function, without any Amazon package. On Lambda (<c>AWS_LAMBDA_RUNTIME_API</c> is set) it handles invocations until the
    /// sandbox ends it; anywhere else it serves the function over HTTP on this machine, as <see cref="LambdaFunctionUrl"/> does, until Ctrl+C.
    /// </summary>
    /// <remarks>
    /// Where: <c>--urls http://127.0.0.1:5001</c> on the command line, else <c>ASPNETCORE_URLS</c>, else <c>http://127.0.0.1:5000</c>; loopback only. On
    /// SIGTERM, invocations in progress have 1.5 seconds to end before their tokens fire. With <c>AWS_LAMBDA_MAX_CONCURRENCY</c> that many invocations run
    /// side by side.
    /// </remarks>
    /// <param name="create">Builds the function. What it throws, Lambda shows as the error of the initialization.</param>
    /// <param name="cancellationToken">Stops as SIGTERM does.</param>
    /// <exception cref="InvalidOperationException">The function could not be built, or the Runtime API cannot be used any more: let it end the process.</exception>
    public static async Task RunAsync(Func<QStashLambdaHandler> create, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(create);
        using Termination termination = new(cancellationToken);
        await (Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API") is { Length: > 0 } endpoint
            ? RunOnLambdaAsync(endpoint, create, termination.Token)
            : LocalRun.RunAsync(create, termination.Token)).ConfigureAwait(false);
    }

    private static async Task RunOnLambdaAsync(string endpoint, Func<QStashLambdaHandler> create, CancellationToken stopping)
    {
        using RuntimeApi api = new(endpoint, TimeProvider.System);
        QStashLambdaHandler? handler = null;
        try
        {
            handler = create();
            await handler.WarmUpAsync(stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception)
        {
            // Lambda shows it, and starts the function anew; the process must not go on without what has failed.
            await api.FailInitAsync(LambdaError.Of(exception), CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        await using (handler.ConfigureAwait(false))
        {
            int concurrency = int.TryParse(Environment.GetEnvironmentVariable("AWS_LAMBDA_MAX_CONCURRENCY"), NumberStyles.None, CultureInfo.InvariantCulture, out int most) && most > 1 ? most : 1;
            RuntimeLoop loop = new(api, handler.HandleAsync, concurrency, handler.Services.GetRequiredService<TimeProvider>(), handler.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(QStashLambda).FullName!));
            await loop.RunAsync(stopping).ConfigureAwait(false);
        }
    }

    /// <summary>Ctrl+C and SIGTERM, as a token instead of the end of the process.</summary>
    private sealed class Termination : IDisposable
    {
        private readonly CancellationTokenSource _source;
        private readonly PosixSignalRegistration _terminate;
        private readonly PosixSignalRegistration _interrupt;

        internal Termination(CancellationToken cancellationToken)
        {
            _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, On);
            _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, On);
        }

        internal CancellationToken Token => _source.Token;

        public void Dispose()
        {
            _terminate.Dispose();
            _interrupt.Dispose();
            _source.Dispose();
        }

        private void On(PosixSignalContext signal)
        {
            // A second signal ends the process at once.
            signal.Cancel = !_source.IsCancellationRequested;
            _source.Cancel();
        }
    }
}
