using System.Diagnostics.CodeAnalysis;

namespace QStash.Serverless.Infra;

/// <summary>Says what belongs to a URL group: its endpoints, and the options of messages to it.</summary>
public sealed class UrlGroupBuilder
{
    private readonly Declarations _declarations;
    private readonly DeclaredAt _at;
    private readonly GroupDeclaration _group;

    internal UrlGroupBuilder(Declarations declarations, DeclaredAt at, GroupDeclaration group)
    {
        _declarations = declarations;
        _at = at;
        _group = group;
    }

    /// <summary>Adds a handler with a <see cref="QStashRouteAttribute"/>, or a function with a <c>[QStashTrigger]</c>, by its route below the base URL.</summary>
    /// <typeparam name="THandler">The handler's class, or the one that the function is in.</typeparam>
    /// <param name="method">The function's method, by <c>nameof</c>; null for a handler, or for the only function of its class.</param>
    /// <param name="name">The endpoint's name within the group; null for that of the handler or function.</param>
    public UrlGroupBuilder Endpoint<THandler>(string? method = null, string? name = null) => Endpoint(typeof(THandler), method, name);

    /// <summary>Adds a handler or function of a class that can be no type argument, because it is static.</summary>
    /// <param name="handler">The class.</param>
    /// <param name="method">The function's method, by <c>nameof</c>; null for the only function of its class.</param>
    /// <param name="name">The endpoint's name within the group; null for that of the function.</param>
    [SuppressMessage("Usage", "CA2263", Justification = "This is the overload for types that cannot be type arguments.")]
    public UrlGroupBuilder Endpoint(Type handler, string? method = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Destined destined = _declarations.Routes.Of(handler, method);
        return Add(_declarations.Url(_at, _group.Subject, destined), name ?? destined.Name);
    }

    /// <summary>Adds a path below the base URL, for what no attribute states.</summary>
    /// <param name="path">The path, such as <c>/receipts</c>.</param>
    /// <param name="name">The endpoint's name within the group; null for none.</param>
    public UrlGroupBuilder EndpointPath(string path, string? name = null) => Add(_declarations.Path(_at, $"{_group.Subject}: the path", path), name);

    /// <summary>Adds a URL outside the app.</summary>
    /// <param name="url">An absolute http or https URL, sent exactly as given.</param>
    /// <param name="name">The endpoint's name within the group; null for none.</param>
    public UrlGroupBuilder Endpoint(string url, string? name = null) => Add(_declarations.AbsoluteUrl(_at, $"{_group.Subject}: the endpoint", url, "EndpointPath"), name);

    /// <summary>Sets the options of messages to the group that do not set them themselves. QStash does not show them, and forgets those that were set before.</summary>
    /// <param name="defaults">The options; those of a single message, a deduplication id or an instant, are refused. A callback's URL may be a path below the base URL.</param>
    public UrlGroupBuilder Defaults(PublishOptions defaults)
    {
        ArgumentNullException.ThrowIfNull(defaults);
        _group.SetDefaults(_at, defaults);
        return this;
    }

    internal UrlGroupBuilder Add(string? url, string? name)
    {
        _group.Add(_at, url, name);
        return this;
    }
}
