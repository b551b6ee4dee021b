using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace QStash.Serverless.AzureFunctions;

/// <summary>A value that a function returns, by its declared type: JSON metadata is found by that, not by what the value happens to be.</summary>
internal abstract class ReturnedValue
{
    /// <summary>The declared type, awaited; void when there is none.</summary>
    internal abstract Type Type { get; }

    /// <summary>The value as a response body.</summary>
    internal abstract QStashResult ToResult(object? value);

    /// <summary>What a function returned, awaited: the worker's reflective executor leaves ValueTasks unawaited.</summary>
    internal virtual async ValueTask<object?> AwaitAsync(object? returned)
    {
        if (returned is ValueTask task)
        {
            await task.ConfigureAwait(false);
            return null;
        }

        return returned;
    }

    /// <summary>The value that a method returns.</summary>
    internal static ReturnedValue Of(MethodInfo method) =>
        method.ReturnType.IsGenericType && method.ReturnType.GetGenericTypeDefinition() is var definition && (definition == typeof(Task<>) || definition == typeof(ValueTask<>)) ? Of(method.ReturnType.GetGenericArguments()[0])
        : method.ReturnType == typeof(void) || method.ReturnType == typeof(Task) || method.ReturnType == typeof(ValueTask) ? new None()
        : Of(method.ReturnType);

    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "The worker invokes functions through types it makes in the same way; it does not run as native code.")]
    [UnconditionalSuppressMessage("Trimming", "IL2055", Justification = "The generic type has no constraints and needs nothing of its argument.")]
    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = "Its only constructor is kept below.")]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor, typeof(Typed<>))]
    private static ReturnedValue Of(Type type) => (ReturnedValue)Activator.CreateInstance(typeof(Typed<>).MakeGenericType(type))!;

    private sealed class None : ReturnedValue
    {
        internal override Type Type => typeof(void);

        internal override QStashResult ToResult(object? value) => QStashResult.Success();
    }

    private sealed class Typed<T> : ReturnedValue
    {
        internal override Type Type => typeof(T);

        internal override QStashResult ToResult(object? value) => value is null ? QStashResult.Success() : QStashResult.Success((T)value);

        internal override ValueTask<object?> AwaitAsync(object? returned) => returned is ValueTask<T> task ? AwaitAsync(task) : ValueTask.FromResult(returned);

        private static async ValueTask<object?> AwaitAsync(ValueTask<T> task) => await task.ConfigureAwait(false);
    }
}
