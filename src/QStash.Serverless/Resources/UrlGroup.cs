namespace QStash.Serverless;

/// <summary>
/// A URL group of the app, by the name its code uses (protocol 2.8). Publishers and the declared infrastructure turn it into the name QStash knows:
/// <c>{app}.{env}.{name}</c> where the client's <c>App</c> and <c>Env</c> are set, else the name itself.
/// </summary>
public sealed record UrlGroup
{
    /// <summary>A group of this name.</summary>
    /// <param name="name">Letters, digits, <c>_</c>, <c>.</c> and <c>-</c>.</param>
    /// <exception cref="ArgumentException">The name has another character, or is empty.</exception>
    public UrlGroup(string name)
    {
        QStashName.ThrowIfInvalid(name);
        Name = name;
    }

    /// <summary>The name that the code uses.</summary>
    public string Name { get; }

    /// <summary>Whether the group belongs to several apps or environments: QStash then knows it by <see cref="Name"/> alone.</summary>
    public bool Shared { get; init; }

    /// <summary>The name that the code uses.</summary>
    public override string ToString() => Name;
}
