using System.Security.Cryptography;
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

    /// <summary>All accounts, in the order they were configured.</summary>
    public IReadOnlyList<Account> All => _accounts;

    /// <summary>Makes the store's accounts those of the configuration: new ones get what was configured and random secrets for the rest.</summary>
    /// <exception cref="InvalidOperationException">The store has an account that is not configured: its token would go on working unseen.</exception>
    public static async Task<AccountBook> OpenAsync(QStashStore store, IReadOnlyList<DevServerAccount> configured)
        => new(store, await store.RunAsync(session =>
        {
            Dictionary<string, Account> known = session.FindAccounts().ToDictionary(a => a.Name, StringComparer.Ordinal);
            RefuseOthers(known, configured);
            foreach (DevServerAccount account in configured)
            {
                if (!known.TryGetValue(account.Name, out Account? stored))
                {
                    session.InsertAccount(
                        account.Name, account.Token ?? "qstash_" + Random(40), account.ReadOnlyToken ?? "qstash_ro_" + Random(40),
                        new(account.CurrentSigningKey ?? NewKey(), account.NextSigningKey ?? NewKey()));
                }
                else
                {
                    session.UpdateTokens(stored.Id, account.Token ?? stored.Token, account.ReadOnlyToken ?? stored.ReadOnlyToken);
                }
            }

            List<Account> all = session.FindAccounts();
            return configured.Select(a => all.Single(b => b.Name == a.Name)).ToArray();
        }).ConfigureAwait(false));

    /// <summary>What a token allows; null when it is nobody's. Every token is compared in full, so the time taken tells nothing.</summary>
    public Access? Authenticate(string token)
    {
        byte[] given = Account.Hash(token);
        Access? found = null;
        foreach (Account account in _accounts)
        {
            found = account.AccessOf(given) ?? found;
        }

        return found;
    }

    public Account this[long id] => Array.Find(_accounts, a => a.Id == id) ?? throw new InvalidOperationException($"There is no account {id}.");

    /// <summary>An account by name; the first one without a name.</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public Account Named(string? name)
        => name is null ? First : Array.Find(_accounts, a => a.Name == name) ?? throw new ArgumentException($"There is no account '{name}'.", nameof(name));

    /// <summary>Makes the next key current and creates a new next one (protocol 2.10).</summary>
    public Task<SigningKeys> RotateAsync(Account account)
        => _store.RunAsync(session =>
        {
            session.RotateKeys(account.Id, NewKey());
            SigningKeys keys = session.FindAccounts().Single(a => a.Id == account.Id).Keys;
            session.AfterCommit.Add(() => account.Keys = keys);
            return keys;
        });

    private static void RefuseOthers(Dictionary<string, Account> known, IReadOnlyList<DevServerAccount> configured)
    {
        if (known.Values.FirstOrDefault(stored => !configured.Any(a => a.Name == stored.Name)) is not { } other)
        {
            return;
        }

        throw new InvalidOperationException(PublicAccounts.Know(other.Token)
            ? "The data directory belongs to a local QStash with the public development accounts, with which anyone can forge deliveries: start it with the well-known accounts, or choose another directory."
            : $"The data directory belongs to a local QStash with an account of its own, '{other.Name}': start it with that account, not with the well-known accounts alone, or choose another directory.");
    }

    private static string NewKey() => "sig_" + Random(28);

    private static string Random(int length) => RandomNumberGenerator.GetString(Base58, length);
}
