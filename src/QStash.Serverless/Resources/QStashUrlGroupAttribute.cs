using System.Runtime.CompilerServices;

namespace QStash.Serverless;

/// <summary>
/// Declares that a handler or function is an endpoint of a URL group (protocol 2.8): <c>dotnet qstash plan</c> reads it, <c>apply</c> makes it so. Nothing
/// happens at run time.
/// </summary>
/// <param name="name">The group's name, as publishers use it: letters, digits, <c>_</c>, <c>.</c> and <c>-</c>.</param>
/// <param name="file">Filled in by the compiler.</param>
/// <param name="line">Filled in by the compiler.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, Inherited = false, AllowMultiple = true)]
public sealed class QStashUrlGroupAttribute(string name, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) : Attribute
{
    /// <summary>The group's name.</summary>
    public string Name { get; } = name;

    /// <summary>The endpoint's name within the group; unset for that of the handler or function.</summary>
    public string? Endpoint { get; set; }

    /// <summary>The endpoint's path below the base URL, where no attribute states a route, as in <c>/receipts</c>.</summary>
    public string? Path { get; set; }

    /// <summary>Whether the group belongs to several apps or environments; see <see cref="UrlGroup.Shared"/>.</summary>
    public bool Shared { get; set; }

    /// <summary>The source file of this declaration.</summary>
    public string File { get; } = file;

    /// <summary>The line of this declaration, from 1.</summary>
    public int Line { get; } = line;
}
