// Microsoft.Azure.Functions.Worker.Core 2.52.0, https://learn.microsoft.com/dotnet/api/microsoft.azure.functions.worker
namespace Microsoft.Azure.Functions.Worker.Converters;

public interface IInputConverter
{
    ValueTask<ConversionResult> ConvertAsync(ConverterContext context);
}

public abstract class ConverterContext
{
    public abstract Type TargetType { get; }

    public abstract object? Source { get; }

    public abstract FunctionContext FunctionContext { get; }

    public abstract IReadOnlyDictionary<string, object> Properties { get; }
}

public static class ConverterContextExtensions
{
    public static bool TryGetBindingAttribute<T>(this ConverterContext context, out object? bindingAttribute)
        where T : Attribute => throw Contract.Only();

    public static bool TryGetBindingAttribute(this ConverterContext context, Type type, out object? bindingAttribute) => throw Contract.Only();
}

public readonly struct ConversionResult
{
    private ConversionResult(ConversionStatus status, object? value = null, Exception? error = null)
    {
        Status = status;
        Value = value;
        Error = error;
    }

    public ConversionStatus Status { get; }

    public object? Value { get; }

    public Exception? Error { get; }

    public static ConversionResult Unhandled() => default;

    public static ConversionResult Success(object? value) => new(ConversionStatus.Succeeded, value);

    public static ConversionResult Failed(Exception exception) => new(ConversionStatus.Failed, error: exception ?? throw new ArgumentNullException(nameof(exception)));
}

public enum ConversionStatus
{
    Unhandled,
    Succeeded,
    Failed,
}

public enum ConverterFallbackBehavior
{
    Allow = 0,
    Disallow = 1,
    Default = Allow,
}

[AttributeUsage(AttributeTargets.Class)]
public sealed class ConverterFallbackBehaviorAttribute : Attribute
{
    public ConverterFallbackBehaviorAttribute(ConverterFallbackBehavior fallbackBehavior) => Behavior = fallbackBehavior;

    public ConverterFallbackBehavior Behavior { get; }
}

[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Class | AttributeTargets.Interface | AttributeTargets.Enum | AttributeTargets.Struct, AllowMultiple = true)]
public class InputConverterAttribute : Attribute
{
    public InputConverterAttribute(Type converterType) => ConverterType = converterType ?? throw new ArgumentNullException(nameof(converterType));

    public Type ConverterType { get; }
}

[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class SupportedTargetTypeAttribute : Attribute
{
    public SupportedTargetTypeAttribute(Type targetType) => TargetType = targetType ?? throw new ArgumentNullException(nameof(targetType));

    public Type TargetType { get; }
}
