using System.Globalization;
using Microsoft.Data.Sqlite;
using QStash.Serverless.DevServer.Settings;

namespace QStash.Serverless.DevServer.Store;

/// <summary>Messages in the store.</summary>
internal static class MessageRows
{
    public const string Tables = """
        -- phase: 0 waiting, 1 attempt in progress, 2 finished. ready: 0 while it stands in a queue behind others, 2 on the wait list of its flow key, else 1.
        -- slot_of: the queued message whose queue slot this callback holds open. source: the message this callback tells about.
        -- fan_out: what the messages of one publish to a URL group have in common, the id of the first.
        CREATE TABLE messages(
          seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, account INTEGER NOT NULL REFERENCES accounts(id), url TEXT NOT NULL,
          host TEXT NOT NULL, hostname TEXT NOT NULL, path TEXT NOT NULL, settings TEXT NOT NULL, labels TEXT NOT NULL, caller_ip TEXT, queue TEXT, topic TEXT,
          endpoint TEXT, schedule TEXT, fan_out TEXT, flow_key TEXT, slot_of TEXT, source TEXT, created_at INTEGER NOT NULL, not_before INTEGER NOT NULL,
          due INTEGER NOT NULL, retried INTEGER NOT NULL, phase INTEGER NOT NULL, ready INTEGER NOT NULL, cancel_requested INTEGER NOT NULL DEFAULT 0,
          finished_at INTEGER, body BLOB NOT NULL);
        CREATE INDEX messages_due ON messages(account, due, seq) WHERE phase = 0 AND ready = 1;
        CREATE INDEX messages_standing ON messages(account, queue, seq) WHERE phase = 0 AND ready = 0;
        CREATE INDEX messages_pending ON messages(account, seq) WHERE phase < 2;
        CREATE INDEX messages_queued ON messages(account, queue) WHERE queue IS NOT NULL AND phase < 2;
        CREATE INDEX messages_active ON messages(account) WHERE phase = 1;
        CREATE INDEX messages_fan_out ON messages(fan_out) WHERE fan_out IS NOT NULL;
        CREATE INDEX messages_finished ON messages(finished_at) WHERE phase = 2;
        """;

    public const string Columns =
        "m.seq, m.id, m.account, m.url, m.settings, m.caller_ip, m.queue, m.topic, m.endpoint, m.schedule, m.flow_key, m.slot_of, m.source, m.created_at, m.not_before, m.due, m.retried, m.phase, m.cancel_requested, m.finished_at, m.body, m.fan_out";

    /// <summary>How many of <see cref="Columns"/> precede a joined row's own columns.</summary>
    public const int ColumnCount = 22;

    /// <summary>A waiting message whose turn has come, and whose queue is not paused.</summary>
    public const string MayStart = $"m.phase = 0 AND m.ready = 1 AND {QueueRows.NotPaused}";

    private static readonly string PendingSql =
        $"SELECT m.id FROM messages m WHERE m.account = ?1 AND m.phase < 2 AND m.cancel_requested = 0 AND {MessageFilter.Sql(3, "m.created_at")} ORDER BY m.seq LIMIT ?2";

    private const string Select = $"SELECT {Columns} FROM messages m ";

    /// <summary>Stores a new message and returns it with its place in the order of acceptance.</summary>
    public static StoredMessage InsertMessage(this StoreSession session, StoredMessage message, bool ready)
        => message with
        {
            Seq = session.Database.Insert(
                """
                INSERT INTO messages(id, account, url, host, hostname, path, settings, labels, caller_ip, queue, topic, endpoint, schedule, flow_key, slot_of, source,
                  created_at, not_before, due, retried, phase, ready, body, fan_out)
                VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?18, 0, 0, ?19, ?20, ?21)
                """,
                message.Id, message.Account, message.Url, Host(message.Url), new Uri(message.Url).IdnHost, Path(message.Url), message.Settings.Raw.ToJson(),
                EventRows.Set(message.Settings.Labels), message.CallerIp, message.Queue, message.Topic, message.Endpoint, message.Schedule, message.FlowKey,
                message.SlotOf, message.Source, message.CreatedAt, message.NotBefore, ready ? 1 : 0, message.Body, message.FanOut),
        };

    public static StoredMessage? FindMessage(this StoreSession session, long account, string id)
        => session.Database.Query(Select + "WHERE m.id = ?1 AND m.account = ?2", Read, id, account).SingleOrDefault();

    /// <summary>A message, or all messages of the publish to a URL group that it belongs to, in the order of the endpoints.</summary>
    public static List<StoredMessage> FindFanOut(this StoreSession session, long account, string id)
        => session.Database.Query(Select + "WHERE m.account = ?1 AND (m.id = ?2 OR m.fan_out = ?2) ORDER BY m.seq", Read, account, id);

