using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;

namespace QStash.Serverless.AzureFunctions;

/// <summary>An input, kept under its name.</summary>
internal sealed class HarnessInput<T>(HarnessContext context, BindingMetadata binding, T? value) : InputBindingData<T>
{
    private T? _value = value;

    public override BindingMetadata BindingMetadata => binding;

    public override T? Value
    {
        get => _value;
        set
        {
            _value = value;
            context.Inputs[binding.Name] = ConversionResult.Success(value);
        }
    }
}

/// <summary>What the function returned.</summary>
internal sealed class HarnessResult(HarnessContext context) : InvocationResult
{
    public override object? Value
    {
        get => context.Returned;
        set => context.Returned = value;
    }
}

/// <summary>An output that is sent.</summary>
internal sealed class HarnessOutput(HarnessContext context, BindingMetadata binding) : OutputBindingData<object>
{
    public override string BindingType => binding.Type;

    public override string Name => binding.Name;

    public override object? Value
    {
        get => context.Outputs.GetValueOrDefault(binding.Name);
        set => context.Outputs[binding.Name] = value;
    }
}
