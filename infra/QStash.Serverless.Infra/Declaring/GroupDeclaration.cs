using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>A URL group as far as it is declared: attributes and code may add to it from many places.</summary>
internal sealed class GroupDeclaration(Declarations declarations, DeclaredAt at, UrlGroup group)
{
    private readonly List<(DeclaredAt At, UrlGroupEndpoint Endpoint)> _endpoints = [];
    private PublishOptions? _defaults;
    private DeclaredAt? _defaultsAt;
    private bool _hasRefused;

    internal UrlGroup Group => group;

    internal DeclaredAt At => at;

    internal string Subject => $"URL group '{group}'";

    /// <summary>Adds an endpoint.</summary>
    /// <param name="place">Where it is declared.</param>
    /// <param name="url">Its URL; null when it was refused, so that the group is not said to have no endpoint besides.</param>
    /// <param name="name">Its name, or null.</param>
    internal void Add(DeclaredAt place, string? url, string? name)
    {
        if (url is null)
        {
            _hasRefused = true;
        }
        else
        {
            _endpoints.Add((place, new UrlGroupEndpoint(url, name)));
        }
    }

    internal void SetDefaults(DeclaredAt place, PublishOptions defaults)
    {
        if (_defaults is not null)
        {
            declarations.Wrong(place, $"{Subject}: its defaults are already declared at {_defaultsAt}: declare them once.");
            return;
        }

        (_defaultsAt, _defaults) = (place, declarations.WithNamesAndUrls(place, Subject, defaults));
        if (defaults.DeduplicationId is not null || defaults.NotBefore is not null)
        {
            declarations.Wrong(place, $"{Subject}: DeduplicationId and NotBefore belong to a single message: leave them out of the group's defaults.");
        }

        foreach (string mistake in OptionRules.Mistakes(_defaults, queue: null))
        {
            declarations.Wrong(place, $"{Subject}: defaults: {mistake}");
        }
    }

    internal DeclaredUrlGroup? Build()
    {
        int before = declarations.Count;
        string? name = declarations.PhysicalName(at, Subject, group.Name, group.Shared);
        if (_endpoints.Count == 0 && !_hasRefused)
        {
            declarations.Wrong(at, $"{Subject} has no endpoint, so that its messages would go nowhere: add one with Endpoint, or put [QStashUrlGroup(\"{group}\")] on a handler.");
        }

        Twice(static endpoint => endpoint.Url, static endpoint => $"goes to {Destination.WithoutSecrets(endpoint.Url)}", "QStash keeps one endpoint a URL");
        Twice(static endpoint => endpoint.Name, static endpoint => $"has an endpoint named '{endpoint.Name}'", "QStash keeps one endpoint a name, so give one of them another");
        return declarations.Count > before ? null : new DeclaredUrlGroup
        {
            Group = group,
            PhysicalName = name!,
            Endpoints = [.. _endpoints.Select(static endpoint => endpoint.Endpoint)],
            Defaults = _defaults,
            At = at,
        };
    }

    private void Twice(Func<UrlGroupEndpoint, string?> key, Func<UrlGroupEndpoint, string> what, string rule)
    {
        foreach (var same in _endpoints.Where(endpoint => key(endpoint.Endpoint) is not null).GroupBy(endpoint => key(endpoint.Endpoint), StringComparer.Ordinal).Where(static same => same.Count() > 1))
        {
            foreach ((DeclaredAt place, UrlGroupEndpoint endpoint) in same.Skip(1))
            {
                declarations.Wrong(place, $"{Subject} already {what(endpoint)}, declared at {same.First().At}: {rule}.");
            }
        }
    }
}
