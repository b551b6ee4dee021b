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
    public static void WriteFields(Utf8JsonWriter json, StoredMessage message, int? trim = null)
    {
        PublishSettings settings = message.Settings;
        json.WriteString("messageId", message.Id);
        json.WriteString("url", message.Url);
        WriteText(json, "topicName", message.Topic);
        WriteText(json, "endpointName", message.Endpoint);
        json.WriteString("method", settings.Method);
        RedactedFields redacted = settings.Redacted;
        WriteHeaders(json, "header", redacted.Headers(settings.Headers));
        WriteBody(json, "body", "bodyBase64", redacted.Body(message.Body), trim);
        json.WriteNumber("maxRetries", settings.Retries);
        json.WriteNumber("notBefore", message.NotBefore);
        json.WriteNumber("createdAt", message.CreatedAt);
        WriteText(json, "callback", settings.Callback?.Url);
        WriteHeadersIfAny(json, "callbackHeader", settings.Callback is { } callback ? redacted.Headers(callback.Headers) : null);
        WriteText(json, "failureCallback", settings.FailureCallback?.Url);
        WriteHeadersIfAny(json, "failureCallbackHeader", settings.FailureCallback is { } failure ? redacted.Headers(failure.Headers) : null);
        WriteText(json, "queueName", message.Queue);
        WriteText(json, "scheduleId", message.Schedule);
        WriteText(json, "callerIP", message.CallerIp);
        WriteText(json, "retryDelayExpression", settings.RetryDelay?.Text);
        WriteLabels(json, settings.Labels);
        WriteFlowControl(json, settings);
    }

    /// <summary>The flow-control key with the limits that were given, and always with a period (protocol 2.4.1).</summary>
    public static void WriteFlowControl(Utf8JsonWriter json, PublishSettings settings)
    {
        if (settings.FlowControl is not { } limits)
        {
            return;
        }

        json.WriteString("flowControlKey", settings.FlowKey);
        if (limits.Parallelism is { } parallelism)
        {
            json.WriteNumber("parallelism", parallelism);
        }

        if (limits.Rate is { } rate)
        {
            json.WriteNumber("rate", rate);
        }

        json.WriteNumber("period", (long)limits.Period.TotalSeconds);
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
    /// <param name="json">Written to.</param>
    /// <param name="textName">The name of the text.</param>
    /// <param name="base64Name">The name of the base64.</param>
    /// <param name="body">The whole body.</param>
    /// <param name="trim">How many of its bytes are shown at most.</param>
    public static void WriteBody(Utf8JsonWriter json, string textName, string base64Name, byte[] body, int? trim = null)
    {
        bool isText = Utf8.IsValid(body);
        ReadOnlySpan<byte> shown = Trim(body, trim);
        while (isText && !Utf8.IsValid(shown))
        {
            // The cut fell into the middle of a character.
            shown = shown[..^1];
        }

        if (shown.IsEmpty)
        {
            return;
        }

        if (isText)
        {
            json.WriteString(textName, shown);
        }
        else
        {
            json.WriteBase64String(base64Name, shown);
        }
    }

    /// <summary>The bytes of a body that a list shows.</summary>
    public static ReadOnlySpan<byte> Trim(byte[] body, int? trim) => body.AsSpan(0, Math.Min(body.Length, trim ?? int.MaxValue));
}
