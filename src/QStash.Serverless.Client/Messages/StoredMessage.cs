namespace QStash.Serverless.Client;

/// <summary>A message as QStash keeps it while it is pending, and shortly after (protocol 2.4.1).</summary>
public record StoredMessage : StoredRequest
{
    internal StoredMessage(JsonFields fields)
        : base(fields)
    {
        MessageId = fields.Required("messageId");
        Url = fields.Required("url");
        UrlGroup = fields.Text("topicName");
        EndpointName = fields.Text("endpointName");
        ScheduleId = fields.Text("scheduleId");
        Body = fields.Body("body", "bodyBase64");
        MaxRetries = fields.Count("maxRetries") ?? 0;
        NotBefore = fields.Instant("notBefore");
        CreatedAt = fields.Instant("createdAt");
    }

    /// <summary>The message's id.</summary>
    public string MessageId { get; }

    /// <summary>Where it is delivered.</summary>
    public string Url { get; }

    /// <summary>The URL group it was published to, or null.</summary>
    public string? UrlGroup { get; }

    /// <summary>The name of the group's endpoint, or null.</summary>
    public string? EndpointName { get; }

    /// <summary>The schedule that made it, or null.</summary>
    public string? ScheduleId { get; }

    /// <summary>How many retries may follow the first attempt.</summary>
    public int MaxRetries { get; }

    /// <summary>When it is first delivered.</summary>
    public DateTimeOffset? NotBefore { get; }

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset? CreatedAt { get; }
}
