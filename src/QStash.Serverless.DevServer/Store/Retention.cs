namespace QStash.Serverless.DevServer.Store;

/// <summary>Forgets what nobody can read any more (protocol 8.5). Entries of the dead letter queue stay until they are deleted or retried.</summary>
internal static class Retention
{
    /// <summary>How long the events of a finished message are kept.</summary>
    public static readonly TimeSpan Logs = TimeSpan.FromDays(14);

    /// <summary>How often the server forgets.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private const string Forgotten = "SELECT seq FROM messages m WHERE phase = 2 AND finished_at < ?1 AND NOT EXISTS (SELECT 1 FROM dlq WHERE message = m.seq)";

    public static void Forget(this StoreSession session, long now)
    {
        long before = now - (long)Logs.TotalMilliseconds;
        session.Database.Execute($"DELETE FROM events WHERE message IN ({Forgotten})", before);
        session.Database.Execute($"DELETE FROM messages WHERE seq IN ({Forgotten})", before);
        session.Database.Execute("DELETE FROM deduplication WHERE expires_at <= ?1", now);
    }
}
