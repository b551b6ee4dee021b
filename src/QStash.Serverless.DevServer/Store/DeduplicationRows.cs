namespace QStash.Serverless.DevServer.Store;

/// <summary>Deduplication keys seen lately (protocol 8.1).</summary>
internal static class DeduplicationRows
{
    public const string Tables = """
        CREATE TABLE deduplication(
          account INTEGER NOT NULL, key TEXT NOT NULL, message_id TEXT NOT NULL, expires_at INTEGER NOT NULL, PRIMARY KEY(account, key)) WITHOUT ROWID;
        CREATE INDEX deduplication_expiry ON deduplication(expires_at);
        """;

    /// <summary>The message that was accepted under this key within the window.</summary>
    public static string? FindDuplicate(this StoreSession session, long account, string key, long now)
        => session.Database.Text("SELECT message_id FROM deduplication WHERE account = ?1 AND key = ?2 AND expires_at > ?3", account, key, now);

    public static void RememberKey(this StoreSession session, long account, string key, string messageId, long now, TimeSpan window)
    {
        session.Database.Execute("DELETE FROM deduplication WHERE expires_at <= ?1", now);
        session.Database.Execute(
            "INSERT INTO deduplication(account, key, message_id, expires_at) VALUES(?1, ?2, ?3, ?4)", account, key, messageId, now + (long)window.TotalMilliseconds);
    }
}
