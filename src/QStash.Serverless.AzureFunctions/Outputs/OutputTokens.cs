using System.Globalization;

namespace QStash.Serverless.AzureFunctions;

/// <summary>The tokens of a function's outputs: the parameters of its route, and the facts of its delivery. Of two with the same name the route's counts.</summary>
internal static class OutputTokens
{
    private static readonly Dictionary<string, Func<QStashDelivery, string?>> s_delivery = new(StringComparer.OrdinalIgnoreCase)
    {
        ["messageId"] = static delivery => delivery.MessageId,
        ["retried"] = static delivery => delivery.Retried.ToString(CultureInfo.InvariantCulture),
        ["scheduleId"] = static delivery => delivery.ScheduleId,
        ["urlGroup"] = static delivery => delivery.UrlGroup,
    };

    /// <summary>The tokens that can be written for a function.</summary>
    internal static IReadOnlyCollection<string> Of(string? route, bool hasDelivery) =>
        [.. Parameters(route ?? "").Concat(hasDelivery ? s_delivery.Keys : Enumerable.Empty<string>()).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>The value of a token in an invocation; null or empty when it has none.</summary>
    internal static string? Value(string token, QStashDelivery? delivery, IReadOnlyDictionary<string, string> routeValues) =>
        routeValues.FirstOrDefault(value => value.Key.Equals(token, StringComparison.OrdinalIgnoreCase)).Value
        ?? (delivery is not null && s_delivery.TryGetValue(token, out Func<QStashDelivery, string?>? read) ? read(delivery) : null);

    // {name}, {name?}, {*name}, {**name}, {name:constraint} and {name=default}; doubled braces belong to a constraint's pattern.
    private static IEnumerable<string> Parameters(string route)
    {
        for (int start = route.IndexOf('{', StringComparison.Ordinal); start >= 0; start = route.IndexOf('{', start))
        {
            int end = start + 1;
            while (end < route.Length && (route[end] != '}' || (end + 1 < route.Length && route[end + 1] == '}')))
            {
                end += route[end] == '}' ? 2 : 1;
            }

            string parameter = route[(start + 1)..Math.Min(end, route.Length)].TrimStart('*');
            int nameEnd = parameter.AsSpan().IndexOfAny(':', '=', '?');
            yield return nameEnd < 0 ? parameter : parameter[..nameEnd];
            start = Math.Min(end + 1, route.Length);
        }
    }
}
