using System.Globalization;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>Cursors, counts and orders of lists (protocol 9.3).</summary>
internal static class Paging
{
    /// <summary>A cursor is <c>{ms}-{n}</c> of the last record a page showed, so records that arrive meanwhile shift nothing.</summary>
    public static string Cursor(long time, long seq) => string.Create(CultureInfo.InvariantCulture, $"{time}-{seq}");

    /// <exception cref="WireException">400: it is no cursor of this server.</exception>
    public static long? After(ListParameters query)
    {
        if (query.First("cursor") is not { } cursor)
        {
            return null;
        }

        int dash = cursor.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && long.TryParse(cursor.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long seq)
            ? seq
            : throw WireException.BadRequest($"invalid cursor '{cursor}': use the cursor of the previous answer");
    }

    /// <exception cref="WireException">400: not a positive number.</exception>
    public static int Count(ListParameters query, int byDefault, int most)
    {
        if (query.First("count") is not { } text)
        {
            return byDefault;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= 1
            ? Math.Min(count, most)
            : throw WireException.BadRequest($"invalid count '{text}': use a whole number from 1 to {most}");
    }

    /// <summary>How many bytes of each body a list shows at most; null for all of them, 0 for none.</summary>
    /// <exception cref="WireException">400: not a whole number.</exception>
    public static int? TrimBody(ListParameters query)
    {
        if (query.First("trimBody") is not { } text)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int bytes)
            ? bytes
            : throw WireException.BadRequest($"invalid trimBody '{text}': use a whole number of bytes, 0 for no bodies");
    }

    /// <exception cref="WireException">400: neither of the two orders.</exception>
    public static bool EarliestFirst(ListParameters query, bool byDefault) => query.First("order") switch
    {
        null => byDefault,
        "earliestFirst" => true,
        "latestFirst" => false,
        string other => throw WireException.BadRequest($"invalid order '{other}': use latestFirst or earliestFirst"),
    };
}
