namespace QStash.Serverless.DevServer.Store;

/// <summary>How many messages an account published on a UTC day. Kept only where a day has a limit.</summary>
internal static class UsageRows
{
    public const string Tables = """
        CREATE TABLE usage(account INTEGER NOT NULL, day INTEGER NOT NULL, messages INTEGER NOT NULL, PRIMARY KEY(account, day)) WITHOUT ROWID;
        """;

    public static long PublishedOn(this StoreSession session, long account, long day)
        => session.Database.Scalar("SELECT messages FROM usage WHERE account = ?1 AND day = ?2", account, day) ?? 0;

    public static void CountPublished(this StoreSession session, long account, long day)
    {
        session.Database.Execute("DELETE FROM usage WHERE account = ?1 AND day < ?2", account, day);
        session.Database.Execute(
            "INSERT INTO usage(account, day, messages) VALUES(?1, ?2, 1) ON CONFLICT DO UPDATE SET messages = messages + 1", account, day);
    }
}
