using System.Globalization;

namespace QStash.Serverless.Client;

/// <summary>
/// Which dead letters to read, retry or delete (protocol 2.6): values of one property are alternatives, different properties must all match. No value may
/// have a comma.
/// </summary>
public sealed record DeadLetterFilter
{
    /// <summary>The id of the failed message.</summary>
    public string? MessageId { get; init; }

    /// <summary>Statuses of the last answer.</summary>
    public IReadOnlyList<int> ResponseStatuses { get; init; } = [];

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

    /// <summary>Failed at or after this instant.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Failed at or before this instant.</summary>
    public DateTimeOffset? To { get; init; }

    internal QueryParameters ToQuery() => new QueryParameters()
        .AddFilter("messageId", MessageId is null ? [] : [MessageId], nameof(MessageId))
        .AddFilter("responseStatus", [.. ResponseStatuses.Select(static status => status.ToString(CultureInfo.InvariantCulture))], nameof(ResponseStatuses))
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
