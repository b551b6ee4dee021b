namespace QStash.Serverless.Client;

/// <summary>QStash's own variables (protocol 1.2, section 11), which fill what nothing else has set.</summary>
internal static class QStashVariables
{
    internal static void Fill(QStashClientOptions options, Func<string, string?> read)
    {
        options.App ??= Present(read("QSTASH_APP"));
        options.Env ??= Present(read("QSTASH_ENV"));
        if (!options.UrlIsSet && string.IsNullOrWhiteSpace(options.Token) && RegionPair(read) is { } pair)
        {
            (options.Url, options.Token) = pair;
            return;
        }

        if (!options.UrlIsSet)
        {
            options.Url = read("QSTASH_URL");
        }

        if (string.IsNullOrWhiteSpace(options.Token))
        {
            options.Token = Present(read("QSTASH_TOKEN"));
        }
    }

    internal static string? Present(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;

    // A region's URL without its token (or the reverse) would send one region's token to another, so only a whole pair counts.
    private static (string Url, string Token)? RegionPair(Func<string, string?> read)
    {
        if (Present(read("QSTASH_REGION")) is not { } text)
        {
            return null;
        }

        string region = QStashRegions.Normalize(text.Trim())
            ?? throw new InvalidOperationException($"QSTASH_REGION is '{text}': it must be {string.Join(" or ", QStashRegions.All)}, or not be set.");
        return Present(read(region + "_QSTASH_URL")) is { } url && Present(read(region + "_QSTASH_TOKEN")) is { } token ? (url, token) : null;
    }
}
