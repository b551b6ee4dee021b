namespace QStash.Serverless.Client;

/// <summary>
/// What filters of messages, log entries and dead letters have in common (protocol 2.4 to 2.6): values of one property are alternatives, different
/// properties must all match. Values are compared exactly; none may be empty or have a comma, at which QStash would split it.
/// </summary>
public abstract record QStashFilter
{
    private protected QStashFilter()
    {
    }

    /// <summary>Names of URL groups.</summary>
    public IReadOnlyList<string> UrlGroups { get; init; } = [];

    /// <summary>Names of queues.</summary>
    public IReadOnlyList<string> Queues { get; init; } = [];

    /// <summary>Whole destination URLs.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>Labels.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Flow-control keys.</summary>
    public IReadOnlyList<string> FlowControlKeys { get; init; } = [];

    /// <summary>Ids of schedules.</summary>
    public IReadOnlyList<string> ScheduleIds { get; init; } = [];

    /// <summary>Addresses of publishers.</summary>
    public IReadOnlyList<string> CallerIps { get; init; } = [];

    /// <summary>At or after this instant: of a message's creation, a log entry's time, a message's failure.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>At or before this instant.</summary>
    public DateTimeOffset? To { get; init; }

    internal virtual QueryParameters ToQuery() => new QueryParameters()
        .AddFilter("topicName", UrlGroups, nameof(UrlGroups))
        .AddFilter("queueName", Queues, nameof(Queues))
        .AddFilter("url", Urls, nameof(Urls))
        .AddFilter("label", Labels, nameof(Labels))
        .AddFilter("flowControlKey", FlowControlKeys, nameof(FlowControlKeys))
        .AddFilter("scheduleId", ScheduleIds, nameof(ScheduleIds))
        .AddFilter("callerIp", CallerIps, nameof(CallerIps))
        .Add("fromDate", From)
        .Add("toDate", To);
}
