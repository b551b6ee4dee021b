namespace QStash.Serverless;

/// <summary>The options of a publish, enqueue or batch item (protocol section 3). An option left null or empty is not sent.</summary>
public sealed record PublishOptions
{
    /// <summary>The HTTP method of the delivery: GET, POST, PUT, PATCH or DELETE. QStash's default is POST.</summary>
    public HttpMethod? Method { get; init; }

    /// <summary>The content type of the delivery. Unset: <c>application/json</c> for typed payloads, <c>text/plain</c> for text, none for bytes.</summary>
    public string? ContentType { get; init; }

    /// <summary>Headers of the delivery: sent as <c>Upstash-Forward-</c>&lt;name&gt;, delivered as &lt;name&gt;. A name may occur more than once.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>How long QStash waits before the first attempt, in whole seconds.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>The instant, in whole seconds, before which no attempt is made. Excludes <see cref="Delay"/>.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>How long one attempt may take, in whole seconds, at least 1. It can only shorten the plan's limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How many retries follow a failed first attempt: 0 or more, up to the plan's limit. QStash's default is 3.</summary>
    public int? Retries { get; init; }

    /// <summary>The wait before each retry, instead of the default exponential backoff (protocol 7.2).</summary>
    public RetryDelayExpression? RetryDelay { get; init; }

    /// <summary>Where QStash reports every attempt (protocol 6).</summary>
    public CallbackOptions? Callback { get; init; }

    /// <summary>Where QStash reports a message that has failed for good (protocol 6).</summary>
    public CallbackOptions? FailureCallback { get; init; }

    /// <summary>A publish with an id that QStash accepted within the last 10 minutes queues nothing (protocol 8.1). No <c>:</c>, no white space.</summary>
    public string? DeduplicationId { get; init; }

    /// <summary>Lets QStash derive the deduplication id from destination, body, content type and forwarded headers.</summary>
    public bool? ContentBasedDeduplication { get; init; }

    /// <summary>Labels to filter logs and the dead letter queue by. No commas.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Rate and parallelism limits shared by every message with the same key (protocol 8.3).</summary>
    public FlowControl? FlowControl { get; init; }

    /// <summary>What reads of the message, its logs and its dead letter show only as a hash (protocol 3.3).</summary>
    public Redaction? Redact { get; init; }

    /// <summary>
    /// The escape hatch: QStash headers sent exactly as given, after and instead of what the typed options say, without any validation here.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> RawHeaders { get; init; } = [];
}

/// <summary>A callback URL and the options of the callback's own delivery (protocol 6).</summary>
/// <param name="Url">An absolute http or https URL.</param>
public sealed record CallbackOptions(string Url)
{
    /// <summary>The HTTP method of the callback. QStash's default is POST.</summary>
    public HttpMethod? Method { get; init; }
    /// <summary>How long one attempt of the callback may take, in whole seconds.</summary>
    public TimeSpan? Timeout { get; init; }
    /// <summary>Retries of the callback; unset: those of the message.</summary>
    public int? Retries { get; init; }
    /// <summary>The wait before each retry of the callback; unset: that of the message.</summary>
    public RetryDelayExpression? RetryDelay { get; init; }
    /// <summary>How long to wait before the callback's first attempt, in whole seconds. Not with a queue.</summary>
    public TimeSpan? Delay { get; init; }
    /// <summary>Headers of the callback's delivery.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}

/// <summary>A flow-control key and its limits (protocol 3.2, 8.3).</summary>
/// <param name="Key">Messages with the same key share the limits.</param>
/// <param name="Limits">Rate, period and parallelism.</param>
public sealed record FlowControl(string Key, FlowControlValue Limits);

/// <summary>Which fields of a message are shown only as a hash in reads (protocol 3.3).</summary>
public sealed record Redaction
{
    /// <summary>Hides the body.</summary>
    public bool Body { get; init; }
    /// <summary>Hides every header.</summary>
    public bool AllHeaders { get; init; }
    /// <summary>Hides these headers.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];
}
