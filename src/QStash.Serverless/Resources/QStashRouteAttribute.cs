using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace QStash.Serverless;

/// <summary>
/// States the route of a handler class, for everyone who needs it: <c>MapQStash&lt;THandler&gt;()</c> and the Lambda builder's <c>Map&lt;THandler&gt;()</c> map it
/// there, and declared schedules and URL groups send there.
/// </summary>
/// <param name="pattern">The route, such as <c>/orders/placed</c>. Only one without parameters can be the destination of a schedule or a URL group.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, Inherited = false)]
public sealed class QStashRouteAttribute([StringSyntax("Route")] string pattern) : Attribute
{
    /// <summary>The route.</summary>
    public string Pattern { get; } = pattern;

    /// <summary>The route that a handler class states.</summary>
    /// <exception cref="InvalidOperationException">It states none.</exception>
    public static string PatternOf<THandler>() => typeof(THandler).GetCustomAttribute<QStashRouteAttribute>(inherit: false)?.Pattern
        ?? throw new InvalidOperationException($"'{typeof(THandler)}' states no route: put [QStashRoute(\"/...\")] on the class, or name the route where it is mapped.");
}
