namespace QStash.Serverless;

/// <summary>
/// A FIFO queue of the app, by the name its code uses (protocol 2.7). Publishers and the declared infrastructure turn it into the name QStash knows:
/// <c>{app}.{env}.{name}</c> where the client's <c>App</c> and <c>Env</c> are set, else the name itself. A text converts to a queue of that name.
/// </summary>
public sealed record Queue
{
    /// <summary>A queue of this name.</summary>
    /// <param name="name">Letters, digits, <c>_</c>, <c>.</c> and <c>-</c>.</param>
    /// <exception cref="ArgumentException">The name has another character, or is empty.</exception>
    public Queue(string name)
    {
        QStashName.ThrowIfInvalid(name);
        Name = name;
    }

    /// <summary>The name that the code uses.</summary>
    public string Name { get; }

    /// <summary>Whether the queue belongs to several apps or environments: QStash then knows it by <see cref="Name"/> alone.</summary>
    public bool Shared { get; init; }

    /// <summary>The queue of this name; null for null.</summary>
    /// <exception cref="ArgumentException">The name has a character that none may have, or is empty.</exception>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(name))]
    public static implicit operator Queue?(string? name) => FromString(name);

    /// <inheritdoc cref="op_Implicit"/>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(name))]
    public static Queue? FromString(string? name) => name is null ? null : new(name);

    /// <summary>The name that the code uses.</summary>
    public override string ToString() => Name;
}
