using System.Text.Json;
using QStash.Serverless.DevServer.Delivery;
using QStash.Serverless.DevServer.Quotas;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>Queues (protocol 2.7).</summary>
internal sealed class QueueRoutes(QStashStore store, Limits limits, TimeProvider time)
{
    public IEnumerable<Route> All =>
    [
        new("GET", "queues", ListAsync),
        new("GET", "queues/{name}", GetAsync),
        new("POST", "queues", PutAsync),
        new("DELETE", "queues/{name}", DeleteAsync),
        new("POST", "queues/{name}/pause", call => PauseAsync(call, paused: true)),
        new("POST", "queues/{name}/resume", call => PauseAsync(call, paused: false)),
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
        StoredQueue queue = await store.RunAsync(session => session.FindQueue(call.Account.Id, call["name"])).ConfigureAwait(false)
            ?? throw WireException.NotFound($"queue {call["name"]} not found");
        return WireReply.Json(200, json => Write(json, queue));
    }

    /// <summary>Creates a queue or changes one; what the request does not name stays, or is the default in a new queue.</summary>
    private async Task<WireReply> PutAsync(WireCall call)
    {
        (string? name, int? parallelism, bool? paused) = JsonBody.Read(
            await call.ReadBodyAsync().ConfigureAwait(false),
            json => (JsonBody.Text(json, "queueName"), JsonBody.Number(json, "parallelism"), JsonBody.Flag(json, "paused")));
        CheckName(name ?? "");
        if (parallelism <= 0)
        {
            throw WireException.BadRequest($"invalid parallelism {parallelism}: a queue delivers at least one message at a time");
        }

        if (parallelism > limits.QueueParallelism)
        {
            throw Limits.Exceeded("maxQueueParallelism", limits.QueueParallelism);
        }

        return await store.RunAsync(session =>
        {
            session.CheckQueueCount(call.Account.Id, name!, limits);
            session.PutQueue(call.Account.Id, name!, parallelism, paused, time.GetUtcNow().ToUnixTimeMilliseconds());
            return WireReply.Empty;
        }).ConfigureAwait(false);
    }

    /// <summary>Messages still in the queue are cancelled: nothing could ever deliver them.</summary>
    private Task<WireReply> DeleteAsync(WireCall call) => store.RunAsync(session =>
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (string id in session.DeleteQueue(call.Account.Id, call["name"]))
        {
            MessageLife.Cancel(session, call.Account.Id, id, now);
        }

        return WireReply.Empty;
    });

    private Task<WireReply> PauseAsync(WireCall call, bool paused)
    {
        CheckName(call["name"]);
        return store.RunAsync(session =>
        {
            if (session.FindQueue(call.Account.Id, call["name"]) is null)
            {
                throw WireException.NotFound($"queue {call["name"]} not found");
            }

            session.PutQueue(call.Account.Id, call["name"], parallelism: null, paused, time.GetUtcNow().ToUnixTimeMilliseconds());
            return WireReply.Empty;
        });
    }

    /// <exception cref="WireException">400: it cannot name a queue.</exception>
    public static void CheckName(string name)
    {
        if (!QStashName.IsValid(name))
        {
            throw WireException.BadRequest($"invalid queue name '{name}': use letters, digits, '_', '.' and '-' only");
        }
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
