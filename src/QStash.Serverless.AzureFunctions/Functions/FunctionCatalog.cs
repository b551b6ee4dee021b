using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace QStash.Serverless.AzureFunctions;

/// <summary>
/// The app's functions by name. Filled when they are indexed; in a process that the host sends functions to without asking it for them first, at their first
/// invocation.
/// </summary>
internal sealed class FunctionCatalog(QStashJson json, IServiceProvider services)
{
    private readonly ConcurrentDictionary<string, KnownFunction> _functions = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Keeps what is known of a function.</summary>
    internal void Add(string name, KnownFunction function) => _functions[name] = function;

    /// <summary>What is known of a function by name.</summary>
    internal KnownFunction? Find(string name) => _functions.GetValueOrDefault(name);

    /// <summary>What is known of a function that is invoked.</summary>
    /// <exception cref="InvalidOperationException">The function is not as it must be; the text says what to change.</exception>
    internal KnownFunction Find(FunctionDefinition definition)
    {
        if (_functions.TryGetValue(definition.Name, out KnownFunction? known))
        {
            return known;
        }

        List<string> errors = [];
        known = FunctionMethods.Find(definition.PathToAssembly, definition.EntryPoint, definition.Name) is { } method
            ? Describe(
                definition.Name,
                method,
                [.. definition.OutputBindings.Values.Where(static output => output.Name is not "$return" and not QStashFunction.ReplyOutput).Select(static output => output.Name)],
                errors)
            : KnownFunction.Foreign;
        return errors.Count == 0 ? _functions.GetOrAdd(definition.Name, known) : throw new InvalidOperationException(string.Join(Environment.NewLine, errors));
    }

    /// <summary>Reads a function's method.</summary>
    /// <param name="name">The function's name.</param>
    /// <param name="method">Its method.</param>
    /// <param name="otherOutputs">The names of its output bindings, without ours and the answer's.</param>
    /// <param name="errors">Gets what is wrong with it, one text each, which names function and parameter and says what to do.</param>
    internal KnownFunction Describe(string name, MethodInfo method, IReadOnlyCollection<string> otherOutputs, List<string> errors)
    {
        ParameterInfo[] triggers = [.. method.GetParameters().Where(static parameter => parameter.IsDefined(typeof(QStashTriggerAttribute), inherit: false))];
        string? template = triggers is [var one, ..] ? one.GetCustomAttribute<QStashTriggerAttribute>()!.Route ?? name : HttpRoute(name, method);
        RouteTemplate? route = template is null ? null : new RouteTemplate(template);
        FunctionOutputs? outputs = ReadOutputs(name, method, template, triggers.Length > 0, errors);
        if (triggers.Length == 0 && outputs is not null && FunctionAnswer.ResultOf(method) is not null)
        {
            errors.Add($"Function '{name}': a QStashResult is an answer to QStash, but no [QStashTrigger] runs the function, so that a retry or a dead letter would be published too; return only what is to be published.");
        }

        QStashFunction? function = triggers.Length == 0 ? null : FunctionRules.Read(name, method, triggers, route!, outputs, otherOutputs, json, errors);
        return function is null && outputs is null ? KnownFunction.Foreign : new KnownFunction(function, outputs, route, outputs is null ? null : ReturnedValue.Of(method));
    }

    private static string? HttpRoute(string name, MethodInfo method) =>
        method.GetParameters().Select(static parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(static http => http is not null) is { } http ? http.Route ?? name : null;

    private FunctionOutputs? ReadOutputs(string name, MethodInfo method, string? template, bool hasDelivery, List<string> errors)
    {
        try
        {
            return FunctionOutputs.Of(name, method, template, hasDelivery, services) is { IsEmpty: false } outputs ? outputs : null;
        }
        catch (InvalidOperationException exception)
        {
            errors.Add(exception.Message);
            return null;
        }
    }
}
