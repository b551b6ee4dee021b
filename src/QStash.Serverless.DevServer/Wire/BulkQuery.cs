namespace QStash.Serverless.DevServer.Wire;

/// <summary>The parameters of a bulk write: a misspelt filter would mean "everything", so whatever is not understood is refused (protocol 13, row 32).</summary>
internal static class BulkQuery
{
    /// <exception cref="WireException">501 for a filter that is not built yet, 400 for one that does not exist.</exception>
    public static void RefuseUnknown(RawQuery query, ReadOnlySpan<string> known, ReadOnlySpan<string> unbuilt)
    {
        foreach ((string name, _) in query.Parameters)
        {
            if (IsIn(unbuilt, name))
            {
                throw WireException.NotBuilt($"the filter {name}");
            }

            if (!IsIn(known, name) && !name.Equals("qstash_token", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("upstash-", StringComparison.OrdinalIgnoreCase))
            {
                throw WireException.BadRequest($"unknown filter '{name}'");
            }
        }
    }

    private static bool IsIn(ReadOnlySpan<string> names, string name)
    {
        foreach (string candidate in names)
        {
            if (candidate.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
