using System.Text;

namespace QStash.Serverless.Infra;

/// <summary>Finds the routes of handlers and functions: what <c>[QStashTrigger]</c> or <see cref="QStashRouteAttribute"/> states.</summary>
internal sealed class Routes(string routePrefix)
{
    private const string Trigger = "QStash.Serverless.AzureFunctions.QStashTriggerAttribute";
    private const string Function = "Microsoft.Azure.Functions.Worker.FunctionAttribute";
    private const string Route = "QStash.Serverless.QStashRouteAttribute";

    private readonly string _functions = routePrefix.Trim('/') is { Length: > 0 } prefix ? $"/{prefix}/" : "/";

    /// <summary>The route of a class, or of a method of it.</summary>
    internal Destined Of(Type type, string? method)
    {
        ClassMetadata known = AssemblyMetadata.Of(type.Assembly).Class(type);
        if (method is null)
        {
            return Of(known);
        }

        MethodMetadata[] named = [.. known.Methods.Where(candidate => candidate.Name == method)];
        MethodMetadata[] routed = [.. named.Where(static candidate => Stated(candidate) is not null)];
        return (named, routed) switch
        {
            ([], _) => Destined.Refused(known.Name, method, $"{known.Name} has no method '{method}'."),
            (_, [var one]) => Of(one),
            (_, []) => Of(named[0]),
            _ => Destined.Refused(known.Name, method, $"{known.Name} has several methods '{method}' with a route: give one of them another name."),
        };
    }

    /// <summary>The route of a class: its own, or that of its only function.</summary>
    internal Destined Of(ClassMetadata type)
    {
        MethodMetadata[] functions = [.. type.Methods.Where(static method => TriggerOf(method) is not null)];
        AttributeMetadata? own = type.Attribute(Route);
        return (own, functions) switch
        {
            (not null, []) => At(type.Name, type.ShortName, own.Text(0) ?? "", "/"),
            (null, [var one]) => Of(one),
            (null, []) => Destined.Refused(type.Name, type.ShortName, $"no route of {type.Name} is known: put [QStashRoute(\"/...\")] on it, or name its path."),
            _ => Destined.Refused(type.Name, type.ShortName, $"{type.Name} has several routes ({string.Join(", ", functions.Select(static method => method.Name))}): name the method that is meant."),
        };
    }

    /// <summary>The route of a method.</summary>
    internal Destined Of(MethodMetadata method)
    {
        string member = $"{method.Class.Name}.{method.Name}";
        string? function = method.Attribute(Function)?.Text(0);
        if (TriggerOf(method) is { } trigger)
        {
            return trigger.Text(0) is null && function is null ? Destined.Refused(member, method.Name, $"{member} has a [QStashTrigger] but no [Function(\"...\")] to be a function by.")
                : trigger.Number("AuthLevel") is > 0 ? Destined.Refused(member, function ?? method.Name, $"{member} asks for a function key, which QStash would have to call with: leave AuthLevel out, since the signature is the authentication, or name the URL with its ?code=.")
                : At(member, function ?? method.Name, trigger.Text(0) ?? function!, _functions);
        }

        return method.Attribute(Route) is { } route
            ? At(member, function ?? method.Name, route.Text(0) ?? "", "/")
            : Destined.Refused(member, function ?? method.Name, $"no route of {member} is known: put [QStashRoute(\"/...\")] on it, or name its path.");
    }

    private static AttributeMetadata? Stated(MethodMetadata method) => TriggerOf(method) ?? method.Attribute(Route);

    private static AttributeMetadata? TriggerOf(MethodMetadata method) => method.ParameterAttribute(Trigger);

    private static Destined At(string member, string name, string template, string prefix)
    {
        string path = prefix + Escaped(template.TrimStart('/'));
        return template.AsSpan().IndexOfAny('{', '}') >= 0 || template.Contains('*', StringComparison.Ordinal)
            ? Destined.Refused(member, name, $"the route '{template}' of {member} has a parameter, and a message needs one exact URL: name its path.")
            : Destination.Refusal("https://base" + path) is { } refusal ? Destined.Refused(member, name, $"the route '{template}' of {member} {refusal}")
            : new Destined(member, name, path, null);
    }

    // Routes are written as people read them, URLs as HTTP carries them.
    private static string Escaped(string template)
    {
        StringBuilder path = new();
        foreach (Rune rune in template.EnumerateRunes())
        {
            path.Append(rune.IsAscii && rune.Value != ' ' ? rune.ToString() : Uri.EscapeDataString(rune.ToString()));
        }

        return path.ToString();
    }
}

/// <summary>A handler or function as a destination.</summary>
/// <param name="Member">The class, or the class and the method.</param>
/// <param name="Name">What it is called: the function's name, or the class's.</param>
/// <param name="Path">Its path below the base URL; null when there is a problem.</param>
/// <param name="Problem">Why there is no path, and what to do.</param>
internal sealed record Destined(string Member, string Name, string? Path, string? Problem)
{
    internal static Destined Refused(string member, string name, string problem) => new(member, name, null, problem);
}
