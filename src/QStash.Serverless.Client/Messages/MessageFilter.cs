namespace QStash.Serverless.Client;

/// <summary>
/// Which pending messages to cancel (protocol 2.4): values of one property are alternatives, different properties must all match. Values are compared
/// exactly; none may have a comma.
/// </summary>
public sealed record MessageFilter
{
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

    /// <summary>Created at or after this instant.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Created at or before this instant.</summary>
    public DateTimeOffset? To { get; init; }

    internal QueryParameters ToQuery() => new QueryParameters()
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
        .Add("toDate", To);
}
