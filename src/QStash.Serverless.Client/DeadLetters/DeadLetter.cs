namespace QStash.Serverless.Client;

/// <summary>A message that has failed for good, with its last answer (protocol 2.6).</summary>
public sealed record DeadLetter : StoredMessage
{
    internal DeadLetter(JsonFields fields)
        : base(fields)
    {
        DlqId = fields.Required("dlqId");
        ResponseStatus = fields.Count("responseStatus") is { } status and > 0 ? status : null;
        ResponseHeaders = fields.Headers("responseHeader");
        ResponseBody = fields.Body("responseBody", "responseBodyBase64");
    }

    /// <summary>The entry's own id, by which it is retried and deleted.</summary>
    public string DlqId { get; }

    /// <summary>The status of the last attempt's answer; null when there was none.</summary>
    public int? ResponseStatus { get; }

    /// <summary>The headers of the last attempt's answer.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> ResponseHeaders { get; }

    /// <summary>The body of the last attempt's answer; for one that gave up by <c>DeadLetter(reason)</c>, its reason.</summary>
    public ReadOnlyMemory<byte> ResponseBody { get; }
}
