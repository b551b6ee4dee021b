using QStash.Serverless.DevServer.Delivery;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>Reading and cancelling messages (protocol 2.4).</summary>
internal sealed class MessageRoutes(QStashStore store, TimeProvider time)
{
    public IEnumerable<Route> All =>
    [
        new("GET", "messages/{id}", GetAsync),
        new("DELETE", "messages/{id}", CancelAsync),
        new("DELETE", "messages"),
    ];

    private async Task<WireReply> GetAsync(WireCall call)
    {
        StoredMessage? message = await store.RunAsync(session => session.FindMessage(call.Account.Id, call["id"])).ConfigureAwait(false);
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        bool gone = message?.FinishedAt is { } finished && (message.CancelRequested || finished + (long)MessageLife.Grace.TotalMilliseconds < now);
        return message is null || gone ? throw NotFound(call) : WireReply.Json(200, json => MessageJson.Write(json, message));
    }

    private async Task<WireReply> CancelAsync(WireCall call)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        bool cancelled = await store.RunAsync(session => MessageLife.Cancel(session, call.Account.Id, call["id"], now)).ConfigureAwait(false);
        return !cancelled ? throw NotFound(call) : WireReply.Json(200, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("cancelled", 1);
            json.WriteEndObject();
        });
    }

    private static WireException NotFound(WireCall call) => WireException.NotFound($"message {call["id"]} not found");
}
