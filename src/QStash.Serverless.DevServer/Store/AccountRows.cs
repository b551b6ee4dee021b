using QStash.Serverless.DevServer.Accounts;

namespace QStash.Serverless.DevServer.Store;

/// <summary>Accounts in the store.</summary>
internal static class AccountRows
{
    public const string Tables = """
        CREATE TABLE accounts(
          id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, token TEXT NOT NULL UNIQUE, read_only_token TEXT NOT NULL UNIQUE,
          current_key TEXT NOT NULL, next_key TEXT NOT NULL);
        """;

    public static void InsertAccount(this StoreSession session, string name, string token, string readOnlyToken, SigningKeys keys)
        => session.Database.Execute(
            "INSERT INTO accounts(name, token, read_only_token, current_key, next_key) VALUES(?1, ?2, ?3, ?4, ?5)", name, token, readOnlyToken, keys.Current, keys.Next);

    public static void UpdateTokens(this StoreSession session, long account, string token, string readOnlyToken)
        => session.Database.Execute("UPDATE accounts SET token = ?2, read_only_token = ?3 WHERE id = ?1", account, token, readOnlyToken);

    public static List<Account> FindAccounts(this StoreSession session)
        => session.Database.Query(
            "SELECT id, name, token, read_only_token, current_key, next_key FROM accounts ORDER BY id",
            row => new Account(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), new(row.GetString(4), row.GetString(5))));

    public static void RotateKeys(this StoreSession session, long account, string fresh)
        => session.Database.Execute("UPDATE accounts SET current_key = next_key, next_key = ?2 WHERE id = ?1", account, fresh);
}
