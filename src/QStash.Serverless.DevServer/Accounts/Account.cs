namespace QStash.Serverless.DevServer.Accounts;

/// <summary>The two signing keys of an account: deliveries are signed with the current one (protocol 5.2).</summary>
internal sealed record SigningKeys(string Current, string Next);

/// <summary>An account: a token, a pair of signing keys, and everything published with them.</summary>
internal sealed class Account(long id, string name, string token, SigningKeys keys)
{
    private volatile SigningKeys _keys = keys;

    public long Id { get; } = id;

    public string Name { get; } = name;

    public string Token { get; } = token;

    /// <summary>The keys in force; replaced as a pair when they are rotated.</summary>
    public SigningKeys Keys
    {
        get => _keys;
        set => _keys = value;
    }
}
