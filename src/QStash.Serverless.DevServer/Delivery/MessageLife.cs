using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Delivery;

/// <summary>The steps of a message's life, each inside one transaction (protocol 9.1, Appendix C).</summary>
internal static class MessageLife
{
    /// <summary>How long a finished message can still be read (protocol 2.4).</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>Takes what is due, as far as each account and flow key has room, and records the attempts before they are made.</summary>
    public static List<StoredMessage> TakeDue(StoreSession session, long now, int parallelism)
    {
        session.JoinWaitLists(now);
        List<StoredMessage> taken = [];
        foreach ((long account, int active) in session.ActiveMessages())
        {
            int places = parallelism - active;
            if (places > 0)
            {
                IEnumerable<StoredMessage> candidates = session.DueMessages(account, now, places).Concat(session.AdmittedMessages(account, now, places));
                taken.AddRange(candidates.OrderBy(m => m.Due).ThenBy(m => m.Seq).Take(places));
            }
        }

        foreach (StoredMessage message in taken)
        {
            session.MarkActive(message);
            session.Record(message, "ACTIVE", now);
            if (message.FlowKey is { } key)
            {
                session.CountDispatch(message.Account, key, now);
            }
        }

        return taken;
    }

    /// <summary>Records how an attempt ended and what follows from it: the end, the next attempt, callbacks, the dead letter queue.</summary>
    public static void Conclude(StoreSession session, StoredMessage attempted, Outcome outcome, DateTimeOffset time, Timing timing)
    {
        long now = time.ToUnixTimeMilliseconds();
        StoredMessage? message = session.FindMessage(attempted.Account, attempted.Id);
        if (message is null)
        {
            // The account was reset during the attempt.
            return;
        }

        if (outcome.Delivered)
        {
            session.Record(message, "DELIVERED", now, outcome);
            CallbackMessage.Create(session, message, outcome, now, timing);
            Finish(session, message, now);
            return;
        }

        long? next = message.CancelRequested ? null : NextAttempt.After(message, outcome, time, timing);
        session.Record(message, "ERROR", now, outcome, next);
        if (next is { } due)
        {
            CallbackMessage.Create(session, message, outcome, now, timing);
            session.Record(message, "RETRY", now, nextDelivery: due);
            session.MarkRetry(message, due);
            LeaveFlow(session, message, now);
        }
        else if (message.CancelRequested)
        {
            CallbackMessage.Create(session, message, outcome, now, timing);
            session.Record(message, "CANCELED", now);
            Finish(session, message, now);
        }
        else
        {
            string dlqId = session.InsertDlqEntry(message, outcome, now);
            session.Record(message, "FAILED", now, outcome, dlqId: dlqId);
            CallbackMessage.Create(session, message, outcome, now, timing);
            CallbackMessage.CreateFailure(session, message, outcome, dlqId, now);
            Finish(session, message, now);
        }
    }

    /// <summary>
    /// Cancels a message: at once while it waits; during an attempt, after it, unless the attempt delivers. Its queue slot is freed with it.
    /// </summary>
    /// <returns>Whether there was something to cancel.</returns>
    public static bool Cancel(StoreSession session, long account, string id, long now)
    {
        StoredMessage? message = session.FindMessage(account, id);
        if (message is null || message.Phase == MessagePhase.Finished)
        {
            return false;
        }

        if (!message.CancelRequested)
        {
            session.MarkCancelRequested(message);
            session.Record(message, "CANCEL_REQUESTED", now);
        }

        if (message.Phase == MessagePhase.Waiting)
        {
            session.Record(message, "CANCELED", now);
            Finish(session, message, now);
        }

        return true;
    }

    private static void Finish(StoreSession session, StoredMessage message, long now)
    {
        session.MarkFinished(message, now);
        LeaveFlow(session, message, now);
        if (message.Slot is { } slot)
        {
            session.ReleaseSlot(message.Account, slot);
        }
    }

    /// <summary>It no longer counts as in progress or waiting under its key, which may let another one start.</summary>
    private static void LeaveFlow(StoreSession session, StoredMessage message, long now)
    {
        if (message.FlowKey is { } key)
        {
            session.Reopen(message.Account, key, now);
        }
    }
}
