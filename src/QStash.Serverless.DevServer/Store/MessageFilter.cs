namespace QStash.Serverless.DevServer.Store;

/// <summary>Which messages a list or a bulk write means; empty and null restrict nothing. Dates are inclusive Unix milliseconds.</summary>
internal sealed record MessageFilter
{
    public IReadOnlyList<string> Topics { get; init; } = [];
    public IReadOnlyList<string> Queues { get; init; } = [];
    public IReadOnlyList<string> Urls { get; init; } = [];
    public IReadOnlyList<string> Hosts { get; init; } = [];
    public IReadOnlyList<string> Paths { get; init; } = [];
    public IReadOnlyList<string> Labels { get; init; } = [];
    public IReadOnlyList<string> FlowKeys { get; init; } = [];
    public IReadOnlyList<string> Schedules { get; init; } = [];
    public IReadOnlyList<string> CallerIps { get; init; } = [];
    public long? From { get; init; }
    public long? To { get; init; }

    /// <summary>The values of the parameters, in the order of <see cref="Sql"/>.</summary>
    public object?[] Arguments =>
    [
        EventRows.Set(Topics), EventRows.Set(Queues), EventRows.Set(Urls), EventRows.Set(Hosts), EventRows.Set(Paths), EventRows.Set(Labels),
        EventRows.Set(FlowKeys), EventRows.Set(Schedules), EventRows.Set(CallerIps), From, To,
    ];

    /// <summary>The condition on a message <c>m</c>, its parameters numbered from <paramref name="first"/>.</summary>
    /// <param name="first">The number of the first parameter.</param>
    /// <param name="time">The column the dates are compared with.</param>
    public static string Sql(int first, string time) => $"""
        {In("m.topic", first)} AND {In("m.queue", first + 1)} AND {In("m.url", first + 2)}
        AND ({In("m.host", first + 3)} OR {In("m.hostname", first + 3)}) AND {In("m.path", first + 4)}
        AND (?{first + 5} = '[]' OR EXISTS (SELECT 1 FROM json_each(m.labels) WHERE value IN (SELECT value FROM json_each(?{first + 5}))))
        AND {In("m.flow_key", first + 6)} AND {In("m.schedule", first + 7)} AND {In("m.caller_ip", first + 8)}
        AND (?{first + 9} IS NULL OR {time} >= ?{first + 9}) AND (?{first + 10} IS NULL OR {time} <= ?{first + 10})
        """;

    private static string In(string column, int parameter) => $"(?{parameter} = '[]' OR {column} IN (SELECT value FROM json_each(?{parameter})))";
}
