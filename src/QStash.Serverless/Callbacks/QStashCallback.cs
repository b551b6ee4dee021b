using System.Text.Json;

namespace QStash.Serverless;

/// <summary>
/// The envelope of a callback or failure callback (protocol 6): what became of a message, with the original request and the last response,
/// already decoded from base64.
/// </summary>
public sealed class QStashCallback
{
    private readonly QStashJson _json;

    internal QStashCallback(QStashJson json) => _json = json;

    /// <summary>The destination's HTTP status; 0 when it gave no response.</summary>
    public int Status { get; internal init; }

    /// <summary>The destination's response headers.</summary>
    public DeliveryHeaders ResponseHeaders { get; internal init; } = new();

    /// <summary>The destination's response body; QStash may have truncated it to the plan's message size.</summary>
    public ReadOnlyMemory<byte> ResponseBody { get; internal init; }

    /// <summary>Retries performed so far for the source message.</summary>
    public int Retried { get; internal init; }

    /// <summary>Retries the source message may have.</summary>
    public int MaxRetries { get; internal init; }

    /// <summary>The source message's entry in the dead letter queue; set on failure callbacks only.</summary>
    public string? DlqId { get; internal init; }

    /// <summary>The source message's id.</summary>
    public string SourceMessageId { get; internal init; } = "";

    /// <summary>The URL group the source message was published to, or null.</summary>
    public string? UrlGroup { get; internal init; }

    /// <summary>The name of the URL group's endpoint, or null.</summary>
    public string? EndpointName { get; internal init; }

    /// <summary>The source message's destination.</summary>
    public string Url { get; internal init; } = "";

    /// <summary>The source message's HTTP method.</summary>
    public string Method { get; internal init; } = "";

    /// <summary>The source message's headers.</summary>
    public DeliveryHeaders SourceHeaders { get; internal init; } = new();

    /// <summary>The source message's body.</summary>
    public ReadOnlyMemory<byte> SourceBody { get; internal init; }

    /// <summary>When the source message could be delivered first.</summary>
    public DateTimeOffset? NotBefore { get; internal init; }

    /// <summary>When the source message was accepted.</summary>
    public DateTimeOffset? CreatedAt { get; internal init; }

    /// <summary>The schedule that created the source message, or null.</summary>
    public string? ScheduleId { get; internal init; }

    /// <summary>The publisher's IP address.</summary>
    public string? CallerIp { get; internal init; }

    /// <summary>Whether the attempt this callback tells of delivered the message.</summary>
    public bool IsDelivered => Status is >= 200 and <= 299;

    /// <summary>Whether this is a failure callback: the message has failed for good and is in the dead letter queue.</summary>
    public bool IsFailure => DlqId is not null;

    /// <summary>Whether no further attempt follows.</summary>
    public bool IsFinal => IsDelivered || IsFailure || Retried >= MaxRetries;

    /// <summary>Reads the source message's body as the payload it was published with.</summary>
    /// <exception cref="JsonException">It is not one; also when it is JSON null.</exception>
    public T ReadSource<T>() => Read<T>(SourceBody);

    /// <summary>Reads the destination's response.</summary>
    /// <exception cref="JsonException">It is not one; also when it is JSON null.</exception>
    public T ReadResponse<T>() => Read<T>(ResponseBody);

    /// <summary>Reads an envelope, in every form that QStash's documentation shows.</summary>
    /// <param name="body">The body of a callback's delivery.</param>
    /// <param name="json">What <see cref="ReadSource{T}"/> and <see cref="ReadResponse{T}"/> read with; reflection, where enabled, when null.</param>
    /// <exception cref="JsonException">It is no callback.</exception>
    public static QStashCallback Parse(ReadOnlyMemory<byte> body, QStashJson? json = null)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        try
        {
            return Read(document.RootElement, json ?? new QStashJson());
        }
        catch (FormatException exception)
        {
            throw new JsonException("a body is not base64.", exception);
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("a text has an escape that is not Unicode.", exception);
        }
    }

    private static QStashCallback Read(JsonElement root, QStashJson json)
    {
        if (root.ValueKind != JsonValueKind.Object || CallbackFields.Text(root, "sourceMessageId") is not { } sourceMessageId)
        {
            throw new JsonException("a callback is a JSON object with a sourceMessageId.");
        }

        return new QStashCallback(json)
        {
            Status = CallbackFields.Count(root, "status"),
            ResponseHeaders = CallbackFields.Headers(root, "header"),
            ResponseBody = CallbackFields.Base64(root, "body"),
            Retried = CallbackFields.Count(root, "retried"),
            MaxRetries = CallbackFields.Count(root, "maxRetries"),
            DlqId = CallbackFields.Text(root, "dlqId"),
            SourceMessageId = sourceMessageId,
            UrlGroup = CallbackFields.Text(root, "topicName"),
            EndpointName = CallbackFields.Text(root, "endpointName"),
            Url = CallbackFields.Text(root, "url") ?? "",
            Method = CallbackFields.Text(root, "method") ?? "",
            SourceHeaders = CallbackFields.Headers(root, "sourceHeader"),
            SourceBody = CallbackFields.Base64(root, "sourceBody"),
            NotBefore = CallbackFields.Instant(root, "notBefore"),
            CreatedAt = CallbackFields.Instant(root, "createdAt"),
            ScheduleId = CallbackFields.Text(root, "scheduleId"),
            CallerIp = CallbackFields.Text(root, "callerIP") ?? CallbackFields.Text(root, "callerIp"),
        };
    }

    private T Read<T>(ReadOnlyMemory<byte> body) =>
        PayloadCodec.TryDecode(body, _json, out T? payload, out UnreadablePayload? unreadable) ? payload : throw new JsonException(unreadable.ForSender);
}
