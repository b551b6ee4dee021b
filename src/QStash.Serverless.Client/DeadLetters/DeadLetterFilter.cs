using System.Globalization;

namespace QStash.Serverless.Client;

/// <summary>Which dead letters to read, retry or delete (protocol 2.6).</summary>
public sealed record DeadLetterFilter : QStashFilter
{
    /// <summary>The id of the failed message.</summary>
    public string? MessageId { get; init; }

    /// <summary>Statuses of the last answer.</summary>
    public IReadOnlyList<int> ResponseStatuses { get; init; } = [];

    internal override QueryParameters ToQuery() => base.ToQuery()
        .AddFilter("messageId", MessageId is null ? [] : [MessageId], nameof(MessageId))
        .AddFilter("responseStatus", [.. ResponseStatuses.Select(static status => status.ToString(CultureInfo.InvariantCulture))], nameof(ResponseStatuses));
}
