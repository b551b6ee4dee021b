using QStash.Serverless.DevServer.Delivery;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>Reading and cancelling messages (protocol 2.4).</summary>
internal sealed class MessageRoutes(QStashStore store, TimeProvider time)
{
    private const int MostCancelled = 500;

    public IEnumerable<Route> All =>
    [
        new("GET", "messages/{id}", GetAsync),
        new("DELETE", "messages/{id}", CancelAsync),
        new("DELETE", "messages", CancelManyAsync),
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
        return cancelled ? Cancelled(1) : throw NotFound(call);
    }

    /// <summary>
    /// Cancels the named messages, or all pending ones that the filters let through; finished ones do not count. A cursor, which clients send
    /// with every bulk write, says nothing here: what is cancelled is not found again.
    /// </summary>
    private async Task<WireReply> CancelManyAsync(WireCall call)
    {
        ListParameters parameters = await ListParameters.OfBulkWriteAsync(call, [.. MessageFilters.Names, "messageIds", "count", "cursor"]).ConfigureAwait(false);
        IReadOnlyList<string> named = parameters.Many("messageIds");
        MessageFilter filter = MessageFilters.Read(parameters);
        int count = Paging.Count(parameters, byDefault: int.MaxValue, MostCancelled);
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        int cancelled = await store.RunAsync(session =>
        {
            IEnumerable<string> ids = named.Count > 0 ? named.Distinct(StringComparer.Ordinal) : session.PendingMessages(call.Account.Id, filter, count);
            return ids.Count(id => MessageLife.Cancel(session, call.Account.Id, id, now));
        }).ConfigureAwait(false);
        return Cancelled(cancelled);
    }

    private static WireReply Cancelled(int count) => WireReply.Json(200, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("cancelled", count);
        json.WriteEndObject();
    });

    private static WireException NotFound(WireCall call) => WireException.NotFound($"message {call["id"]} not found");
}
