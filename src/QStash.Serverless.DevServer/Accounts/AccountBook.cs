using System.Security.Cryptography;
using System.Text;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Accounts;

/// <summary>The accounts of the server, kept in the store and mirrored in memory for authentication and signing.</summary>
internal sealed class AccountBook
{
    private const string Base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    private readonly QStashStore _store;
    private readonly Account[] _accounts;

    private AccountBook(QStashStore store, Account[] accounts)
    {
        _store = store;
        _accounts = accounts;
    }

    /// <summary>The account whose credentials the server hands out.</summary>
    public Account First => _accounts[0];

    /// <summary>Reads the accounts; a new store gets its first one: the public development account, or one with random secrets.</summary>
    public static async Task<AccountBook> OpenAsync(QStashStore store, bool wellKnown)
        => new(store, await store.RunAsync(session =>
        {
            List<Account> known = session.FindAccounts();
            if (known.Count == 0)
            {
                (string name, string token, SigningKeys keys) = wellKnown ? WellKnown : ("local", "qstash_" + Random(40), new SigningKeys(NewKey(), NewKey()));
                session.InsertAccount(name, token, keys);
                known = session.FindAccounts();
            }

            if (known[0].Token == WellKnown.Token != wellKnown)
            {
                throw new InvalidOperationException(wellKnown
                    ? "The data directory belongs to a local QStash with credentials of its own: start it without the well-known accounts, or choose another directory."
                    : "The data directory belongs to a local QStash with the public development accounts, with which anyone can forge deliveries: start it with the well-known accounts, or choose another directory.");
            }

            return known.ToArray();
        }).ConfigureAwait(false));

    /// <summary>Account 1 of the official development server (protocol 10.3): public, so anyone can forge with it.</summary>
    private static (string Name, string Token, SigningKeys Keys) WellKnown =>
    (
        "defaultUser",
        "eyJVc2VySUQiOiJkZWZhdWx0VXNlciIsIlBhc3N3b3JkIjoiZGVmYXVsdFBhc3N3b3JkIn0=",
        new("sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r", "sig_5ZB6DVzB1wjE8S6rZ7eenA8Pdnhs")
    );

    /// <summary>The account of a token. Every token is compared in full, so the time taken tells nothing.</summary>
    public Account? Authenticate(string token)
    {
        byte[] given = SHA256.HashData(Encoding.UTF8.GetBytes(token));
        Account? found = null;
        foreach (Account account in _accounts)
        {
            if (CryptographicOperations.FixedTimeEquals(given, SHA256.HashData(Encoding.UTF8.GetBytes(account.Token))))
            {
                found = account;
            }
        }

        return found;
    }

    public Account this[long id] => Array.Find(_accounts, a => a.Id == id) ?? throw new InvalidOperationException($"There is no account {id}.");

    /// <summary>Makes the next key current and creates a new next one (protocol 2.10).</summary>
    public Task<SigningKeys> RotateAsync(Account account)
        => _store.RunAsync(session =>
        {
            session.RotateKeys(account.Id, NewKey());
            SigningKeys keys = session.FindAccounts().Single(a => a.Id == account.Id).Keys;
            session.AfterCommit.Add(() => account.Keys = keys);
            return keys;
        });

    private static string NewKey() => "sig_" + Random(28);

    private static string Random(int length) => RandomNumberGenerator.GetString(Base58, length);
}
