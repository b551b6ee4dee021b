using Microsoft.Data.Sqlite;
using QStash.Serverless.DevServer.Settings;

namespace QStash.Serverless.DevServer.Store;

/// <summary>A schedule as the store keeps it. Times are Unix milliseconds.</summary>
internal sealed record StoredSchedule
{
    public long Seq { get; init; }
    public required string Id { get; init; }
    public required long Account { get; init; }
    public required CronSchedule Cron { get; init; }
    public required string Destination { get; init; }
    public required PublishSettings Settings { get; init; }
    public required byte[] Body { get; init; }
    public string? CallerIp { get; init; }
    public required long CreatedAt { get; init; }
    public bool IsPaused { get; init; }
    public long? LastTime { get; init; }
    /// <summary>When it triggers next; null when its expression names no further instant.</summary>
    public long? NextTime { get; init; }
    /// <summary>Why the last trigger created no message.</summary>
    public string? Error { get; init; }
    /// <summary>The messages the last trigger created.</summary>
    public IReadOnlyList<string> LastMessages { get; init; } = [];
}

/// <summary>Schedules (protocol 2.9).</summary>
internal static class ScheduleRows
{
    public const string Tables = """
        -- last_messages: the ids of the messages the last trigger created. error: why it created none.
        CREATE TABLE schedules(
          seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, account INTEGER NOT NULL, cron TEXT NOT NULL, destination TEXT NOT NULL,
          settings TEXT NOT NULL, body BLOB NOT NULL, caller_ip TEXT, created_at INTEGER NOT NULL, paused INTEGER NOT NULL, last_time INTEGER,
          next_time INTEGER, error TEXT, last_messages TEXT NOT NULL, UNIQUE(account, id));
        CREATE INDEX schedules_due ON schedules(next_time) WHERE next_time IS NOT NULL;
        """;

    private const string Select =
        "SELECT seq, id, account, cron, destination, settings, body, caller_ip, created_at, paused, last_time, next_time, error, last_messages FROM schedules ";

    public static StoredSchedule? FindSchedule(this StoreSession session, long account, string id)
        => session.Database.Query(Select + "WHERE account = ?1 AND id = ?2", Read, account, id).SingleOrDefault();

    public static List<StoredSchedule> FindSchedules(this StoreSession session, long account)
        => session.Database.Query(Select + "WHERE account = ?1 ORDER BY seq", Read, account);

    public static long CountSchedules(this StoreSession session, long account)
        => session.Database.Scalar("SELECT COUNT(*) FROM schedules WHERE account = ?1", account) ?? 0;

    public static List<StoredSchedule> DueSchedules(this StoreSession session, long now)
        => session.Database.Query(Select + "WHERE next_time <= ?1 ORDER BY next_time, seq", Read, now);

    /// <summary>Creates a schedule, or replaces what a request sets of the one with this id: it stays paused, and keeps when it was created and last triggered.</summary>
    public static void PutSchedule(this StoreSession session, StoredSchedule schedule)
    {
        session.Database.Execute(
            """
            INSERT INTO schedules(id, account, cron, destination, settings, body, caller_ip, created_at, paused, next_time, last_messages)
            VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, '[]')
            ON CONFLICT(account, id) DO UPDATE SET cron = ?3, destination = ?4, settings = ?5, body = ?6, caller_ip = ?7, next_time = ?9, error = NULL
            """,
            schedule.Id, schedule.Account, schedule.Cron.Text, schedule.Destination, schedule.Settings.Raw.ToJson(), schedule.Body, schedule.CallerIp,
            schedule.CreatedAt, schedule.NextTime);
        session.DueChanged = true;
    }

    public static int DeleteSchedule(this StoreSession session, long account, string id)
        => session.Database.Execute("DELETE FROM schedules WHERE account = ?1 AND id = ?2", account, id);

    public static int PauseSchedule(this StoreSession session, long account, string id, bool paused)
        => session.Database.Execute("UPDATE schedules SET paused = ?3 WHERE account = ?1 AND id = ?2", account, id, paused ? 1 : 0);

    /// <summary>The trigger of a paused schedule is over without a message.</summary>
    public static void SkipTrigger(this StoreSession session, StoredSchedule schedule, long? next)
        => session.Database.Execute("UPDATE schedules SET next_time = ?2 WHERE seq = ?1", schedule.Seq, next);

    /// <summary>Records what a trigger did.</summary>
    public static void RecordTrigger(this StoreSession session, StoredSchedule schedule, long time, long? next, IReadOnlyList<string> messages, string? error)
        => session.Database.Execute(
            "UPDATE schedules SET last_time = ?2, next_time = ?3, last_messages = ?4, error = ?5 WHERE seq = ?1",
            schedule.Seq, time, next, EventRows.Set(messages), error);

    /// <summary>The last event's state of each message of the last trigger that is still known.</summary>
    public static List<(string MessageId, string State)> LastStates(this StoreSession session, StoredSchedule schedule)
        => session.Database.Query(
            """
            SELECT m.id, (SELECT e.state FROM events e WHERE e.message = m.seq ORDER BY e.seq DESC LIMIT 1)
            FROM messages m WHERE m.account = ?1 AND m.id IN (SELECT value FROM json_each(?2)) ORDER BY m.seq
            """,
            row => (row.GetString(0), row.GetString(1)), schedule.Account, EventRows.Set(schedule.LastMessages));

    private static StoredSchedule Read(SqliteDataReader row) => new()
    {
        Seq = row.GetInt64(0),
        Id = row.GetString(1),
        Account = row.GetInt64(2),
        Cron = CronSchedule.Parse(row.GetString(3)),
        Destination = row.GetString(4),
        Settings = PublishSettings.Parse(SettingsBag.FromJson(row.GetString(5))),
        Body = row.GetFieldValue<byte[]>(6),
        CallerIp = row.TextOrNull(7),
        CreatedAt = row.GetInt64(8),
        IsPaused = row.GetBoolean(9),
        LastTime = row.NumberOrNull(10),
        NextTime = row.NumberOrNull(11),
        Error = row.TextOrNull(12),
        LastMessages = EventRows.Texts(row.GetString(13)),
    };
}
