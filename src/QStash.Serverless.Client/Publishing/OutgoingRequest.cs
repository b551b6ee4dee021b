using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace QStash.Serverless.Client;

/// <summary>One call of the REST API, without the base URL and the token: pure data, made and tested without a network.</summary>
/// <param name="Method">The HTTP method of the call.</param>
/// <param name="Path">The request target from <c>/v2</c> on, sent byte for byte.</param>
/// <param name="Headers">The headers, <c>Content-Type</c> among them; no name repeats.</param>
/// <param name="Body">The body.</param>
/// <param name="IsRepeatable">Whether sending the call twice has the effect of sending it once.</param>
internal sealed record OutgoingRequest(HttpMethod Method, string Path, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body, bool IsRepeatable)
{
    private static readonly JsonWriterOptions s_batchJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The call as error texts and logs show it: without the destination's query and user information.</summary>
    internal string Shown { get; private init; } = $"{Method} {Path}";

    /// <summary>The deduplication id of the published message, where there is one message.</summary>
    internal string? DeduplicationId { get; private init; }

    /// <summary>A publish, or an enqueue when the message names a queue (protocol 2.1, 2.2).</summary>
    internal static OutgoingRequest Publish(WireMessage message)
    {
        string start = message.Queue is null ? "/v2/publish/" : $"/v2/enqueue/{message.Queue}/";
        return new OutgoingRequest(HttpMethod.Post, start + message.Destination.Value, message.Headers, message.Body, message.IsRepeatable)
        {
            Shown = $"POST {start}{message.Destination}",
            DeduplicationId = message.DeduplicationId,
        };
    }

    /// <summary>The creation or replacement of a schedule (protocol 2.9).</summary>
    internal static OutgoingRequest Schedule(WireMessage message, string cron, string? scheduleId)
    {
        List<KeyValuePair<string, string>> headers = [new(QStashHeaders.Cron, cron), .. message.Headers];
        if (scheduleId is not null)
        {
            headers.Add(new(QStashHeaders.ScheduleId, scheduleId));
        }

        if (message.Queue is not null)
        {
            headers.Add(new(QStashHeaders.QueueName, message.Queue));
        }

        // Without an id each call would make one more schedule.
        return new OutgoingRequest(HttpMethod.Post, "/v2/schedules/" + message.Destination.Value, headers, message.Body, IsRepeatable: scheduleId is not null)
        {
            Shown = $"POST /v2/schedules/{message.Destination}",
        };
    }

    /// <summary>A batch (protocol 2.3).</summary>
    /// <exception cref="ArgumentException">A body is not UTF-8 text, which is all a batch item can carry.</exception>
    internal static OutgoingRequest Batch(IReadOnlyList<WireMessage> messages)
    {
        using MemoryStream body = new();
        using (Utf8JsonWriter json = new(body, s_batchJson))
        {
            json.WriteStartArray();
            for (int i = 0; i < messages.Count; i++)
            {
                WriteItem(json, messages[i], i);
            }

            json.WriteEndArray();
        }

        return new OutgoingRequest(
            HttpMethod.Post, "/v2/batch", [new("Content-Type", "application/json")], body.ToArray(), messages.All(static message => message.IsRepeatable));
    }

    private static void WriteItem(Utf8JsonWriter json, WireMessage message, int index)
    {
        json.WriteStartObject();
        json.WriteString("destination", message.Destination.Value);
        json.WriteStartObject("headers");
        foreach ((string name, string value) in message.Headers)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        if (message.Body.Length > 0)
        {
            if (!Utf8.IsValid(message.Body.Span))
            {
                throw new ArgumentException($"messages[{index}]: the body is not UTF-8 text, and a batch item can carry nothing else: publish this message on its own.");
            }

            json.WriteString("body", message.Body.Span);
        }

        if (message.Queue is not null)
        {
            json.WriteString("queue", message.Queue);
        }

        json.WriteEndObject();
    }
}
