using System.Text.Json;
using QStash.Serverless.DevServer.Settings;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>The schedule object of reads (protocol 2.9).</summary>
internal static class ScheduleJson
{
    public static void Write(Utf8JsonWriter json, StoredSchedule schedule, List<(string MessageId, string State)> lastStates)
    {
        PublishSettings settings = schedule.Settings;
        json.WriteStartObject();
        json.WriteString("scheduleId", schedule.Id);
        json.WriteString("cron", schedule.Cron.Text);
        json.WriteNumber("createdAt", schedule.CreatedAt);
        json.WriteString("destination", schedule.Destination);
        json.WriteString("method", settings.Method);
        RedactedFields redacted = settings.Redacted;
        MessageJson.WriteHeaders(json, "header", redacted.Headers(settings.Headers));
        MessageJson.WriteBody(json, "body", "bodyBase64", redacted.Body(schedule.Body));
        json.WriteNumber("retries", settings.Retries);
        WriteSeconds(json, "delay", settings.Delay);
        WriteSeconds(json, "timeout", settings.Timeout);
        MessageJson.WriteText(json, "callback", settings.Callback?.Url);
        MessageJson.WriteHeadersIfAny(json, "callbackHeader", settings.Callback is { } callback ? redacted.Headers(callback.Headers) : null);
        MessageJson.WriteText(json, "failureCallback", settings.FailureCallback?.Url);
        MessageJson.WriteHeadersIfAny(json, "failureCallbackHeader", settings.FailureCallback is { } failure ? redacted.Headers(failure.Headers) : null);
        MessageJson.WriteText(json, "queueName", settings.Queue);
        MessageJson.WriteText(json, "callerIP", schedule.CallerIp);
        MessageJson.WriteText(json, "callerIp", schedule.CallerIp);
        MessageJson.WriteText(json, "retryDelayExpression", settings.RetryDelay?.Text);
        MessageJson.WriteLabels(json, settings.Labels);
        MessageJson.WriteFlowControl(json, settings);
        json.WriteBoolean("isPaused", schedule.IsPaused);
        WriteTime(json, "lastScheduleTime", schedule.LastTime);
        WriteTime(json, "nextScheduleTime", schedule.NextTime);
        if (schedule.LastTime is not null)
        {
            json.WriteStartObject("lastScheduleStates");
            lastStates.ForEach(state => json.WriteString(state.MessageId, Meaning(state.State)));
            json.WriteEndObject();
        }

        MessageJson.WriteText(json, "error", schedule.Error);
        json.WriteEndObject();
    }

    private static string Meaning(string state) => state switch
    {
        "DELIVERED" => "SUCCESS",
        "FAILED" or "CANCELED" => "FAIL",
        _ => "IN_PROGRESS",
    };

    private static void WriteSeconds(Utf8JsonWriter json, string name, TimeSpan? value)
    {
        if (value is { } duration)
        {
            json.WriteNumber(name, (long)duration.TotalSeconds);
        }
    }

    private static void WriteTime(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } time)
        {
            json.WriteNumber(name, time);
        }
    }
}
