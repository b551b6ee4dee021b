using QStash.Serverless.DevServer.Quotas;

namespace QStash.Serverless.DevServer.Store;

/// <summary>A queue as reads show it.</summary>
internal sealed record StoredQueue(string Name, int Parallelism, bool Paused, long CreatedAt, long UpdatedAt, long Lag);

/// <summary>
/// Queues and their head rule (protocol 8.2): a queue has as many slots as its parallelism; the next message gets one only when the message
/// before it, its retries and its callbacks are over.
/// </summary>
internal static class QueueRows
{
    public const string Tables = """
        CREATE TABLE queues(
          account INTEGER NOT NULL, name TEXT NOT NULL, parallelism INTEGER NOT NULL, paused INTEGER NOT NULL, created_at INTEGER NOT NULL,
          updated_at INTEGER NOT NULL, PRIMARY KEY(account, name)) WITHOUT ROWID;

        -- A slot is held by the message at a queue's head; open counts the message and its unfinished callbacks.
        CREATE TABLE queue_slots(message_id TEXT PRIMARY KEY, account INTEGER NOT NULL, queue TEXT NOT NULL, open INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX queue_slots_queue ON queue_slots(account, queue);
        """;

    /// <summary>The condition on a message <c>m</c> that its queue, if any, is not paused.</summary>
    public const string NotPaused = "NOT EXISTS (SELECT 1 FROM queues q WHERE q.account = m.account AND q.name = m.queue AND q.paused = 1)";

    /// <summary>Creates the queue with one slot unless it exists.</summary>
    public static void EnsureQueue(this StoreSession session, long account, string name, long now)
        => session.Database.Execute(
            "INSERT INTO queues(account, name, parallelism, paused, created_at, updated_at) VALUES(?1, ?2, 1, 0, ?3, ?3) ON CONFLICT DO NOTHING", account, name, now);

    /// <summary>A queue that exists counts already.</summary>
    /// <exception cref="WireException">412: the account has as many queues as it may have.</exception>
    public static void CheckQueueCount(this StoreSession session, long account, string name, Limits limits)
    {
        long others = session.Database.Scalar("SELECT COUNT(*) FROM queues WHERE account = ?1 AND name <> ?2", account, name) ?? 0;
        if (others >= limits.Queues && session.FindQueue(account, name) is null)
        {
            throw Limits.Exceeded("maxQueues", limits.Queues);
        }
    }

    /// <summary>Creates a queue or changes what is not null, and lets those deliver that now may.</summary>
    public static void PutQueue(this StoreSession session, long account, string name, int? parallelism, bool? paused, long now)
    {
        session.EnsureQueue(account, name, now);
        session.Database.Execute(
            "UPDATE queues SET parallelism = COALESCE(?3, parallelism), paused = COALESCE(?4, paused), updated_at = ?5 WHERE account = ?1 AND name = ?2",
            account, name, parallelism, paused is { } p ? (p ? 1 : 0) : null, now);
        session.Promote(account, name);
        session.DueChanged = true;
    }

    /// <summary>Removes a queue and returns the ids of the messages still in it, oldest first.</summary>
    public static List<string> DeleteQueue(this StoreSession session, long account, string name)
    {
        session.Database.Execute("DELETE FROM queues WHERE account = ?1 AND name = ?2", account, name);
        return session.Database.Query(
            "SELECT id FROM messages WHERE account = ?1 AND queue = ?2 AND phase < 2 ORDER BY seq", row => row.GetString(0), account, name);
    }

    public static StoredQueue? FindQueue(this StoreSession session, long account, string name) => session.FindQueues(account, name).SingleOrDefault();

    /// <summary>Gives free slots to the messages that stand first.</summary>
    public static void Promote(this StoreSession session, long account, string queue)
    {
        long free = session.Database.Scalar(
            """
            SELECT CASE WHEN paused THEN 0 ELSE parallelism - (SELECT COUNT(*) FROM queue_slots WHERE account = ?1 AND queue = ?2) END
            FROM queues WHERE account = ?1 AND name = ?2
            """,
            account, queue) ?? 0;
        if (free <= 0)
        {
            return;
        }

        List<(long Seq, string Id)> heads = session.Database.Query(
            "SELECT seq, id FROM messages WHERE account = ?1 AND queue = ?2 AND phase = 0 AND ready = 0 ORDER BY seq LIMIT ?3",
            row => (row.GetInt64(0), row.GetString(1)), account, queue, free);
        foreach ((long seq, string id) in heads)
        {
            session.MarkReady(seq);
            session.Database.Execute("INSERT INTO queue_slots(message_id, account, queue, open) VALUES(?1, ?2, ?3, 1)", id, account, queue);
        }
    }

    /// <summary>Keeps a slot held for one more message: a callback of its holder.</summary>
    public static void HoldSlot(this StoreSession session, string slot)
        => session.Database.Execute("UPDATE queue_slots SET open = open + 1 WHERE message_id = ?1", slot);

    /// <summary>One message of a slot is over; when it was the last, the next message of the queue moves up.</summary>
    public static void ReleaseSlot(this StoreSession session, long account, string slot)
    {
        session.Database.Execute("UPDATE queue_slots SET open = open - 1 WHERE message_id = ?1", slot);
        string? queue = session.Database.Text("SELECT queue FROM queue_slots WHERE message_id = ?1 AND open <= 0", slot);
        if (queue is not null)
        {
            session.Database.Execute("DELETE FROM queue_slots WHERE message_id = ?1", slot);
            session.Promote(account, queue);
        }
    }

    /// <summary>One queue by name, or all of them.</summary>
    public static List<StoredQueue> FindQueues(this StoreSession session, long account, string? name = null)
        => session.Database.Query(
            """
            SELECT q.name, q.parallelism, q.paused, q.created_at, q.updated_at,
              (SELECT COUNT(*) FROM messages m WHERE m.account = q.account AND m.queue = q.name AND m.phase < 2)
            FROM queues q WHERE q.account = ?1 AND (?2 IS NULL OR q.name = ?2) ORDER BY q.created_at, q.name
            """,
            row => new StoredQueue(row.GetString(0), row.GetInt32(1), row.GetBoolean(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)), account, name);
}
