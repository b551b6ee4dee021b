using System.Text.Json;
using QStash.Serverless.DevServer.Settings;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>The logs of messages, under both of their paths (protocol 2.5, 9.2).</summary>
internal sealed class EventRoutes(QStashStore store)
{
    private static readonly string[] States = ["CREATED", "ACTIVE", "ERROR", "RETRY", "DELIVERED", "FAILED", "CANCEL_REQUESTED", "CANCELED"];

    public IEnumerable<Route> All =>
    [
        new("GET", "events", call => ListAsync(call, defaultCount: 1000, "events")),
        new("GET", "logs", call => ListAsync(call, defaultCount: 100, "logs", "events")),
    ];

    private async Task<WireReply> ListAsync(WireCall call, int defaultCount, params string[] names)
    {
        RawQuery query = call.Query;
        Paging.RefuseUnbuilt(
            query, "url", "host", "path", "topicName", "scheduleId", "queueName", "label", "flowControlKey", "callerIp", "callerIP", "fromDate", "toDate", "groupBy", "trimBody");
        int count = Paging.Count(query, defaultCount, 1000);
        EventQuery wanted = new(
            call.Account.Id, [.. query.Many("messageId"), .. query.Many("messageIds")], [.. query.Many("state").SelectMany(Meaning)],
            Paging.EarliestFirst(query, byDefault: false), Paging.After(query), count + 1);
        List<StoredEvent> found = await store.RunAsync(session => session.FindEvents(wanted)).ConfigureAwait(false);
        return WireReply.Json(200, json =>
        {
            json.WriteStartObject();
            if (found.Count > count)
            {
                json.WriteString("cursor", Paging.Cursor(found[count - 1].Time, found[count - 1].Seq));
            }

            foreach (string name in names)
            {
                json.WriteStartArray(name);
                foreach (StoredEvent e in found.Take(count))
                {
                    Write(json, e);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        });
    }

    private static IEnumerable<string> Meaning(string state) => state.ToUpperInvariant() switch
    {
        "IN_PROGRESS" => ["ACTIVE", "RETRY", "ERROR"],
        "CANCELLED" => ["CANCELED"],
        string known when States.Contains(known, StringComparer.Ordinal) => [known],
        _ => throw WireException.BadRequest($"invalid state '{state}': use IN_PROGRESS or one of {string.Join(", ", States)}"),
    };

    private static void Write(Utf8JsonWriter json, StoredEvent e)
    {
        StoredMessage message = e.Message;
        PublishSettings settings = message.Settings;
        json.WriteStartObject();
        json.WriteNumber("time", e.Time);
        json.WriteString("messageId", message.Id);
        json.WriteString("state", e.State);
        json.WriteString("url", message.Url);
        json.WriteString("method", settings.Method);
        MessageJson.WriteHeaders(json, "header", settings.Headers);
        if (message.Body.Length > 0)
        {
            json.WriteBase64String("body", message.Body);
        }

        json.WriteNumber("maxRetries", settings.Retries);
        if (settings.Timeout is { } timeout)
        {
            json.WriteNumber("timeout", (long)timeout.TotalMilliseconds);
        }

        MessageJson.WriteText(json, "error", e.Error);
        if (e.Status is { } status)
        {
            json.WriteNumber("responseStatus", status);
            json.WriteBase64String("responseBody", e.ResponseBody);
            MessageJson.WriteHeaders(json, "responseHeader", e.ResponseHeaders!);
            MessageJson.WriteHeaders(json, "responseHeaders", e.ResponseHeaders!);
        }

        if (e.NextDelivery is { } next)
        {
            json.WriteNumber("nextDeliveryTime", next);
        }

        MessageJson.WriteText(json, "topicName", message.Topic);
        MessageJson.WriteText(json, "endpointName", message.Endpoint);
        MessageJson.WriteText(json, "queueName", message.Queue);
        MessageJson.WriteText(json, "scheduleId", message.Schedule);
        MessageJson.WriteText(json, "callback", settings.Callback?.Url);
        MessageJson.WriteHeadersIfAny(json, "callbackHeaders", settings.Callback?.Headers);
        MessageJson.WriteText(json, "failureCallback", settings.FailureCallback?.Url);
        MessageJson.WriteHeadersIfAny(json, "failureCallbackHeaders", settings.FailureCallback?.Headers);
        MessageJson.WriteText(json, "callerIP", message.CallerIp);
        MessageJson.WriteText(json, "retryDelayExpr", settings.RetryDelay?.Text);
        MessageJson.WriteText(json, "retryDelayExpression", settings.RetryDelay?.Text);
        MessageJson.WriteLabels(json, settings.Labels);
        json.WriteEndObject();
    }
}
