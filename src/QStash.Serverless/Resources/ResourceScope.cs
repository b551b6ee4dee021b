using System.Diagnostics.CodeAnalysis;

namespace QStash.Serverless;

/// <summary>
/// The app and the environment that names belong to: what is <c>receipts</c> in code is <c>shop.prod.receipts</c> to QStash, so that apps and environments
/// share an account without meeting.
/// </summary>
public sealed record ResourceScope
{
    /// <summary>An app in an environment.</summary>
    /// <param name="app">The app's name, such as <c>shop</c>: letters, digits, <c>_</c> and <c>-</c>.</param>
    /// <param name="env">The environment's, such as <c>prod</c>: letters, digits, <c>_</c> and <c>-</c>.</param>
    /// <exception cref="ArgumentException">A name has another character, or is empty.</exception>
    public ResourceScope(string app, string env)
    {
        App = Part(app, nameof(app));
        Env = Part(env, nameof(env));
    }

    /// <summary>The app's name.</summary>
    public string App { get; }

    /// <summary>The environment's name.</summary>
    public string Env { get; }

    /// <summary>What every name of this scope starts with: <c>{app}.{env}.</c>.</summary>
    public string Prefix => $"{App}.{Env}.";

    /// <summary>The name that QStash knows. One that is of this scope already, as read from QStash or from a delivery, stays as it is.</summary>
    /// <param name="name">The name that the code uses.</param>
    public string Physical(string name) => TryGetName(name, out _) ? name : Prefix + name;

    /// <summary>The name that the code uses, if this name is one of this scope's.</summary>
    /// <param name="physicalName">The name that QStash knows.</param>
    /// <param name="name">The name that the code uses.</param>
    public bool TryGetName(string physicalName, [NotNullWhen(true)] out string? name)
    {
        ArgumentNullException.ThrowIfNull(physicalName);
        bool own = physicalName.StartsWith(Prefix, StringComparison.Ordinal) && physicalName.Length > Prefix.Length;
        name = own ? physicalName[Prefix.Length..] : null;
        return own;
    }

    /// <summary>The app and the environment, as in <c>shop.prod</c>.</summary>
    public override string ToString() => $"{App}.{Env}";

    private static string Part(string value, string parameter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value, parameter);
        QStashName.ThrowIfInvalid(value, parameter);
        return value.Contains('.', StringComparison.Ordinal)
            ? throw new ArgumentException($"'{value}' has a '.', which separates app, environment and name: use '-' instead.", parameter)
            : value;
    }
}
