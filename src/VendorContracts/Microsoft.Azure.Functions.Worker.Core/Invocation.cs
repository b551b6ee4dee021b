// Microsoft.Azure.Functions.Worker.Core 2.52.0, https://learn.microsoft.com/dotnet/api/microsoft.azure.functions.worker
namespace Microsoft.Azure.Functions.Worker
{
    public static class FunctionContextBindingFeatureExtensions
    {
        public static ValueTask<InputBindingData<T>> BindInputAsync<T>(this FunctionContext context, BindingMetadata bindingMetadata) => throw Contract.Only();

        public static InvocationResult<T> GetInvocationResult<T>(this FunctionContext context) => throw Contract.Only();

        public static InvocationResult GetInvocationResult(this FunctionContext context) => throw Contract.Only();

        public static IEnumerable<OutputBindingData<T>> GetOutputBindings<T>(this FunctionContext context) => throw Contract.Only();
    }

    public abstract class InputBindingData<T>
    {
        public abstract BindingMetadata BindingMetadata { get; }

        public abstract T? Value { get; set; }
    }

    public abstract class InvocationResult : InvocationResult<object>
    {
    }

    public abstract class InvocationResult<T>
    {
        public abstract T? Value { get; set; }
    }

    public abstract class OutputBindingData<T>
    {
        public abstract string BindingType { get; }

        public abstract string Name { get; }

        public abstract T? Value { get; set; }
    }
}

namespace Microsoft.Azure.Functions.Worker.Invocation
{
    public interface IFunctionExecutor
    {
        ValueTask ExecuteAsync(FunctionContext context);
    }
}
