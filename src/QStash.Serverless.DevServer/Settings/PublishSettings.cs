namespace QStash.Serverless.DevServer.Settings;

/// <summary>The settings of one message, read and checked (protocol 3).</summary>
internal sealed record PublishSettings
{
    public const int DefaultRetries = 3;

    /// <summary>The settings as written: what the store keeps and a DLQ retry starts from.</summary>
    public required SettingsBag Raw { get; init; }

    public required string Method { get; init; }

    /// <summary>What the delivery carries besides QStash's own headers, <c>Content-Type</c> included, in canonical spelling.</summary>
    public required IReadOnlyDictionary<string, string[]> Headers { get; init; }

    public TimeSpan? Delay { get; init; }

    /// <summary>When the first attempt is due, in Unix milliseconds: <c>Upstash-Not-Before</c> beats the delay, the past means now.</summary>
    public long FirstAttempt(long now) => Math.Max(now, NotBefore ?? now + (long)(Delay ?? TimeSpan.Zero).TotalMilliseconds);

    public long? NotBefore { get; init; }

    public TimeSpan? Timeout { get; init; }

    public int Retries { get; init; }

    public RetryDelayExpression? RetryDelay { get; init; }

    public CallbackSettings? Callback { get; init; }

    public CallbackSettings? FailureCallback { get; init; }

    public string? DeduplicationId { get; init; }

    public bool ContentBasedDeduplication { get; init; }

    public IReadOnlyList<string> Labels { get; init; } = [];

    public string? Queue { get; init; }

    /// <summary>The key under which the message's deliveries are counted, with <see cref="FlowControl"/>.</summary>
    public string? FlowKey { get; init; }

    /// <summary>The limits of the key.</summary>
    public FlowControlValue? FlowControl { get; init; }

    /// <summary>What reads hide.</summary>
    public RedactedFields Redacted { get; init; } = RedactedFields.None;

    /// <summary>Reads and checks every setting.</summary>
    /// <exception cref="WireException">400 naming the first header that is wrong.</exception>
    public static PublishSettings Parse(SettingsBag bag)
    {
        if (bag.Has(QStashHeaders.Cron))
        {
            throw Setting.Bad(QStashHeaders.Cron, "it makes a schedule, which a queue, a batch, a URL group's defaults and a retry cannot: send it to /v2/schedules");
        }

        Dictionary<string, string[]> headers = Setting.Forwarded(bag, QStashHeaders.ForwardPrefix);
        if (bag.TryGet(SettingNames.ContentType, out string? contentType))
        {
            Setting.CheckHeaderValue(SettingNames.ContentType, contentType);
            headers[SettingNames.ContentType] = [contentType];
        }

        if (bag.TryGet(QStashHeaders.QueueName, out string? queue) && !QStashName.IsValid(queue))
        {
            throw Setting.Bad(QStashHeaders.QueueName, $"'{queue}' is not a queue name: use letters, digits, '_', '.' and '-' only");
        }

        (string Key, FlowControlValue Value)? flow = Setting.FlowControl(bag);
        bag.TryGet(QStashHeaders.DeduplicationId, out string? deduplicationId);
        return new()
        {
            Raw = bag,
            Method = Setting.Method(bag, QStashHeaders.Method),
            Headers = headers,
            Delay = Setting.Duration(bag, QStashHeaders.Delay),
            NotBefore = Setting.UnixSeconds(bag, QStashHeaders.NotBefore),
            Timeout = Setting.Duration(bag, QStashHeaders.Timeout),
            Retries = Setting.Retries(bag, QStashHeaders.Retries) ?? DefaultRetries,
            RetryDelay = Setting.RetryDelay(bag, QStashHeaders.RetryDelay),
            Callback = CallbackSettings.Parse(bag, QStashHeaders.Callback, QStashHeaders.CallbackPrefix),
            FailureCallback = CallbackSettings.Parse(bag, QStashHeaders.FailureCallback, QStashHeaders.FailureCallbackPrefix),
            DeduplicationId = deduplicationId,
            ContentBasedDeduplication = Setting.Flag(bag, QStashHeaders.ContentBasedDeduplication),
            Labels = [.. bag.All(QStashHeaders.Label).SelectMany(l => l.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
            Queue = queue,
            FlowKey = flow?.Key,
            FlowControl = flow?.Value,
            Redacted = RedactedFields.Parse(bag),
        };
    }
}
