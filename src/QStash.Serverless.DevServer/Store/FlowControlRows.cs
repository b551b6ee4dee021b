using Microsoft.Data.Sqlite;

namespace QStash.Serverless.DevServer.Store;

/// <summary>A flow-control key as reads show it: its limits (null for none), what is used of them, and how many messages wait for it.</summary>
internal sealed record StoredFlowControl(
    string Key, int? Parallelism, int? Rate, long PeriodSeconds, bool IsPaused, bool IsPinnedParallelism, bool IsPinnedRate, long WindowStart, long WindowCount,
    long Active, long Waiting)
{
    /// <summary>When the current window of the rate ends.</summary>
    public long WindowEnd => WindowStart + (PeriodSeconds * 1000);

    /// <summary>How many dispatches the window has seen, if it is not over.</summary>
    public long CountAt(long now) => now < WindowEnd ? WindowCount : 0;
}

/// <summary>
/// Flow control (protocol 8.3). A due message with a key joins the key's wait list (<c>ready = 2</c>) and leaves it, first come first
/// served, when the key has room: fewer attempts in progress than its parallelism and fewer dispatches in the window than its rate. A key's
/// <c>open_at</c> is the time from which the first of its wait list may start; null while only an event can open it.
/// </summary>
internal static class FlowControlRows
{
    public const string Tables = """
        CREATE TABLE flow_controls(
          account INTEGER NOT NULL, key TEXT NOT NULL, parallelism INTEGER, rate INTEGER, period INTEGER NOT NULL, paused INTEGER NOT NULL DEFAULT 0,
          pinned_parallelism INTEGER NOT NULL DEFAULT 0, pinned_rate INTEGER NOT NULL DEFAULT 0, window_start INTEGER NOT NULL DEFAULT 0,
          window_count INTEGER NOT NULL DEFAULT 0, open_at INTEGER, PRIMARY KEY(account, key)) WITHOUT ROWID;
        CREATE INDEX flow_controls_open ON flow_controls(account, open_at) WHERE open_at IS NOT NULL;
        CREATE INDEX messages_flow_due ON messages(due, account, flow_key) WHERE phase = 0 AND ready = 1 AND flow_key IS NOT NULL;
        CREATE INDEX messages_flow_waiting ON messages(account, flow_key, due, seq) WHERE phase = 0 AND ready = 2;
        CREATE INDEX messages_flow_active ON messages(account, flow_key) WHERE phase = 1 AND flow_key IS NOT NULL;
        """;

    private const string Columns = """
        f.key, f.parallelism, f.rate, f.period, f.paused, f.pinned_parallelism, f.pinned_rate, f.window_start, f.window_count,
        (SELECT COUNT(*) FROM messages m WHERE m.account = f.account AND m.flow_key = f.key AND m.phase = 1)
        """;

    private const string Due = $"{MessageRows.MayStart} AND m.flow_key IS NOT NULL AND m.due <= ?1";

    /// <summary>Gives a key the limits of its latest message, except what is pinned; creates it at its first message.</summary>
    public static void Configure(this StoreSession session, long account, string key, FlowControlValue value, long now)
    {
        session.EnsureFlowControl(account, key);
        session.Database.Execute(
            """
            UPDATE flow_controls SET
              parallelism = CASE WHEN pinned_parallelism THEN parallelism ELSE ?3 END,
              rate = CASE WHEN pinned_rate THEN rate ELSE ?4 END, period = CASE WHEN pinned_rate THEN period ELSE ?5 END
            WHERE account = ?1 AND key = ?2
            """,
            account, key, value.Parallelism, value.Rate, (long)value.Period.TotalSeconds);
        session.Reopen(account, key, now);
    }

    /// <summary>Holds or releases a key. Its rate window runs on meanwhile.</summary>
    public static void PauseFlowControl(this StoreSession session, long account, string key, bool paused, long now)
    {
        session.EnsureFlowControl(account, key);
        session.Database.Execute("UPDATE flow_controls SET paused = ?3 WHERE account = ?1 AND key = ?2", account, key, paused ? 1 : 0);
        session.Reopen(account, key, now);
        session.DueChanged = true;
    }

    /// <summary>Fixes the limits that are given; messages no longer change them. The rate starts a new window.</summary>
    public static void PinFlowControl(this StoreSession session, long account, string key, int? parallelism, int? rate, long? periodSeconds, long now)
    {
        session.EnsureFlowControl(account, key);
        session.Database.Execute(
            """
            UPDATE flow_controls SET
              parallelism = COALESCE(?3, parallelism), pinned_parallelism = pinned_parallelism OR ?3 IS NOT NULL, rate = COALESCE(?4, rate),
              period = COALESCE(?5, period), pinned_rate = pinned_rate OR ?4 IS NOT NULL OR ?5 IS NOT NULL, window_start = 0, window_count = 0
            WHERE account = ?1 AND key = ?2
            """,
            account, key, parallelism, rate, periodSeconds);
        session.Reopen(account, key, now);
        session.DueChanged = true;
    }

    /// <summary>Lets messages change limits again. The last pinned values stay in force until one does.</summary>
    public static void UnpinFlowControl(this StoreSession session, long account, string key, bool parallelism, bool rate)
    {
        session.EnsureFlowControl(account, key);
        session.Database.Execute(
            "UPDATE flow_controls SET pinned_parallelism = pinned_parallelism AND NOT ?3, pinned_rate = pinned_rate AND NOT ?4 WHERE account = ?1 AND key = ?2",
            account, key, parallelism ? 1 : 0, rate ? 1 : 0);
    }

