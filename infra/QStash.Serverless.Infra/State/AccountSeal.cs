using System.Security.Cryptography;
using System.Text;
using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>
/// Seals texts for one account with its signing keys, which every token of the account can read, read-only ones too, and nobody else can. The next key
/// seals, so that a seal outlives one rotation.
/// </summary>
internal sealed class AccountSeal(SigningKeys keys)
{
    private static readonly byte[] s_account = "qstash account"u8.ToArray();

    /// <summary>Names the account without telling anything about its keys.</summary>
    internal string Account => Mac(keys.Next, s_account)[..16];

    internal bool IsSameAccount(string account) =>
        string.Equals(account, Account, StringComparison.Ordinal) || string.Equals(account, Mac(keys.Current, s_account)[..16], StringComparison.Ordinal);

    internal string Of(ReadOnlySpan<byte> text) => Mac(keys.Next, text);

    internal bool Holds(ReadOnlySpan<byte> text, string seal)
    {
        byte[] given = Encoding.UTF8.GetBytes(seal);
        return CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(Mac(keys.Next, text)))
            || CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(Mac(keys.Current, text)));
    }

    private static string Mac(string key, ReadOnlySpan<byte> text) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes("qstash plan " + key), text));
}
