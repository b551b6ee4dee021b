using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace QStash.Serverless.AzureFunctions;

/// <summary>
/// What a function's return value means for the delivery: a result; an object with outputs, of which at most one property is the result; or a response body.
/// </summary>
internal sealed class FunctionAnswer
{
    private readonly Kind _kind;
    private readonly PropertyInfo? _result;

    private FunctionAnswer(ReturnedValue value, Kind kind, PropertyInfo? result = null)
    {
        Value = value;
        _kind = kind;
        _result = result;
    }

    private enum Kind
    {
        Nothing,
        Result,
        Outputs,
        Body,
    }

    /// <summary>What is returned.</summary>
    internal ReturnedValue Value { get; }

    /// <summary>Whether it is an object with outputs, or with the result in a property.</summary>
    internal bool IsTakenApart => _kind == Kind.Outputs;

    /// <summary>The type whose JSON metadata the response body needs, or null.</summary>
    internal Type? Json => BodyType is { } body && !IsBytesOrText(body) && !IsMessage(body) ? body : null;

    private Type? BodyType =>
        _kind == Kind.Body ? Value.Type
        : _kind == Kind.Result && Value.Type.IsGenericType ? Value.Type.GetGenericArguments()[0]
        : _result?.PropertyType is { IsGenericType: true } typed ? typed.GetGenericArguments()[0]
        : null;

    /// <summary>Reads a method's return type.</summary>
    /// <param name="method">The function's method.</param>
    /// <param name="errors">Told what is wrong with it.</param>
    internal static FunctionAnswer Of(MethodInfo method, Action<string> errors)
    {
        ReturnedValue value = ReturnedValue.Of(method);
        Type type = value.Type;
        if (type == typeof(void))
        {
            return new(value, Kind.Nothing);
        }

        if (typeof(IQStashResult).IsAssignableFrom(type))
        {
            if (type.IsGenericType && IsMessage(type.GetGenericArguments()[0]))
            {
                errors($"{Name(type)} would make a response body of a message to publish; return QStashResult.Success(message), or the message itself");
            }

            return new(value, Kind.Result);
        }

        PropertyInfo[] properties = Properties(type);
        PropertyInfo[] results = [.. properties.Where(static property => typeof(IQStashResult).IsAssignableFrom(property.PropertyType))];
        if (results.Length > 1)
        {
            errors($"{Name(type)} has {results.Length} properties that are results ({string.Join(", ", results.Select(static property => property.Name))}); leave one");
        }

        if (IsHttpResponse(type) || properties.FirstOrDefault(static property => IsHttpResponse(property.PropertyType) || IsHttpResult(property)) is not null)
        {
            errors($"it answers with an HTTP response of its own in {Name(type)}; QStash needs the answer of a QStashResult: return one, or give the class a property of that type");
        }

        return results.Length > 0 || properties.Any(IsOutput)
            ? new(value, Kind.Outputs, results.FirstOrDefault())
            : new(value, Kind.Body);
    }

    /// <summary>The output properties for others than QStash that the Functions SDK has not found, so that their values would be lost.</summary>
    internal IEnumerable<string> Lost(IReadOnlyCollection<string> found) =>
        Properties(_kind == Kind.Result && BodyType is { } inside ? inside : Value.Type).Where(property => IsOutput(property) && !IsOurs(property) && !IsHttpResult(property) && !found.Contains(property.Name)).Select(static property => property.Name);

    /// <summary>The decision; null where a result is due and none was returned, which the engine answers.</summary>
    internal QStashResult ToResult(object? returned) => _kind switch
    {
        Kind.Result => (returned as IQStashResult)?.ToResult()!,
        Kind.Outputs when _result is null => QStashResult.Success(),
        Kind.Outputs => (returned is null ? null : _result.GetValue(returned) as IQStashResult)?.ToResult()!,
        _ => Value.ToResult(returned),
    };

    /// <summary>What outputs are read from: the object itself, or the body of a result.</summary>
    internal static object? ForOutputs(object? returned) => returned is IQStashResult result ? result.ToResult().Body : returned;

    private static bool IsMessage(Type type) => typeof(QStashMessage).IsAssignableFrom(type) || typeof(IEnumerable<QStashMessage>).IsAssignableFrom(type);

    private static bool IsOutput(PropertyInfo property) => property.IsDefined(typeof(OutputBindingAttribute), inherit: true);

    private static bool IsOurs(PropertyInfo property) => property.IsDefined(typeof(QStashOutputAttribute), inherit: true);

    private static bool IsHttpResult(PropertyInfo property) => property.IsDefined(typeof(Microsoft.Azure.Functions.Worker.HttpResultAttribute), inherit: true);

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Asked only of types that functions name; what was trimmed from them is not returned.")]
    internal static bool IsHttpResponse(Type type) =>
        typeof(Microsoft.Azure.Functions.Worker.Http.HttpResponseData).IsAssignableFrom(type)
        || type.GetInterfaces().Append(type).Any(static each => each.FullName is "Microsoft.AspNetCore.Mvc.IActionResult" or "Microsoft.AspNetCore.Http.IResult");

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "The worker reads the outputs of the same types by reflection too.")]
    private static PropertyInfo[] Properties(Type type) =>
        IsBytesOrText(type) || typeof(IEnumerable).IsAssignableFrom(type) ? [] : [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(static property => property.GetIndexParameters().Length == 0)];

    private static bool IsBytesOrText(Type type) =>
        type == typeof(string) || type == typeof(byte[]) || type == typeof(ReadOnlyMemory<byte>) || type == typeof(Memory<byte>);

    private static string Name(Type type) => type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : type.Name;
}
