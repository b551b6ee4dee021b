namespace QStash.Serverless;

/// <summary>
/// Queries as hosts deliver them that hand on decoded parameters: what is left to compare are the pairs of name and value, without their order. Whether a plus sign was
/// a space is lost too, so both count as one.
/// </summary>
internal static class DecodedQuery
{
    /// <summary>Whether two queries, each with its question mark or empty, have the same pairs, each as often.</summary>
    internal static bool Equal(string left, string right) => Pairs(left).SequenceEqual(Pairs(right));

    private static IEnumerable<(string Name, string Value)> Pairs(string query) =>
        (query.Length == 0 ? query : query[1..]).Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(static pair => pair.IndexOf('=', StringComparison.Ordinal) is var split and >= 0 ? (Decode(pair[..split]), Decode(pair[(split + 1)..])) : (Decode(pair), ""))
            .OrderBy(static pair => pair.Item1, StringComparer.Ordinal).ThenBy(static pair => pair.Item2, StringComparer.Ordinal);

    private static string Decode(string text) => Uri.UnescapeDataString(text).Replace('+', ' ');
}
