namespace QStash.Serverless.DevServer;

/// <summary>
/// An account of a local QStash: everything published with its token is its own and invisible to the other accounts. What is left null the
/// server makes at the account's first start and keeps with the data.
/// </summary>
/// <param name="name">What the account is called: letters, digits, '_', '.' and '-'.</param>
public sealed class DevServerAccount(string name)
{
    /// <summary>What the account is called, unique on its server.</summary>
    public string Name { get; } = name;

    /// <summary>The token that may do everything.</summary>
    public string? Token { get; init; }

    /// <summary>The token that may only read: writes answer 403 (protocol 1.1).</summary>
    public string? ReadOnlyToken { get; init; }

    /// <summary>The key that signs the account's deliveries. An account that exists keeps its keys, because they may have been rotated.</summary>
    public string? CurrentSigningKey { get; init; }

    /// <summary>The key that becomes current with the next rotation.</summary>
    public string? NextSigningKey { get; init; }
}
