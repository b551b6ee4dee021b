using Microsoft.Azure.Functions.Worker;

namespace QStash.Serverless.AzureFunctions;

/// <summary>All contact with the worker's internals, whose static methods cannot be faked: the harness replaces it.</summary>
internal interface IWorkerBindings
{
    /// <summary>Binds an input and keeps it under the binding's name; setting the value replaces what the function's parameter of that name gets.</summary>
    ValueTask<InputBindingData<T>> BindInputAsync<T>(FunctionContext context, BindingMetadata binding);

    /// <summary>What the function returned, and what the host gets as its return value.</summary>
    InvocationResult GetInvocationResult(FunctionContext context);

    /// <summary>The function's output bindings; setting a value sends it.</summary>
    IEnumerable<OutputBindingData<object>> GetOutputBindings(FunctionContext context);
}

/// <summary>The worker itself.</summary>
internal sealed class WorkerBindings : IWorkerBindings
{
    public ValueTask<InputBindingData<T>> BindInputAsync<T>(FunctionContext context, BindingMetadata binding) => context.BindInputAsync<T>(binding);

    public InvocationResult GetInvocationResult(FunctionContext context) => context.GetInvocationResult();

    public IEnumerable<OutputBindingData<object>> GetOutputBindings(FunctionContext context) => context.GetOutputBindings<object>();
}
