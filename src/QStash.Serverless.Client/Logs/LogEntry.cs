namespace QStash.Serverless.Client;

/// <summary>One thing that happened to a message (protocol 9.2).</summary>
public sealed record LogEntry : StoredRequest
{
    internal LogEntry(JsonFields fields)
        : base(fields)
    {
        Time = fields.Instant("time") ?? throw new FormatException("'time' is missing");
        MessageId = fields.Required("messageId");
        State = new MessageState(fields.Required("state"));
        Url = fields.Text("url") ?? "";
        Error = fields.Text("error");
        NextDeliveryTime = fields.Instant("nextDeliveryTime");
        UrlGroup = fields.Text("topicName");
        EndpointName = fields.Text("endpointName");
        ScheduleId = fields.Text("scheduleId");
        Body = fields.Base64("body");
        MaxRetries = fields.Count("maxRetries");
        Timeout = fields.Milliseconds("timeout");
        ResponseStatus = fields.Count("responseStatus") is { } status and > 0 ? status : null;
        ResponseHeaders = fields.Headers(fields.Json.TryGetProperty("responseHeaders", out _) ? "responseHeaders" : "responseHeader");
        ResponseBody = fields.Base64("responseBody");
    }

    /// <summary>When it happened.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>The message's id.</summary>
    public string MessageId { get; }

    /// <summary>What happened.</summary>
    public MessageState State { get; }

    /// <summary>Where the message is delivered.</summary>
    public string Url { get; }

    /// <summary>Why an attempt failed.</summary>
    public string? Error { get; }

    /// <summary>When the next attempt is made.</summary>
    public DateTimeOffset? NextDeliveryTime { get; }

    /// <summary>The URL group the message was published to, or null.</summary>
    public string? UrlGroup { get; }

    /// <summary>The name of the group's endpoint, or null.</summary>
    public string? EndpointName { get; }

    /// <summary>The schedule that made the message, or null.</summary>
    public string? ScheduleId { get; }

    /// <summary>How many retries may follow the first attempt, where QStash states it.</summary>
    public int? MaxRetries { get; }

    /// <summary>How long an attempt may take, where QStash states it.</summary>
    public TimeSpan? Timeout { get; }

    /// <summary>The status of the attempt's answer; null when there was none.</summary>
    public int? ResponseStatus { get; }

    /// <summary>The headers of the attempt's answer.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> ResponseHeaders { get; }

    /// <summary>The body of the attempt's answer.</summary>
    public ReadOnlyMemory<byte> ResponseBody { get; }
}
