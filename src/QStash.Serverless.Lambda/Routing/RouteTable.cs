namespace QStash.Serverless.Lambda;

/// <summary>The routes of a function, the most specific first.</summary>
internal sealed class RouteTable
{
    private readonly List<(RoutePattern Pattern, DeliveryRoute Route)> _routes;

    internal RouteTable() => _routes = [];

    internal RouteTable(RouteTable table) => _routes = [.. table._routes];

    internal IEnumerable<DeliveryRoute> Routes => _routes.Select(static entry => entry.Route);

    /// <exception cref="ArgumentException">The template cannot be read, or another one matches the same paths.</exception>
    internal void Add(string pattern, DeliveryRoute route)
    {
        RoutePattern parsed = RoutePattern.Parse(pattern);
        if (_routes.FirstOrDefault(entry => entry.Pattern.Shape == parsed.Shape) is { Pattern: { } other })
        {
            throw new ArgumentException($"The route templates '{other.Text}' and '{pattern}' match the same paths.", nameof(pattern));
        }

        int at = _routes.FindIndex(entry => RoutePattern.Compare(parsed, entry.Pattern) < 0);
        _routes.Insert(at < 0 ? _routes.Count : at, (parsed, route));
    }

    internal DeliveryRoute? Find(ReadOnlySpan<char> path, out Dictionary<string, string>? values)
    {
        foreach ((RoutePattern pattern, DeliveryRoute route) in _routes)
        {
            if (pattern.Matches(path, out values))
            {
                return route;
            }
        }

        values = null;
        return null;
    }
}
