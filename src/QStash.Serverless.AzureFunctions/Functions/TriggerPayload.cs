using System.Diagnostics.CodeAnalysis;

namespace QStash.Serverless.AzureFunctions;

/// <summary>Runs a function for a delivery; the first argument is what its trigger's parameter gets.</summary>
internal delegate Task<QStashResult> RunFunction(object value, QStashDelivery delivery, CancellationToken cancellationToken);

/// <summary>What a trigger's parameter is, and the engine's route that produces it.</summary>
internal abstract class TriggerPayload
{
    /// <summary>A route to one run of the function.</summary>
    internal abstract DeliveryRoute RouteTo(string function, RunFunction run);

    /// <summary>The kind of parameter, or null when a delivery cannot become one.</summary>
    internal static TriggerPayload? For(Type parameter) =>
        parameter == typeof(QStashDelivery) ? new Bare()
        : parameter.IsGenericType && parameter.GetGenericTypeDefinition() == typeof(QStashDelivery<>) ? Typed(typeof(Whole<>), parameter.GetGenericArguments()[0])
        : IsPayload(parameter) ? Typed(typeof(PayloadOnly<>), parameter)
        : null;

    // Types that JSON could be read into after a fashion, but that someone who writes them expects something else of.
    private static bool IsPayload(Type type) =>
        !type.IsByRef && !type.IsPointer && !type.IsByRefLike && !type.ContainsGenericParameters
        && type != typeof(object) && type != typeof(CancellationToken) && type != typeof(Memory<byte>) && type.FullName != "System.BinaryData"
        && !typeof(Stream).IsAssignableFrom(type) && !typeof(Delegate).IsAssignableFrom(type) && !typeof(IQStashResult).IsAssignableFrom(type)
        && !typeof(QStashMessage).IsAssignableFrom(type) && type.Namespace is var name
        && !(name?.StartsWith("Microsoft.Azure.Functions.Worker", StringComparison.Ordinal) == true || name?.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) == true);

    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "The worker invokes functions through types it makes in the same way; it does not run as native code.")]
    [UnconditionalSuppressMessage("Trimming", "IL2055", Justification = "The generic types have no constraints and need nothing of their argument.")]
    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = "Their only constructor is kept below.")]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor, typeof(Whole<>))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor, typeof(PayloadOnly<>))]
    private static TriggerPayload? Typed([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] Type kind, Type payload) =>
        IsPayload(payload) ? (TriggerPayload)Activator.CreateInstance(kind.MakeGenericType(payload))! : null;

    private sealed class Bare : TriggerPayload
    {
        internal override DeliveryRoute RouteTo(string function, RunFunction run) =>
            DeliveryRoute.To(function, (delivery, _, cancellationToken) => run(delivery, delivery, cancellationToken));
    }

    private sealed class Whole<T> : TriggerPayload
    {
        internal override DeliveryRoute RouteTo(string function, RunFunction run) =>
            DeliveryRoute.To<T>(function, (delivery, _, cancellationToken) => run(delivery, delivery, cancellationToken));
    }

    private sealed class PayloadOnly<T> : TriggerPayload
    {
        internal override DeliveryRoute RouteTo(string function, RunFunction run) =>
            DeliveryRoute.To<T>(function, (delivery, _, cancellationToken) => run(delivery.Payload!, delivery, cancellationToken));
    }
}
