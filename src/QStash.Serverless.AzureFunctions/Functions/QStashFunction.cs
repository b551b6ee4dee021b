using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace QStash.Serverless.AzureFunctions;

/// <summary>A function that a delivery runs: everything about it that need not be looked up again.</summary>
/// <param name="Name">The function's name, which is also its route's in the engine.</param>
/// <param name="ParameterName">The trigger's parameter.</param>
/// <param name="Payload">What that parameter gets.</param>
/// <param name="Answer">What its return value means.</param>
/// <param name="Route">Where it is called.</param>
/// <param name="OtherOutputs">The output bindings besides ours, by name, and the properties that feed them.</param>
internal sealed record QStashFunction(
    string Name, string ParameterName, TriggerPayload Payload, FunctionAnswer Answer, RouteTemplate Route, IReadOnlyDictionary<string, PropertyInfo> OtherOutputs)
{
    /// <summary>The name of the HTTP output of a function that has other outputs: <c>$return</c> could only be the only one.</summary>
    internal const string ReplyOutput = "qstashReply";

    /// <summary>What it publishes to QStash; null when nothing.</summary>
    internal FunctionOutputs? Outputs { get; init; }

    /// <summary>The decision, and with a success the messages of its outputs.</summary>
    internal QStashResult ToResult(object? returned, QStashDelivery delivery)
    {
        QStashResult result = Answer.ToResult(returned);
        if (Outputs is null || result?.Outcome != QStashOutcome.Success)
        {
            return result!;
        }

        IReadOnlyList<QStashMessage> messages = Outputs.Collect(FunctionAnswer.ForOutputs(returned), delivery, delivery.RouteValues);
        if (!Outputs.IsReturnValue)
        {
            return result.WithMessages(messages);
        }

        // The returned value is what is published, so it is not the response body; a returned message has been collected already.
        return QStashResult.Success([.. returned is IQStashResult ? result.Messages : [], .. messages]);
    }

    /// <summary>Sends the reply, and with a success what the function returned for its other outputs.</summary>
    internal void BindOutputs(IEnumerable<OutputBindingData<object>> outputs, HttpResponseData reply, object? returned)
    {
        foreach (OutputBindingData<object> output in outputs)
        {
            if (output.Name == ReplyOutput)
            {
                output.Value = reply;
            }
            else if (returned is not null && OtherOutputs.GetValueOrDefault(output.Name)?.GetValue(returned) is { } value)
            {
                output.Value = value;
            }
        }
    }

    /// <summary>The property that feeds an output binding, or null.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "The worker reads the outputs of the same types by reflection too.")]
    internal static PropertyInfo? Property(Type returned, string output) => returned.GetProperty(output, BindingFlags.Public | BindingFlags.Instance);
}

/// <summary>Any function of the app.</summary>
/// <param name="Trigger">What is to know when a delivery runs it; null when something else does.</param>
/// <param name="Outputs">What it publishes; null when nothing.</param>
/// <param name="Template">Its HTTP route, or null.</param>
/// <param name="Returned">What it returns; null when nothing is published.</param>
internal sealed record KnownFunction(QStashFunction? Trigger, FunctionOutputs? Outputs, RouteTemplate? Template, ReturnedValue? Returned)
{
    internal static KnownFunction Foreign { get; } = new(null, null, null, null);
}
