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
            if (region is not null && IsSame(region, known))
            {
                return known;
            }
        }

        return null;
    }

    private static bool IsSame(string region, string known)
    {
        if (region.Length != known.Length)
        {
            return false;
        }

        for (int i = 0; i < known.Length; i++)
        {
            if (known[i] != (region[i] == '-' ? '_' : char.ToUpperInvariant(region[i])))
            {
                return false;
            }
        }

        return true;
    }
}
