using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace QStash.Serverless.AzureFunctions;

/// <summary>What a QStash function must be like.</summary>
internal static class FunctionRules
{
    private const string Payloads = "QStashDelivery<T>, QStashDelivery, a payload type, QStashCallback, string, byte[] or ReadOnlyMemory<byte>";

    /// <summary>Reads a method with a QStash trigger; what is wrong with it goes to <paramref name="errors"/>.</summary>
    internal static QStashFunction? Read(
        string name, MethodInfo method, ParameterInfo[] triggers, RouteTemplate route, FunctionOutputs? outputs, IReadOnlyCollection<string> otherOutputs, QStashJson json, List<string> errors)
    {
        int before = errors.Count;
        ParameterInfo trigger = triggers[0];
        void Wrong(string what) => errors.Add($"Function '{name}', parameter '{trigger.Name}': {what}.");

        if (method.GetParameters().Where(static parameter => parameter.GetCustomAttribute<TriggerBindingAttribute>() is not null).Skip(1).FirstOrDefault() is { } second)
        {
            Wrong($"the function has a second trigger, '{second.Name}'; a function has one: split it in two that call the same code");
        }

        if (method.GetCustomAttribute<RetryAttribute>() is { } retry)
        {
            Wrong($"[{retry.GetType().Name.Replace("Attribute", "", StringComparison.Ordinal)}] has no effect on it, since QStash is what retries; remove it, and set the retries where the message is published");
        }

        if (route.Text.Length == 0 || route.Text[0] is '/' or '~' || route.Text.Contains("://", StringComparison.Ordinal))
        {
            Wrong($"the route '{route.Text}' is none; write it below the route prefix and without a leading slash, as in orders/placed");
        }

        if (trigger.IsDefined(typeof(InputConverterAttribute), inherit: true))
        {
            Wrong("an [InputConverter] on it would get round the verification; remove it");
        }

        if (trigger.ParameterType.IsDefined(typeof(InputConverterAttribute), inherit: true))
        {
            Wrong($"the [InputConverter] on {trigger.ParameterType.Name} would get round the verification; take a QStashDelivery<{trigger.ParameterType.Name}> instead");
        }

        TriggerPayload? payload = TriggerPayload.For(trigger.ParameterType);
        if (payload is null)
        {
            Wrong($"a delivery cannot become a {trigger.ParameterType}; use {Payloads}");
        }

        FunctionAnswer answer = FunctionAnswer.Of(method, Wrong);
        if (outputs?.IsReturnValue == true && answer.IsTakenApart)
        {
            Wrong($"the [QStashOutput] on the method would publish all of {answer.Value.Type.Name}, the answer and other outputs in it; put it on the property that is to be published");
        }

        CheckJson(name, payload, answer, outputs, json, Wrong);
        foreach (string lost in answer.Lost(otherOutputs))
        {
            Wrong($"the Functions SDK does not see the output '{lost}' where it is; declare it in the class that the function returns itself or in a Task, with a property of type QStashResult beside it for the answer");
        }

        Dictionary<string, PropertyInfo> others = new(StringComparer.Ordinal);
        foreach (string output in otherOutputs)
        {
            if (output == "$return")
            {
                Wrong("the return value is the answer to QStash, so no other output binding can be on the method; put it on a property of the class that the function returns");
            }
            else if (QStashFunction.Property(answer.Value.Type, output) is { } property)
            {
                others[output] = property;
            }
            else
            {
                Wrong($"the output '{output}' has no property of that name in {answer.Value.Type.Name}");
            }
        }

        return errors.Count > before ? null : new QStashFunction(name, trigger.Name!, payload!, answer, route, others) { Outputs = outputs };
    }

    private static void CheckJson(string name, TriggerPayload? payload, FunctionAnswer answer, FunctionOutputs? outputs, QStashJson json, Action<string> wrong)
    {
        try
        {
            payload?.RouteTo(name, static (_, _, _) => Task.FromResult(QStashResult.Success())).Validate(json);
            if (answer.Json is { } body && outputs?.IsReturnValue != true)
            {
                json.GetTypeInfo(body);
            }
        }
        catch (InvalidOperationException exception)
        {
            wrong(exception.Message.TrimEnd('.'));
        }
    }
}
