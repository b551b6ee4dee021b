namespace QStash.Serverless;

/// <summary>The options of a publish, enqueue or batch item (protocol section 3). An option left null or empty is not sent.</summary>
public sealed record PublishOptions
{
    /// <summary>The HTTP method of the delivery: GET, POST, PUT, PATCH or DELETE. QStash's default is POST.</summary>
    public HttpMethod? Method { get; init; }

    /// <summary>The content type of the delivery. Unset: <c>application/json</c> for typed payloads, <c>text/plain</c> for text, none for bytes.</summary>
    public string? ContentType { get; init; }

    /// <summary>
    /// Headers of the delivery: sent as <c>Upstash-Forward-</c>&lt;name&gt;, delivered as &lt;name&gt;. The values of a name that occurs more than once
    /// are joined with <c>, </c> (for <c>Cookie</c> with <c>; </c>), which HTTP treats alike. Names starting with <c>Upstash-</c> belong to QStash and go
    /// to <see cref="RawHeaders"/>; the content type goes to <see cref="ContentType"/>.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>
    /// Lets QStash deliver the headers of the publish request itself too, such as <c>User-Agent</c>: meant for callers that cannot choose header
    /// names. Which ones QStash leaves out is undocumented (protocol 4.1), so prefer <see cref="Headers"/>.
    /// </summary>
    public bool? ForwardRequestHeaders { get; init; }

    /// <summary>
    /// How long QStash waits before the first attempt: 0 or more; a fraction of a second is rounded up. With a queue the message keeps its place
    /// and holds up those behind it. Excludes <see cref="NotBefore"/>.
    /// </summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>
    /// The instant before which no attempt is made, 1970 or later; a fraction of a second is rounded up; a past one means at once.
    /// With a queue as for <see cref="Delay"/>, which it excludes.
    /// </summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>How long one attempt may take: at least 1 second; a fraction of a second is rounded up. It can only shorten the plan's limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How many retries follow a failed first attempt: 0 or more, up to the plan's limit. QStash's default is 3.</summary>
    public int? Retries { get; init; }

    /// <summary>The wait before each retry, instead of the default exponential backoff (protocol 7.2).</summary>
    public RetryDelayExpression? RetryDelay { get; init; }

    /// <summary>Where QStash reports every attempt (protocol 6).</summary>
    public CallbackOptions? Callback { get; init; }

    /// <summary>Where QStash reports a message that has failed for good (protocol 6).</summary>
    public CallbackOptions? FailureCallback { get; init; }

    /// <summary>
    /// A publish with an id that QStash accepted within the last 10 minutes queues nothing (protocol 8.1). No <c>:</c>, no white space.
    /// Unset: the client makes a new one for each publish, so that its own transport retries cannot duplicate the message.
    /// </summary>
    public string? DeduplicationId { get; init; }

    /// <summary>
    /// Lets QStash derive the deduplication id from destination, body, content type and forwarded headers. Trace headers are then not added:
    /// they would make every message differ. True excludes <see cref="DeduplicationId"/>.
    /// </summary>
    public bool? ContentBasedDeduplication { get; init; }

    /// <summary>Labels to filter logs and the dead letter queue by. No commas, no white space around them.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Rate and parallelism limits shared by every message with the same key (protocol 8.3).</summary>
    public FlowControl? FlowControl { get; init; }

    /// <summary>What reads of the message, its logs and its dead letter show only as a hash (protocol 3.3).</summary>
    public Redaction? Redact { get; init; }

    /// <summary>
    /// The escape hatch: headers of the publish request, such as QStash's own <c>Upstash-*</c>, sent exactly as given. A name given here replaces
    /// whatever a typed option would send under it. Only what HTTP cannot carry is refused, and the headers of the connection itself
    /// (<c>Authorization</c>, <c>Host</c>, <c>Content-Length</c>, <c>Transfer-Encoding</c>, <c>Connection</c>).
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> RawHeaders { get; init; } = [];
}
