using System.Text.Json;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>Queues (protocol 2.7).</summary>
internal sealed class QueueRoutes(QStashStore store)
{
    public IEnumerable<Route> All =>
    [
        new("GET", "queues", ListAsync),
        new("GET", "queues/{name}", GetAsync),
        new("POST", "queues"),
        new("DELETE", "queues/{name}"),
        new("POST", "queues/{name}/pause"),
        new("POST", "queues/{name}/resume"),
    ];

    private async Task<WireReply> ListAsync(WireCall call)
    {
        List<StoredQueue> queues = await store.RunAsync(session => session.FindQueues(call.Account.Id)).ConfigureAwait(false);
        return WireReply.Json(200, json =>
        {
            json.WriteStartArray();
            queues.ForEach(queue => Write(json, queue));
            json.WriteEndArray();
        });
    }

    private async Task<WireReply> GetAsync(WireCall call)
    {
        List<StoredQueue> queues = await store.RunAsync(session => session.FindQueues(call.Account.Id, call["name"])).ConfigureAwait(false);
        return queues is [StoredQueue queue] ? WireReply.Json(200, json => Write(json, queue)) : throw WireException.NotFound($"queue {call["name"]} not found");
    }

    private static void Write(Utf8JsonWriter json, StoredQueue queue)
    {
        json.WriteStartObject();
        json.WriteString("name", queue.Name);
        json.WriteNumber("parallelism", queue.Parallelism);
        json.WriteNumber("createdAt", queue.CreatedAt);
        json.WriteNumber("updatedAt", queue.UpdatedAt);
        json.WriteNumber("lag", queue.Lag);
        json.WriteBoolean("paused", queue.Paused);
        json.WriteEndObject();
    }
}
