namespace QStash.Serverless.DevServer.Store;

/// <summary>Everything an account has in the store.</summary>
internal static class AccountData
{
    /// <summary>Deletes all of it but the account itself with its tokens and keys. Every table that has an account is emptied, whatever it is for.</summary>
    public static void DeleteData(this StoreSession session, long account)
    {
        session.Database.Run("PRAGMA defer_foreign_keys = ON");
        List<string> tables = session.Database.Query(
            "SELECT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c ON c.name = 'account' WHERE t.type = 'table' ORDER BY t.name", row => row.GetString(0));
        tables.ForEach(table => session.Database.Execute($"DELETE FROM \"{table}\" WHERE account = ?1", account));
    }

    /// <summary>How many rows of a kind an account has.</summary>
    public static int CountRows(this StoreSession session, long account, string table, string condition = "1")
        => (int)(session.Database.Scalar($"SELECT COUNT(*) FROM {table} WHERE account = ?1 AND {condition}", account) ?? 0);

    /// <summary>When the first waiting message of an account is due that waits for a time.</summary>
    public static long? NextDue(this StoreSession session, long account)
        => session.Database.Scalar("SELECT MIN(due) FROM messages WHERE account = ?1 AND phase = 0 AND ready = 1", account);
}
