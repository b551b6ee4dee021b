using Microsoft.Azure.Functions.Worker.Converters;

namespace QStash.Serverless.AzureFunctions;

/// <summary>What the function's trigger parameter gets, set only once the delivery is verified.</summary>
internal sealed record VerifiedTrigger(object Value, CancellationToken CancellationToken);

/// <summary>Feeds the trigger's parameter, and fails the invocation when nothing has verified the delivery.</summary>
internal sealed class QStashTriggerConverter : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) =>
        context.FunctionContext.Features.Get<VerifiedTrigger>() is { } verified
            ? ValueTask.FromResult(ConversionResult.Success(verified.Value))
            : throw new InvalidOperationException(
                $"Function '{context.FunctionContext.FunctionDefinition.Name}' was about to run for a delivery that nothing has verified. Call UseQStash() on the worker's builder, after ConfigureFunctionsWebApplication() where that is used.");
}

/// <summary>Gives QStash functions the token of the pipeline, which middleware may have narrowed, instead of the invocation's.</summary>
internal sealed class DeliveryCancellationConverter : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) =>
        ValueTask.FromResult(context.TargetType == typeof(CancellationToken) && context.FunctionContext.Features.Get<VerifiedTrigger>() is { } verified
            ? ConversionResult.Success(verified.CancellationToken)
            : ConversionResult.Unhandled());
}
