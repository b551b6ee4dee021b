using System.Globalization;
using System.Text.Json;
using QStash.Serverless.DevServer.Settings;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>The objects of the first version of the API (protocol 2.15). Bodies are base64, times Unix milliseconds; what v1 had no name for is left out.</summary>
internal static class V1Json
{
    public const string TopicPrefix = "tpc_";
    public const string EndpointPrefix = "ept_";
    public const string TaskPrefix = "task_";

    public static Action<Utf8JsonWriter, IEnumerable<T>> Array<T>(Action<Utf8JsonWriter, T> write) => (json, items) =>
    {
        json.WriteStartArray();
        foreach (T item in items)
        {
            write(json, item);
        }

        json.WriteEndArray();
    };

    private static string TopicId(StoredUrlGroup topic) => string.Create(CultureInfo.InvariantCulture, $"{TopicPrefix}{topic.Id}");

    private static string TaskId(StoredMessage message) => TaskPrefix + message.Id["msg_".Length..];

    public static void WriteTopic(Utf8JsonWriter json, StoredUrlGroup topic)
    {
        json.WriteStartObject();
        json.WriteString("topicId", TopicId(topic));
        json.WriteString("name", topic.Name);
        json.WritePropertyName("endpoints");
        Array<(StoredUrlGroup, StoredEndpoint)>(WriteEndpoint)(json, topic.Endpoints.Select(endpoint => (topic, endpoint)));
        json.WriteEndObject();
    }

    public static void WriteEndpoint(Utf8JsonWriter json, (StoredUrlGroup Topic, StoredEndpoint Endpoint) found)
    {
        json.WriteStartObject();
        json.WriteString("endpointId", string.Create(CultureInfo.InvariantCulture, $"{EndpointPrefix}{found.Endpoint.Id}"));
        json.WriteString("topicId", TopicId(found.Topic));
        json.WriteString("topicName", found.Topic.Name);
        json.WriteString("url", found.Endpoint.Url);
        json.WriteEndObject();
    }

    public static void WriteMessage(Utf8JsonWriter json, (StoredMessage Message, StoredUrlGroup? Topic) found)
    {
        StoredMessage message = found.Message;
        PublishSettings settings = message.Settings;
        json.WriteStartObject();
        json.WriteString("messageId", message.FanOut ?? message.Id);
        json.WriteString("destinationType", message.Topic is null ? "url" : "topic");
        MessageJson.WriteText(json, "topicId", found.Topic is { } topic ? TopicId(topic) : null);
        MessageJson.WriteText(json, "topicName", message.Topic);
        MessageJson.WriteText(json, "url", message.Topic is null ? message.Url : null);
        json.WriteString("method", settings.Method);
        json.WriteStartObject("header");
        foreach ((string name, string[] values) in settings.Redacted.Headers(settings.Headers))
        {
            json.WriteString(name, string.Join(", ", values));
        }

        json.WriteEndObject();
        json.WriteBase64String("body", settings.Redacted.Body(message.Body));
        json.WriteNumber("createdAt", message.CreatedAt);
        MessageJson.WriteText(json, "scheduleId", message.Schedule);
        WriteSettings(json, settings, message.NotBefore > message.CreatedAt ? message.NotBefore : null);
        json.WriteEndObject();
    }

    private static void WriteSettings(Utf8JsonWriter json, PublishSettings settings, long? notBefore)
    {
        json.WriteStartObject("settings");
        json.WriteNumber("retries", settings.Retries);
        if (settings.Delay is { } delay)
        {
            json.WriteNumber("delay", (long)delay.TotalSeconds);
        }

        if (notBefore is { } due)
        {
            json.WriteNumber("notBefore", due);
        }

        MessageJson.WriteText(json, "callback", settings.Callback?.Url);
        json.WriteEndObject();
    }

    public static void WriteTasks(Utf8JsonWriter json, List<List<StoredEvent>> tasks)
    {
        // All tasks of a message are made at one time, and pages go by time: there is only one.
        json.WriteStartObject();
        json.WritePropertyName("tasks");
        Array<List<StoredEvent>>(WriteTask)(json, tasks);
        json.WriteEndObject();
    }

