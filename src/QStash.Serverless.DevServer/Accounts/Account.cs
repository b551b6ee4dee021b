using System.Security.Cryptography;
using System.Text;

namespace QStash.Serverless.DevServer.Accounts;

/// <summary>The two signing keys of an account: deliveries are signed with the current one (protocol 5.2).</summary>
internal sealed record SigningKeys(string Current, string Next);

/// <summary>An account: its tokens, a pair of signing keys, and everything published with them.</summary>
internal sealed class Account(long id, string name, string token, string readOnlyToken, SigningKeys keys)
{
    private readonly byte[] _tokenHash = Hash(token);
    private readonly byte[] _readOnlyTokenHash = Hash(readOnlyToken);
    private volatile SigningKeys _keys = keys;

    public long Id { get; } = id;

    public string Name { get; } = name;

    public string Token { get; } = token;

    public string ReadOnlyToken { get; } = readOnlyToken;

    /// <summary>The keys in force; replaced as a pair when they are rotated.</summary>
    public SigningKeys Keys
    {
        get => _keys;
        set => _keys = value;
    }

    /// <summary>Compares a hashed token with both of the account's, in constant time.</summary>
    public Access? AccessOf(byte[] tokenHash)
    {
        bool full = CryptographicOperations.FixedTimeEquals(tokenHash, _tokenHash);
        bool readOnly = CryptographicOperations.FixedTimeEquals(tokenHash, _readOnlyTokenHash);
        return full ? new(this, ReadOnly: false) : readOnly ? new(this, ReadOnly: true) : null;
    }

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}

/// <summary>What a token allows: everything in an account, or only to read it (protocol 1.1).</summary>
internal sealed record Access(Account Account, bool ReadOnly);
