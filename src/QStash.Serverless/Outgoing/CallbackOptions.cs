namespace QStash.Serverless;

/// <summary>A callback URL and the options of the callback's own delivery (protocol 6).</summary>
/// <param name="Url">An absolute http or https URL, sent exactly as given.</param>
public sealed record CallbackOptions(string Url)
{
    /// <summary>The HTTP method of the callback. QStash's default is POST.</summary>
    public HttpMethod? Method { get; init; }
    /// <summary>How long one attempt of the callback may take: at least 1 second; a fraction of a second is rounded up.</summary>
    public TimeSpan? Timeout { get; init; }
    /// <summary>Retries of the callback, 0 or more; unset: those of the message.</summary>
    public int? Retries { get; init; }
    /// <summary>The wait before each retry of the callback; unset: that of the message.</summary>
    public RetryDelayExpression? RetryDelay { get; init; }
    /// <summary>How long to wait before the callback's first attempt; a fraction of a second is rounded up. QStash refuses it with a queue.</summary>
    public TimeSpan? Delay { get; init; }
    /// <summary>Headers of the callback's delivery: sent as <c>Upstash-Callback-Forward-</c>&lt;name&gt;, delivered as &lt;name&gt;.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}
