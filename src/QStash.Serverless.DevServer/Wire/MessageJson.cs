using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using QStash.Serverless.DevServer.Settings;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>The message object of reads (protocol 2.4.1).</summary>
internal static class MessageJson
{
    public static void Write(Utf8JsonWriter json, StoredMessage message)
    {
        json.WriteStartObject();
        WriteFields(json, message);
        json.WriteEndObject();
    }

    /// <summary>The fields without the braces, for objects that have more.</summary>
    public static void WriteFields(Utf8JsonWriter json, StoredMessage message)
    {
        PublishSettings settings = message.Settings;
        json.WriteString("messageId", message.Id);
        json.WriteString("url", message.Url);
        WriteText(json, "topicName", message.Topic);
        WriteText(json, "endpointName", message.Endpoint);
        json.WriteString("method", settings.Method);
        WriteHeaders(json, "header", settings.Headers);
        WriteBody(json, "body", "bodyBase64", message.Body);
        json.WriteNumber("maxRetries", settings.Retries);
        json.WriteNumber("notBefore", message.NotBefore);
        json.WriteNumber("createdAt", message.CreatedAt);
        WriteText(json, "callback", settings.Callback?.Url);
        WriteHeadersIfAny(json, "callbackHeader", settings.Callback?.Headers);
        WriteText(json, "failureCallback", settings.FailureCallback?.Url);
        WriteHeadersIfAny(json, "failureCallbackHeader", settings.FailureCallback?.Headers);
        WriteText(json, "queueName", message.Queue);
        WriteText(json, "scheduleId", message.Schedule);
        WriteText(json, "callerIP", message.CallerIp);
        WriteText(json, "retryDelayExpression", settings.RetryDelay?.Text);
        WriteLabels(json, settings.Labels);
    }

    public static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    public static void WriteLabels(Utf8JsonWriter json, IReadOnlyList<string> labels)
    {
        if (labels.Count == 0)
        {
            return;
        }

        json.WriteString("label", labels[0]);
        json.WriteStartArray("labels");
        foreach (string label in labels)
        {
            json.WriteStringValue(label);
        }

        json.WriteEndArray();
    }

    public static void WriteHeaders(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string[]> headers)
    {
        json.WriteStartObject(name);
        foreach ((string header, string[] values) in headers)
        {
            json.WriteStartArray(header);
            foreach (string value in values)
            {
                json.WriteStringValue(value);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    public static void WriteHeadersIfAny(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string[]>? headers)
    {
        if (headers is { Count: > 0 })
        {
            WriteHeaders(json, name, headers);
        }
    }

    /// <summary>A body as text when it is UTF-8, as base64 otherwise, not at all when it is empty.</summary>
    public static void WriteBody(Utf8JsonWriter json, string textName, string base64Name, byte[] body)
    {
        if (body.Length == 0)
        {
            return;
        }

        if (Utf8.IsValid(body))
        {
            json.WriteString(textName, Encoding.UTF8.GetString(body));
        }
        else
        {
            json.WriteBase64String(base64Name, body);
        }
    }
}
