using Microsoft.Data.Sqlite;
using QStash.Serverless.DevServer.Settings;

namespace QStash.Serverless.DevServer.Store;

/// <summary>Messages in the store.</summary>
internal static class MessageRows
{
    public const string Columns =
        "m.seq, m.id, m.account, m.url, m.settings, m.caller_ip, m.queue, m.slot_of, m.source, m.created_at, m.not_before, m.retried, m.phase, m.cancel_requested, m.finished_at, m.body";

    /// <summary>How many of <see cref="Columns"/> precede a joined row's own columns.</summary>
    public const int ColumnCount = 16;

    private const string Select = $"SELECT {Columns} FROM messages m ";

    /// <summary>Stores a new message and returns it with its place in the order of acceptance.</summary>
    public static StoredMessage InsertMessage(this StoreSession session, StoredMessage message, bool ready)
        => message with
        {
            Seq = session.Database.Insert(
                """
                INSERT INTO messages(id, account, url, settings, caller_ip, queue, slot_of, source, created_at, not_before, due, retried, phase, ready, body)
                VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, 0, 0, ?11, ?12)
                """,
                message.Id, message.Account, message.Url, message.Settings.Raw.ToJson(), message.CallerIp, message.Queue, message.SlotOf, message.Source,
                message.CreatedAt, message.NotBefore, ready ? 1 : 0, message.Body),
        };

    public static StoredMessage? FindMessage(this StoreSession session, long account, string id)
        => session.Database.Query(Select + "WHERE m.id = ?1 AND m.account = ?2", Read, id, account).SingleOrDefault();

    /// <summary>The messages that may start now, in order of due time, then of acceptance.</summary>
    public static List<StoredMessage> DueMessages(this StoreSession session, long now, int atMost)
        => session.Database.Query(Select + "WHERE m.phase = 0 AND m.ready = 1 AND m.due <= ?1 ORDER BY m.due, m.seq LIMIT ?2", Read, now, atMost);

    /// <summary>When the next message may start; null when none waits.</summary>
    public static long? NextDue(this StoreSession session)
        => session.Database.Scalar("SELECT due FROM messages WHERE phase = 0 AND ready = 1 ORDER BY due, seq LIMIT 1");

    /// <summary>The ids of messages that are not over and not yet cancelled, oldest first.</summary>
    public static List<string> PendingMessages(this StoreSession session, long account, int atMost)
        => session.Database.Query(
            "SELECT id FROM messages WHERE account = ?1 AND phase < 2 AND cancel_requested = 0 ORDER BY seq LIMIT ?2", row => row.GetString(0), account, atMost);

    public static void MarkActive(this StoreSession session, StoredMessage message)
        => session.Database.Execute("UPDATE messages SET phase = 1 WHERE seq = ?1", message.Seq);

    public static void MarkRetry(this StoreSession session, StoredMessage message, long due)
        => session.Database.Execute("UPDATE messages SET phase = 0, due = ?2, retried = retried + 1 WHERE seq = ?1", message.Seq, due);

    public static void MarkFinished(this StoreSession session, StoredMessage message, long now)
        => session.Database.Execute("UPDATE messages SET phase = 2, finished_at = ?2 WHERE seq = ?1", message.Seq, now);

    public static void MarkCancelRequested(this StoreSession session, StoredMessage message)
        => session.Database.Execute("UPDATE messages SET cancel_requested = 1 WHERE seq = ?1", message.Seq);

    public static void MarkReady(this StoreSession session, long seq)
        => session.Database.Execute("UPDATE messages SET ready = 1 WHERE seq = ?1", seq);

    /// <summary>After a stop in the middle of attempts: nobody knows how they ended, so they are made again (at least once).</summary>
    public static int RequeueInterrupted(this StoreSession session)
        => session.Database.Execute("UPDATE messages SET phase = 0 WHERE phase = 1");

    public static StoredMessage Read(SqliteDataReader row) => new()
    {
        Seq = row.GetInt64(0),
        Id = row.GetString(1),
        Account = row.GetInt64(2),
        Url = row.GetString(3),
        Settings = PublishSettings.Parse(SettingsBag.FromJson(row.GetString(4))),
        CallerIp = row.TextOrNull(5),
        Queue = row.TextOrNull(6),
        SlotOf = row.TextOrNull(7),
        Source = row.TextOrNull(8),
        CreatedAt = row.GetInt64(9),
        NotBefore = row.GetInt64(10),
        Retried = row.GetInt32(11),
        Phase = (MessagePhase)row.GetInt32(12),
        CancelRequested = row.GetInt32(13) != 0,
        FinishedAt = row.NumberOrNull(14),
        Body = row.GetFieldValue<byte[]>(15),
    };

    public static string? TextOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static long? NumberOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static byte[]? BytesOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);
}
