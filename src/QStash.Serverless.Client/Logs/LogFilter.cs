namespace QStash.Serverless.Client;

/// <summary>Which log entries to read, and in which order (protocol 2.5). Without anything, every entry.</summary>
public sealed record LogFilter : QStashFilter
{
    /// <summary>Ids of messages.</summary>
    public IReadOnlyList<string> MessageIds { get; init; } = [];

    /// <summary>What happened.</summary>
    public MessageState? State { get; init; }

    /// <summary>Hosts of destination URLs.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Paths of destination URLs.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Whether to begin with the oldest entry instead of the newest.</summary>
    public bool EarliestFirst { get; init; }

    /// <summary>How many entries one call reads, 1 to 1000; null for QStash's own choice. It bounds the calls, not the list.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of range.</exception>
    public int? PageSize
    {
        get;
        init => field = value is null or (>= 1 and <= 1000) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "PageSize must be 1 to 1000.");
    }

    internal override QueryParameters ToQuery() => base.ToQuery()
        .AddFilter(MessageIds.Count == 1 ? "messageId" : "messageIds", MessageIds, nameof(MessageIds))
        .Add("state", State?.Value)
        .AddFilter("host", Hosts, nameof(Hosts))
        .AddFilter("path", Paths, nameof(Paths))
        .Add("order", EarliestFirst ? "earliestFirst" : null)
        .Add("count", PageSize);
}