    /// <summary>
    /// The first messages of an account's latest publishes, latest first: as many as asked for before a time, and all others of the last one's
    /// millisecond, so that a page can end with its time.
    /// </summary>
    public static List<StoredMessage> FindPublishes(this StoreSession session, long account, long? before, int count)
    {
        const string Firsts =
            "m.account = ?1 AND (?2 IS NULL OR m.created_at < ?2) AND (m.fan_out IS NULL OR m.seq = (SELECT MIN(f.seq) FROM messages f WHERE f.fan_out = m.fan_out))";
        long since = session.Database.Scalar($"SELECT m.created_at FROM messages m WHERE {Firsts} ORDER BY m.seq DESC LIMIT 1 OFFSET ?3", account, before, count - 1) ?? 0;
        return session.Database.Query($"{Select} WHERE {Firsts} AND m.created_at >= ?3 ORDER BY m.seq DESC", Read, account, before, since);
    }

    /// <summary>An account's messages without a flow key that may start now, in order of due time, then of acceptance.</summary>
    public static List<StoredMessage> DueMessages(this StoreSession session, long account, long now, int atMost)
        => session.Database.Query(
            $"{Select} WHERE m.account = ?1 AND {MayStart} AND m.due <= ?2 AND m.flow_key IS NULL ORDER BY m.due, m.seq LIMIT ?3", Read, account, now, atMost);

    /// <summary>How many attempts of each account are in progress.</summary>
    public static List<(long Account, int Active)> ActiveMessages(this StoreSession session)
        => session.Database.Query(
            "SELECT a.id, (SELECT COUNT(*) FROM messages m WHERE m.account = a.id AND m.phase = 1) FROM accounts a ORDER BY a.id",
            row => (row.GetInt64(0), row.GetInt32(1)));

    /// <summary>
    /// When, after now, the next message may start, a flow key opens or a schedule triggers; null when nothing is planned. What is due now and
    /// still waits has no place: the end of an attempt, not a time, gives it one.
    /// </summary>
    public static long? NextInstant(this StoreSession session, long now)
        => session.Database.Scalar(
            $"""
            SELECT MIN(instant) FROM (
              SELECT (SELECT m.due FROM messages m WHERE m.account = a.id AND {MayStart} AND m.due > ?1 ORDER BY m.due LIMIT 1) AS instant FROM accounts a
              UNION ALL SELECT (SELECT MIN(f.open_at) FROM flow_controls f WHERE f.account = a.id AND f.open_at > ?1) FROM accounts a
              UNION ALL SELECT MIN(next_time) FROM schedules WHERE next_time > ?1)
            """,
            now);

    /// <summary>The ids of messages that are not over and not yet cancelled, oldest first.</summary>
    public static List<string> PendingMessages(this StoreSession session, long account, MessageFilter filter, int atMost)
        => session.Database.Query(PendingSql, row => row.GetString(0), [account, atMost, .. filter.Arguments]);

    public static void MarkActive(this StoreSession session, StoredMessage message)
        => session.Database.Execute("UPDATE messages SET phase = 1, ready = 1 WHERE seq = ?1", message.Seq);

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
        Topic = row.TextOrNull(7),
        Endpoint = row.TextOrNull(8),
        Schedule = row.TextOrNull(9),
        FlowKey = row.TextOrNull(10),
        SlotOf = row.TextOrNull(11),
        Source = row.TextOrNull(12),
        CreatedAt = row.GetInt64(13),
        NotBefore = row.GetInt64(14),
        Due = row.GetInt64(15),
        Retried = row.GetInt32(16),
        Phase = (MessagePhase)row.GetInt32(17),
        CancelRequested = row.GetInt32(18) != 0,
        FinishedAt = row.NumberOrNull(19),
        Body = row.GetFieldValue<byte[]>(20),
        FanOut = row.TextOrNull(21),
    };

    public static string? TextOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static long? NumberOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static byte[]? BytesOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    /// <summary>The host of a URL with its port, unless that is the scheme's own.</summary>
    private static string Host(string url)
    {
        Uri uri = new(url);
        return uri.IsDefaultPort ? uri.IdnHost : string.Create(CultureInfo.InvariantCulture, $"{uri.IdnHost}:{uri.Port}");
    }

    /// <summary>The path of a URL as it was written.</summary>
    private static string Path(string url)
    {
        ReadOnlySpan<char> tail = url.AsSpan(url.IndexOf("://", StringComparison.Ordinal) + 3);
        int start = tail.IndexOfAny('/', '?');
        ReadOnlySpan<char> path = start < 0 || tail[start] == '?' ? "/" : tail[start..];
        int end = path.IndexOf('?');
        return (end < 0 ? path : path[..end]).ToString();
    }
}
