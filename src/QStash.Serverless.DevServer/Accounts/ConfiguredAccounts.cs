namespace QStash.Serverless.DevServer.Accounts;

/// <summary>The accounts a server is started with.</summary>
internal static class ConfiguredAccounts
{
    /// <summary>The public accounts if asked for, then the user's own; one named <c>local</c> when there would be none.</summary>
    /// <exception cref="ArgumentException">An account cannot be served as it is configured.</exception>
    public static IReadOnlyList<DevServerAccount> Of(QStashDevServerOptions options)
    {
        foreach (DevServerAccount account in options.Accounts)
        {
            Check(account);
        }

        IReadOnlyList<DevServerAccount> all = [.. options.UseWellKnownAccounts ? PublicAccounts.All : [], .. options.Accounts];
        RefuseTwice(all.Select(a => a.Name), "name");
        RefuseTwice(all.SelectMany(a => new[] { a.Token, a.ReadOnlyToken }).OfType<string>(), "token");
        return all.Count > 0 ? all : [new("local")];
    }

    private static void Check(DevServerAccount account)
    {
        if (!QStashName.IsValid(account.Name))
        {
            throw new ArgumentException($"'{account.Name}' cannot be the name of an account: use letters, digits, '_', '.' and '-'.");
        }

        foreach (string secret in new[] { account.Token, account.ReadOnlyToken, account.CurrentSigningKey, account.NextSigningKey }.OfType<string>())
        {
            if (secret.Length == 0 || secret.Any(c => c is <= ' ' or > '~'))
            {
                throw new ArgumentException($"A token or key of the account '{account.Name}' is empty or has a character that no header can carry: leave it out to get a random one.");
            }

            if (PublicAccounts.Know(secret))
            {
                throw new ArgumentException($"A token or key of the account '{account.Name}' is one of the official development server's, which everybody knows: leave it out to get a random one.");
            }
        }

        if (account.CurrentSigningKey is null != account.NextSigningKey is null)
        {
            throw new ArgumentException($"The account '{account.Name}' has only one of its two signing keys: give both or none.");
        }
    }

    private static void RefuseTwice(IEnumerable<string> values, string what)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        if (!values.All(seen.Add))
        {
            throw new ArgumentException($"Two accounts have the same {what}, or an account has it twice: each needs its own.");
        }
    }
}
