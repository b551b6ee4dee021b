using QStash.Serverless.DevServer.Intake;
using QStash.Serverless.DevServer.Settings;
using QStash.Serverless.DevServer.Store;
using QStash.Serverless.DevServer.Wire;

namespace QStash.Serverless.DevServer.Delivery;

/// <summary>Callbacks and failure callbacks: messages of their own that tell how another message fared (protocol 6).</summary>
internal static class CallbackMessage
{
    /// <summary>After each attempt, if the message asked for it; in earlier years after the one that delivers.</summary>
    public static void Create(StoreSession session, StoredMessage source, Outcome outcome, long now, Timing timing)
    {
        if (source.Settings.Callback is { } callback && (outcome.Delivered || timing.CallbackAfterEachAttempt))
        {
            Insert(session, source, callback, CallbackBody.Write(source, outcome, dlqId: null), now);
        }
    }

    /// <summary>Once, when the message has failed for good and its DLQ entry exists.</summary>
    public static void CreateFailure(StoreSession session, StoredMessage source, Outcome outcome, string dlqId, long now)
    {
        if (source.Settings.FailureCallback is { } callback)
        {
            Insert(session, source, callback, CallbackBody.Write(source, outcome, dlqId), now);
        }
    }

    private static void Insert(StoreSession session, StoredMessage source, CallbackSettings callback, byte[] body, long now)
    {
        PublishSettings settings = PublishSettings.Parse(callback.ForMessage(source.Settings.Raw));
        StoredMessage message = session.InsertMessage(
            new()
            {
                Id = MessageIds.New(),
                Account = source.Account,
                Url = callback.Url,
                Settings = settings,
                CallerIp = source.CallerIp,
                SlotOf = source.Slot,
                Source = source.Id,
                CreatedAt = now,
                NotBefore = settings.FirstAttempt(now),
                Body = body,
            },
            ready: true);
        if (source.Slot is { } slot)
        {
            session.HoldSlot(slot);
        }

        session.Record(message, "CREATED", now, nextDelivery: message.NotBefore > now ? message.NotBefore : null);
    }
}
