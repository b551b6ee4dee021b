using System.Runtime.ExceptionServices;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Invocation;

namespace QStash.Serverless.AzureFunctions;

/// <summary>
/// Runs the function and keeps what it returned: where it has named outputs, the worker takes the object apart and drops it before any middleware sees it.
/// </summary>
/// <param name="inner">What runs the function.</param>
/// <param name="worker">The worker.</param>
/// <param name="take">Whether the worker shall not see the object at all, so that it binds no output of it.</param>
internal sealed class ReturnCapture(IFunctionExecutor inner, IWorkerBindings worker, bool take) : IFunctionExecutor
{
    private bool _hasReturned;
    private ExceptionDispatchInfo? _thrown;

    /// <summary>What the function returned when it last ran; null when it did not.</summary>
    internal object? Returned { get; private set; }

    public async ValueTask ExecuteAsync(FunctionContext context)
    {
        (_hasReturned, _thrown, Returned) = (false, null, null);
        try
        {
            await inner.ExecuteAsync(context).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _thrown = ExceptionDispatchInfo.Capture(exception);
            throw;
        }

        InvocationResult result = worker.GetInvocationResult(context);
        Returned = result.Value;
        _hasReturned = true;
        if (take)
        {
            result.Value = null;
        }
    }

    /// <summary>Refuses to take for a success that the pipeline came back: middleware can catch what the function throws, and can end an invocation without it.</summary>
    /// <exception cref="InvalidOperationException">The function has not run. What it threw is thrown again.</exception>
    internal void ThrowUnlessReturned(string function)
    {
        _thrown?.Throw();
        if (!_hasReturned)
        {
            throw new InvalidOperationException(
                $"Function '{function}' has not run: a middleware of the worker ended its invocation, so the delivery is not done. Let that middleware pass QStash functions on, or add it before UseQStash().");
        }
    }
}
