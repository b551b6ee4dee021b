using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace QStash.Serverless.AzureFunctions;

/// <summary>Binds a function's parameters in the worker's order: what is bound already, the attribute's own converters, the registered ones, then what the invocation brings.</summary>
[RequiresUnreferencedCode(QStashFunctionsHarness.Reason)]
internal sealed class HarnessParameters(WorkerOptions options, IServiceProvider services)
{
    private readonly ConcurrentDictionary<Type, IInputConverter> _converters = new();

    internal async Task<object?[]> BindAsync(HarnessContext context)
    {
        ParameterInfo[] parameters = context.Definition.Metadata.Method.GetParameters();
        object?[] arguments = new object?[parameters.Length];
        for (int i = 0; i < parameters.Length; i++)
        {
            arguments[i] = await BindAsync(parameters[i], context).ConfigureAwait(false);
        }

        return arguments;
    }

    private async Task<object?> BindAsync(ParameterInfo parameter, HarnessContext context)
    {
        if (context.Inputs.TryGetValue(parameter.Name!, out ConversionResult bound))
        {
            return bound.Value;
        }

        object? source = parameter.Name == context.Definition.TriggerName ? context.Trigger : context.BindingContext.BindingData.GetValueOrDefault(parameter.Name!);
        Conversion conversion = new(parameter.ParameterType, source, context);
        BindingAttribute? binding = parameter.GetCustomAttributes().OfType<BindingAttribute>().FirstOrDefault();
        IEnumerable<Type> own = binding?.GetType().GetCustomAttributes<InputConverterAttribute>().Select(static attribute => attribute.ConverterType) ?? [];
        foreach (Type converter in own.Concat(options.InputConverters))
        {
            ConversionResult result = await _converters.GetOrAdd(converter, type => (IInputConverter)ActivatorUtilities.CreateInstance(services, type)).ConvertAsync(conversion).ConfigureAwait(false);
            if (result.Status == ConversionStatus.Succeeded)
            {
                return result.Value;
            }

            if (result.Status == ConversionStatus.Failed)
            {
                throw result.Error!;
            }
        }

        return Known(parameter, source, context);
    }

    private static object? Known(ParameterInfo parameter, object? source, HarnessContext context) =>
        parameter.ParameterType == typeof(CancellationToken) ? context.CancellationToken
        : parameter.ParameterType == typeof(FunctionContext) ? context
        : source is not null ? parameter.ParameterType.IsInstanceOfType(source) ? source : FromText(parameter, source)
        : parameter.HasDefaultValue ? parameter.DefaultValue
        : !parameter.ParameterType.IsValueType || Nullable.GetUnderlyingType(parameter.ParameterType) is not null ? null
        : throw new InvalidOperationException($"Nothing in the invocation fills parameter '{parameter.Name}', a {parameter.ParameterType}.");

    private static object FromText(ParameterInfo parameter, object source)
    {
        Type type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        try
        {
            return type == typeof(Guid) ? Guid.Parse(source.ToString()!)
                : type == typeof(DateTimeOffset) ? DateTimeOffset.Parse(source.ToString()!, CultureInfo.InvariantCulture)
                : Convert.ChangeType(source, type, CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is FormatException or InvalidCastException or OverflowException)
        {
            throw new InvalidOperationException($"Parameter '{parameter.Name}' is a {type}, and the invocation brings a {source.GetType()}: {exception.Message}", exception);
        }
    }

    private sealed class Conversion(Type target, object? source, FunctionContext context) : ConverterContext
    {
        public override Type TargetType => target;

        public override object? Source => source;

        public override FunctionContext FunctionContext => context;

        public override IReadOnlyDictionary<string, object> Properties { get; } = new Dictionary<string, object>();
    }
}
