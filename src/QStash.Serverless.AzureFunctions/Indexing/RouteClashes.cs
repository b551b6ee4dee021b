namespace QStash.Serverless.AzureFunctions;

/// <summary>Finds functions that would answer the same requests, of which the host calls only one.</summary>
internal sealed class RouteClashes
{
    private readonly List<(string Function, RouteTemplate Route, IReadOnlyList<string> Methods, bool IsQStash)> _functions = [];

    internal void Add(string function, RouteTemplate route, IReadOnlyList<string> methods, bool isQStash) => _functions.Add((function, route, methods, isQStash));

    /// <summary>One text for each pair with a QStash function in it.</summary>
    internal IEnumerable<string> Errors()
    {
        for (int second = 1; second < _functions.Count; second++)
        {
            for (int first = 0; first < second; first++)
            {
                (string function, RouteTemplate route, IReadOnlyList<string> methods, bool isQStash) = _functions[second];
                (string other, RouteTemplate otherRoute, IReadOnlyList<string> otherMethods, bool otherIsQStash) = _functions[first];
                if ((isQStash || otherIsQStash) && route.Shape == otherRoute.Shape && Meet(methods, otherMethods))
                {
                    yield return $"Functions '{other}' and '{function}' have the same route '{route.Text}'; give one of them another.";
                }
            }
        }
    }

    // No methods are all methods.
    private static bool Meet(IReadOnlyList<string> left, IReadOnlyList<string> right) =>
        left.Count == 0 || right.Count == 0 || left.Intersect(right, StringComparer.OrdinalIgnoreCase).Any();
}