    public static void WriteTask(Utf8JsonWriter json, List<StoredEvent> events)
    {
        StoredMessage message = events[0].Message;
        StoredEvent? failure = events.Find(e => e.State == "ERROR");
        json.WriteStartObject();
        json.WriteString("taskId", TaskId(message));
        json.WriteString("messageId", message.FanOut ?? message.Id);
        json.WriteString("url", message.Url);
        json.WriteString("state", message.Phase switch
        {
            MessagePhase.Active => "processing",
            MessagePhase.Waiting => message.Retried == 0 ? "pending" : "retrying",
            _ => events[0].State.ToLowerInvariant(),
        });
        json.WriteNumber("retried", message.Retried);
        json.WriteNumber("maxRetry", message.Settings.Retries);
        WriteTime(json, "completedAt", events.Find(e => e.State == "DELIVERED")?.Time);
        WriteTime(json, "nextProcessAt", message.Phase == MessagePhase.Waiting ? message.Due : null);
        WriteTime(json, "lastErrorAt", failure?.Time);
        MessageJson.WriteText(json, "error", failure?.Error);
        json.WriteEndObject();
    }

    public static void WriteLogs(Utf8JsonWriter json, List<StoredEvent> events)
    {
        json.WriteStartObject();
        json.WriteStartArray("logs");
        foreach (StoredEvent e in events)
        {
            json.WriteStartObject();
            WriteEvent(json, e);
            if (e.Status is { } status)
            {
                json.WriteNumber("responseStatus", status);
                json.WriteBase64String("responseBody", e.ResponseBody!);
                MessageJson.WriteHeaders(json, "responseHeader", e.ResponseHeaders!);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>An entry of the list of all events.</summary>
    public static void WriteListed(Utf8JsonWriter json, StoredEvent e)
    {
        json.WriteStartObject();
        json.WriteString("id", e.Seq.ToString(CultureInfo.InvariantCulture));
        json.WriteString("messageId", e.Message.FanOut ?? e.Message.Id);
        WriteEvent(json, e);
        json.WriteEndObject();
    }

    private static void WriteEvent(Utf8JsonWriter json, StoredEvent e)
    {
        json.WriteNumber("time", e.Time);
        json.WriteString("state", e.State.ToLowerInvariant());
        json.WriteString("taskId", TaskId(e.Message));
        json.WriteString("url", e.Message.Url);
        WriteTime(json, "nextDeliveryTime", e.NextDelivery);
        MessageJson.WriteText(json, "error", e.Error);
    }

    public static void WriteSchedule(Utf8JsonWriter json, (StoredSchedule Schedule, StoredUrlGroup? Topic) found)
    {
        StoredSchedule schedule = found.Schedule;
        PublishSettings settings = schedule.Settings;
        json.WriteStartObject();
        json.WriteString("scheduleId", schedule.Id);
        json.WriteString("cron", schedule.Cron.Text);
        json.WriteNumber("createdAt", schedule.CreatedAt);
        json.WriteStartObject("content");
        MessageJson.WriteHeaders(json, "header", settings.Redacted.Headers(settings.Headers));
        json.WriteBase64String("body", settings.Redacted.Body(schedule.Body));
        json.WriteEndObject();
        json.WriteStartObject("destination");
        bool isUrl = schedule.Destination.Contains("://", StringComparison.Ordinal);
        json.WriteString("type", isUrl ? "url" : "topic");
        MessageJson.WriteText(json, "url", isUrl ? schedule.Destination : null);
        if (found.Topic is { } topic)
        {
            json.WritePropertyName("topic");
            WriteTopic(json, topic);
        }

        json.WriteEndObject();
        WriteSettings(json, settings, notBefore: null);
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, long? time)
    {
        if (time is { } known)
        {
            json.WriteNumber(name, known);
        }
    }
}
