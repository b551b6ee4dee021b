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

    private Task<WireReply> ListAsync(WireCall call, int defaultCount, params string[] names)
    {
        ListParameters parameters = ListParameters.OfRead(call);
        string? groupBy = parameters.First("groupBy");
        EventQuery query = new(
            call.Account.Id, MessageFilters.Read(parameters), [.. parameters.Many("messageId"), .. parameters.Many("messageIds")],
            [.. parameters.Many("state").SelectMany(Meaning)], Paging.EarliestFirst(parameters, byDefault: false), Paging.After(parameters),
            Paging.Count(parameters, groupBy is null ? defaultCount : 10, 1000));
        return groupBy switch
        {
            null => ListEventsAsync(query, Paging.TrimBody(parameters), names),
            "messageId" => ListGroupsAsync(query, Paging.TrimBody(parameters)),
            _ => throw WireException.BadRequest($"invalid groupBy '{groupBy}': only messageId can be grouped by"),
        };
    }

    private async Task<WireReply> ListEventsAsync(EventQuery query, int? trim, string[] names)
    {
        List<StoredEvent> found = await store.RunAsync(session => session.FindEvents(query with { Count = query.Count + 1 })).ConfigureAwait(false);
        return Page(query, found, e => (e.Time, e.Seq), (json, page) =>
        {
            foreach (string name in names)
            {
                WriteArray(json, name, page, trim);
            }
        });
    }

    private async Task<WireReply> ListGroupsAsync(EventQuery query, int? trim)
    {
        List<EventGroup> found = await store.RunAsync(session => session.FindEventGroups(query with { Count = query.Count + 1 })).ConfigureAwait(false);
        return Page(query, found, g => (g.Message.CreatedAt, g.Message.Seq), (json, page) =>
        {
            json.WriteStartArray("messages");
            foreach (EventGroup group in page)
            {
                json.WriteStartObject();
                json.WriteString("messageId", group.Message.Id);
                WriteArray(json, "events", group.Events, trim);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary>An object with what was found, and a cursor if there is more.</summary>
    private static WireReply Page<T>(EventQuery query, List<T> found, Func<T, (long Time, long Seq)> place, Action<Utf8JsonWriter, IReadOnlyList<T>> write)
        => WireReply.Json(200, json =>
        {
            json.WriteStartObject();
            if (found.Count > query.Count)
            {
                (long time, long seq) = place(found[query.Count - 1]);
                json.WriteString("cursor", Paging.Cursor(time, seq));
            }

            write(json, found.Count > query.Count ? found[..query.Count] : found);
            json.WriteEndObject();
        });

    private static void WriteArray(Utf8JsonWriter json, string name, IReadOnlyList<StoredEvent> events, int? trim)
    {
        json.WriteStartArray(name);
        foreach (StoredEvent e in events)
        {
            Write(json, e, trim);
        }

        json.WriteEndArray();
    }

    private static IEnumerable<string> Meaning(string state) => state.ToUpperInvariant() switch
    {
        "IN_PROGRESS" => ["ACTIVE", "RETRY", "ERROR"],
        "CANCELLED" => ["CANCELED"],
        string known when States.Contains(known, StringComparer.Ordinal) => [known],
        _ => throw WireException.BadRequest($"invalid state '{state}': use IN_PROGRESS or one of {string.Join(", ", States)}"),
    };

    private static void Write(Utf8JsonWriter json, StoredEvent e, int? trim)
    {
        StoredMessage message = e.Message;
        PublishSettings settings = message.Settings;
        json.WriteStartObject();
        json.WriteNumber("time", e.Time);
        json.WriteString("messageId", message.Id);
        json.WriteString("state", e.State);
        json.WriteString("url", message.Url);
        json.WriteString("method", settings.Method);
        RedactedFields redacted = settings.Redacted;
        MessageJson.WriteHeaders(json, "header", redacted.Headers(settings.Headers));
        ReadOnlySpan<byte> body = MessageJson.Trim(redacted.Body(message.Body), trim);
        if (!body.IsEmpty)
        {
            json.WriteBase64String("body", body);
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
            json.WriteBase64String("responseBody", MessageJson.Trim(e.ResponseBody!, trim));
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
        MessageJson.WriteHeadersIfAny(json, "callbackHeaders", settings.Callback is { } callback ? redacted.Headers(callback.Headers) : null);
        MessageJson.WriteText(json, "failureCallback", settings.FailureCallback?.Url);
        MessageJson.WriteHeadersIfAny(json, "failureCallbackHeaders", settings.FailureCallback is { } failure ? redacted.Headers(failure.Headers) : null);
        MessageJson.WriteText(json, "callerIP", message.CallerIp);
        MessageJson.WriteText(json, "retryDelayExpr", settings.RetryDelay?.Text);
        MessageJson.WriteText(json, "retryDelayExpression", settings.RetryDelay?.Text);
        MessageJson.WriteLabels(json, settings.Labels);
        MessageJson.WriteFlowControl(json, settings);
        json.WriteEndObject();
    }
}