    /// <summary>Starts a new rate window now, with nothing counted.</summary>
    public static void ResetFlowRate(this StoreSession session, long account, string key, long now)
    {
        session.EnsureFlowControl(account, key);
        session.Database.Execute("UPDATE flow_controls SET window_start = ?3, window_count = 0 WHERE account = ?1 AND key = ?2", account, key, now);
        session.Reopen(account, key, now);
        session.DueChanged = true;
    }

    /// <summary>One key by name, or all whose names contain a text, in order of name.</summary>
    public static List<StoredFlowControl> FindFlowControls(this StoreSession session, long account, string? key = null, string search = "")
        => session.Database.Query(
            $"""
            SELECT {Columns}, (SELECT COUNT(*) FROM messages m WHERE m.account = f.account AND m.flow_key = f.key AND m.phase = 0 AND m.ready = 2)
            FROM flow_controls f WHERE f.account = ?1 AND (?2 IS NULL OR f.key = ?2) AND instr(f.key, ?3) > 0 ORDER BY f.key
            """,
            row => Read(row, row.GetInt64(10)), account, key, search);

    /// <summary>Lets every message that is due by now and has a key join the wait list of that key.</summary>
    public static void JoinWaitLists(this StoreSession session, long now)
    {
        List<(long Account, string Key)> keys = session.Database.Query(
            $"SELECT DISTINCT m.account, m.flow_key FROM messages m WHERE {Due}", row => (row.GetInt64(0), row.GetString(1)), now);
        if (keys.Count > 0)
        {
            session.Database.Execute($"UPDATE messages SET ready = 2 WHERE seq IN (SELECT m.seq FROM messages m WHERE {Due})", now);
            keys.ForEach(key => session.Reopen(key.Account, key.Key, now));
        }
    }

    /// <summary>The waiting messages that the keys of an account have room for, those of the longest open keys first.</summary>
    public static List<StoredMessage> AdmittedMessages(this StoreSession session, long account, long now, int atMost)
    {
        List<StoredMessage> admitted = [];
        List<string> keys = session.Database.Query(
            "SELECT key FROM flow_controls WHERE account = ?1 AND open_at <= ?2 ORDER BY open_at, key LIMIT ?3", row => row.GetString(0), account, now, atMost);
        foreach (string key in keys)
        {
            StoredFlowControl flow = session.FlowControl(account, key);
            long room = Math.Max(0, Math.Min(atMost, Math.Min(flow.Parallelism - flow.Active ?? atMost, flow.Rate - flow.CountAt(now) ?? atMost)));
            admitted.AddRange(session.Database.Query(
                $"""
                SELECT {MessageRows.Columns} FROM messages m
                WHERE m.account = ?1 AND m.flow_key = ?2 AND m.phase = 0 AND m.ready = 2 AND {QueueRows.NotPaused} ORDER BY m.due, m.seq LIMIT ?3
                """,
                MessageRows.Read, account, key, room));
        }

        return admitted;
    }

    /// <summary>Counts a dispatch: the first one after a window is over starts the next.</summary>
    public static void CountDispatch(this StoreSession session, long account, string key, long now)
    {
        session.Database.Execute(
            """
            UPDATE flow_controls SET
              window_count = CASE WHEN ?3 < window_start + period * 1000 THEN window_count + 1 ELSE 1 END,
              window_start = CASE WHEN ?3 < window_start + period * 1000 THEN window_start ELSE ?3 END
            WHERE account = ?1 AND key = ?2
            """,
            account, key, now);
        session.Reopen(account, key, now);
    }

    /// <summary>Works out anew when the first of a key's wait list may start. Called whenever something it depends on has changed.</summary>
    public static void Reopen(this StoreSession session, long account, string key, long now)
    {
        StoredFlowControl flow = session.FlowControl(account, key);
        long? head = session.Database.Scalar(
            "SELECT m.due FROM messages m WHERE m.account = ?1 AND m.flow_key = ?2 AND m.phase = 0 AND m.ready = 2 ORDER BY m.due, m.seq LIMIT 1", account, key);
        long? openAt = flow.IsPaused || flow.Active >= flow.Parallelism ? null
            : flow.CountAt(now) >= flow.Rate && head is not null ? flow.WindowEnd
            : head;
        session.Database.Execute("UPDATE flow_controls SET open_at = ?3 WHERE account = ?1 AND key = ?2", account, key, openAt);
    }

    /// <summary>After a start: no attempt is in progress any more.</summary>
    public static void ReopenAll(this StoreSession session, long now)
    {
        foreach ((long account, string key) in session.Database.Query("SELECT account, key FROM flow_controls", row => (row.GetInt64(0), row.GetString(1))))
        {
            session.Reopen(account, key, now);
        }
    }

    private static void EnsureFlowControl(this StoreSession session, long account, string key)
        => session.Database.Execute("INSERT INTO flow_controls(account, key, period) VALUES(?1, ?2, 1) ON CONFLICT DO NOTHING", account, key);

    private static StoredFlowControl FlowControl(this StoreSession session, long account, string key)
        => session.Database.Query($"SELECT {Columns} FROM flow_controls f WHERE f.account = ?1 AND f.key = ?2", row => Read(row, waiting: 0), account, key).Single();

    private static StoredFlowControl Read(SqliteDataReader row, long waiting) => new(
        row.GetString(0), (int?)row.NumberOrNull(1), (int?)row.NumberOrNull(2), row.GetInt64(3), row.GetBoolean(4), row.GetBoolean(5), row.GetBoolean(6),
        row.GetInt64(7), row.GetInt64(8), row.GetInt64(9), waiting);
}
