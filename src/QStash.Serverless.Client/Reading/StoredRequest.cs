using System.Text.Json;

namespace QStash.Serverless.Client;

/// <summary>
/// What QStash shows of a request it delivers: of a message, a log entry, a dead letter or a schedule (protocol 2.4.1, 2.9, 9.2). Redacted values read
/// <c>REDACTED:</c> and the SHA-256 of the original.
/// </summary>
public abstract record StoredRequest
{
    private protected StoredRequest(JsonFields fields)
    {
        Json = fields.Json.Clone();
        Method = fields.Text("method");
        Headers = fields.Headers("header");
        Callback = fields.Text("callback");
        FailureCallback = fields.Text("failureCallback");
        CallbackHeaders = fields.Headers(fields.Json.TryGetProperty("callbackHeader", out _) ? "callbackHeader" : "callbackHeaders");
        FailureCallbackHeaders = fields.Headers(fields.Json.TryGetProperty("failureCallbackHeader", out _) ? "failureCallbackHeader" : "failureCallbackHeaders");
        Queue = fields.Text("queueName");
        CallerIp = fields.TextOf("callerIP", "callerIp");
        RetryDelay = fields.TextOf("retryDelayExpression", "retryDelayExpr");
        Labels = fields.Texts("labels") is { Count: > 0 } labels ? labels : fields.Text("label") is { } label ? [label] : [];
        FlowControlKey = fields.Text("flowControlKey");
        Parallelism = fields.Count("parallelism");
        Rate = fields.Count("rate");
        Period = fields.Seconds("period");
    }

    /// <summary>The whole object as QStash sent it: fields that this version does not know are readable here.</summary>
    public JsonElement Json { get; }

    /// <summary>The HTTP method of the delivery.</summary>
    public string? Method { get; }

    /// <summary>The headers that are delivered: each name, compared without case, with its values.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Headers { get; }

    /// <summary>The body that is delivered; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Body { get; private protected init; }

    /// <summary>The callback's URL, or null.</summary>
    public string? Callback { get; }

    /// <summary>The failure callback's URL, or null.</summary>
    public string? FailureCallback { get; }

    /// <summary>The headers of the callback's delivery.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> CallbackHeaders { get; }

    /// <summary>The headers of the failure callback's delivery.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> FailureCallbackHeaders { get; }

    /// <summary>The queue it goes through, or null.</summary>
    public string? Queue { get; }

    /// <summary>The address of whoever published or created it, where QStash states it.</summary>
    public string? CallerIp { get; }

    /// <summary>The retry delay expression, or null for the default backoff.</summary>
    public string? RetryDelay { get; }

    /// <summary>The labels, in order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The flow-control key, or null.</summary>
    public string? FlowControlKey { get; }

    /// <summary>The flow-control parallelism it brought, or null.</summary>
    public int? Parallelism { get; }

    /// <summary>The flow-control rate it brought, or null.</summary>
    public int? Rate { get; }

    /// <summary>The window of <see cref="Rate"/>; null without a flow-control key.</summary>
    public TimeSpan? Period { get; }
}
