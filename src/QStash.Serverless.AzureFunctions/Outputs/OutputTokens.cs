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
        [.. new RouteTemplate(route ?? "").Parameters.Concat(hasDelivery ? s_delivery.Keys : Enumerable.Empty<string>()).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>The value of a token in an invocation; null or empty when it has none.</summary>
    internal static string? Value(string token, QStashDelivery? delivery, IReadOnlyDictionary<string, string> routeValues) =>
        routeValues.FirstOrDefault(value => value.Key.Equals(token, StringComparison.OrdinalIgnoreCase)).Value
        ?? (delivery is not null && s_delivery.TryGetValue(token, out Func<QStashDelivery, string?>? read) ? read(delivery) : null);
}
