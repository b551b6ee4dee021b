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
    internal object? Returned { get; private set; }

    public async ValueTask ExecuteAsync(FunctionContext context)
    {
        await inner.ExecuteAsync(context).ConfigureAwait(false);
        InvocationResult result = worker.GetInvocationResult(context);
        Returned = result.Value;
        if (take)
        {
            result.Value = null;
        }
    }
}
