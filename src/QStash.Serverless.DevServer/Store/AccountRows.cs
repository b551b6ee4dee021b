using QStash.Serverless.DevServer.Accounts;

namespace QStash.Serverless.DevServer.Store;

/// <summary>Accounts in the store.</summary>
internal static class AccountRows
{
    public const string Tables = """
        CREATE TABLE accounts(
          id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, token TEXT NOT NULL UNIQUE, current_key TEXT NOT NULL, next_key TEXT NOT NULL);
        """;

    public static void InsertAccount(this StoreSession session, string name, string token, SigningKeys keys)
        => session.Database.Execute(
            "INSERT INTO accounts(name, token, current_key, next_key) VALUES(?1, ?2, ?3, ?4)", name, token, keys.Current, keys.Next);

    public static List<Account> FindAccounts(this StoreSession session)
        => session.Database.Query(
            "SELECT id, name, token, current_key, next_key FROM accounts ORDER BY id",
            row => new Account(row.GetInt64(0), row.GetString(1), row.GetString(2), new(row.GetString(3), row.GetString(4))));

    public static void RotateKeys(this StoreSession session, long account, string fresh)
        => session.Database.Execute("UPDATE accounts SET current_key = next_key, next_key = ?2 WHERE id = ?1", account, fresh);
}
