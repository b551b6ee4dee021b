using QStash.Serverless.DevServer.Delivery;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>The JSON a callback or failure callback carries (protocol 6).</summary>
internal static class CallbackBody
{
    /// <param name="source">The message it tells about.</param>
    /// <param name="outcome">The attempt it tells about.</param>
    /// <param name="dlqId">The source's DLQ entry, in a failure callback.</param>
    public static byte[] Write(StoredMessage source, Outcome outcome, string? dlqId)
        => WireReply.Bytes(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("status", outcome.Status);
            MessageJson.WriteHeaders(json, "header", outcome.Headers);
            json.WriteBase64String("body", outcome.Body);
            json.WriteNumber("retried", source.Retried);
            json.WriteNumber("maxRetries", source.Settings.Retries);
            MessageJson.WriteText(json, "dlqId", dlqId);
            json.WriteString("sourceMessageId", source.Id);
            MessageJson.WriteText(json, "topicName", source.Topic);
            MessageJson.WriteText(json, "endpointName", source.Endpoint);
            json.WriteString("url", source.Url);
            json.WriteString("method", source.Settings.Method);
            MessageJson.WriteHeaders(json, "sourceHeader", source.Settings.Headers);
            json.WriteBase64String("sourceBody", source.Body);
            json.WriteNumber("notBefore", source.NotBefore);
            json.WriteNumber("createdAt", source.CreatedAt);
            MessageJson.WriteText(json, "scheduleId", source.Schedule);
            MessageJson.WriteText(json, "callerIP", source.CallerIp);
            json.WriteEndObject();
        }).ToArray();
}
