namespace QStash.Serverless.DevServer;

/// <summary>One event in the life of a message, as the local QStash recorded it (protocol 9.1).</summary>
public sealed record DeliveryLog
{
    /// <summary>When it happened, on the server's clock.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The message it happened to.</summary>
    public required string MessageId { get; init; }

    /// <summary>What happened: <c>CREATED</c>, <c>ACTIVE</c>, <c>ERROR</c>, <c>RETRY</c>, <c>DELIVERED</c>, <c>FAILED</c>, <c>CANCEL_REQUESTED</c> or <c>CANCELED</c>.</summary>
    public required string State { get; init; }

    /// <summary>The message's destination.</summary>
    public required string Url { get; init; }

    /// <summary>The HTTP method of the delivery.</summary>
    public required string Method { get; init; }

    /// <summary>How often the message was retried before the attempt this event belongs to: 0 on the first.</summary>
    public required int Retried { get; init; }

    /// <summary>How many retries the message has at most.</summary>
    public required int MaxRetries { get; init; }

    /// <summary>The queue the message stands in; null when it was published without one.</summary>
    public string? QueueName { get; init; }

    /// <summary>The URL group the message was published to; null when it went to a URL.</summary>
    public string? UrlGroup { get; init; }

    /// <summary>The schedule that created the message; null for others.</summary>
    public string? ScheduleId { get; init; }

    /// <summary>The message this one is a callback or failure callback of; null for ordinary messages.</summary>
    public string? CallbackOf { get; init; }

    /// <summary>The message's labels, in order.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The destination's status: of the attempt that ended with this event; 0 when no response came; null on events without an attempt's end.</summary>
    public int? ResponseStatus { get; init; }

    /// <summary>Why the attempt failed, on <c>ERROR</c> and <c>FAILED</c>.</summary>
    public string? Error { get; init; }

    /// <summary>When the next attempt is due: on <c>ERROR</c> and <c>RETRY</c>, and on <c>CREATED</c> of a delayed message.</summary>
    public DateTimeOffset? NextDelivery { get; init; }

    /// <summary>The entry in the dead letter queue, on <c>FAILED</c>.</summary>
    public string? DlqId { get; init; }
}
