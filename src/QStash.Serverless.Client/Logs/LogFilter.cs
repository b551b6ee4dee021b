namespace QStash.Serverless.Client;

/// <summary>
/// Which log entries to read, and in which order (protocol 2.5): values of one property are alternatives, different properties must all match. Without
/// any, every entry. No value may have a comma.
/// </summary>
public sealed record LogFilter
{
    /// <summary>Ids of messages.</summary>
    public IReadOnlyList<string> MessageIds { get; init; } = [];

    /// <summary>What happened.</summary>
    public MessageState? State { get; init; }

    /// <summary>Names of URL groups.</summary>
    public IReadOnlyList<string> UrlGroups { get; init; } = [];

    /// <summary>Names of queues.</summary>
    public IReadOnlyList<string> Queues { get; init; } = [];

    /// <summary>Whole destination URLs.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>Hosts of destination URLs.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Paths of destination URLs.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Labels.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Flow-control keys.</summary>
    public IReadOnlyList<string> FlowControlKeys { get; init; } = [];

    /// <summary>Ids of schedules.</summary>
    public IReadOnlyList<string> ScheduleIds { get; init; } = [];

    /// <summary>Addresses of publishers.</summary>
    public IReadOnlyList<string> CallerIps { get; init; } = [];

    /// <summary>Happened at or after this instant.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Happened at or before this instant.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Whether to begin with the oldest entry instead of the newest.</summary>
    public bool EarliestFirst { get; init; }

    /// <summary>How many entries one call reads, 1 to 1000; null for QStash's own choice. It bounds the calls, not the list.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of range.</exception>
    public int? PageSize
    {
        get;
        init => field = value is null or (>= 1 and <= 1000) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "PageSize must be 1 to 1000.");
    }

    internal QueryParameters ToQuery() => new QueryParameters()
        .AddFilter(MessageIds.Count == 1 ? "messageId" : "messageIds", MessageIds, nameof(MessageIds))
        .Add("state", State?.Value)
        .AddFilter("topicName", UrlGroups, nameof(UrlGroups))
        .AddFilter("queueName", Queues, nameof(Queues))
        .AddFilter("url", Urls, nameof(Urls))
        .AddFilter("host", Hosts, nameof(Hosts))
        .AddFilter("path", Paths, nameof(Paths))
        .AddFilter("label", Labels, nameof(Labels))
        .AddFilter("flowControlKey", FlowControlKeys, nameof(FlowControlKeys))
        .AddFilter("scheduleId", ScheduleIds, nameof(ScheduleIds))
        .AddFilter("callerIp", CallerIps, nameof(CallerIps))
        .Add("fromDate", From)
        .Add("toDate", To)
        .Add("order", EarliestFirst ? "earliestFirst" : null)
        .Add("count", PageSize);
}
