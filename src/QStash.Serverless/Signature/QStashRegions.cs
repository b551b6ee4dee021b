namespace QStash.Serverless;

/// <summary>The regions of the hosted service (protocol 1.2).</summary>
internal static class QStashRegions
{
    internal static readonly string[] All = ["EU_CENTRAL_1", "US_EAST_1"];

    /// <summary>Upper-cases and turns <c>-</c> into <c>_</c>; null for anything that is not a region.</summary>
    internal static string? Normalize(string? region)
    {
        foreach (string known in All)
        {
            if (region is not null && region.Length == known.Length && string.Equals(region.Replace('-', '_'), known, StringComparison.OrdinalIgnoreCase))
            {
                return known;
            }
        }

        return null;
    }
}
