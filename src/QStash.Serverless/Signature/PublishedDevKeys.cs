using System.Collections.Frozen;

namespace QStash.Serverless;

/// <summary>
/// The signing keys of the local development accounts (protocol 10.3). They are public, so anyone can forge with them: they are
/// refused in every key position outside Development.
/// </summary>
internal static class PublishedDevKeys
{
    private static readonly FrozenSet<string> s_keys = FrozenSet.ToFrozenSet(
    [
        "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r", "sig_5ZB6DVzB1wjE8S6rZ7eenA8Pdnhs",
        "sig_7GVPjvuwsfqF65iC8fSrs1dfYruM", "sig_5NoELc3EFnZn4DVS5bDs2Nk4b7Ua",
        "sig_6jWGaWRxHsw4vMSPJprXadyvrybF", "sig_7qHbvhmahe5GwfePDiS5Lg3pi6Qx",
        "sig_5T8FcSsynBjn9mMLBsXhpacRovJf", "sig_7GFR4YaDshFcqsxWRZpRB161jguD",
        "sig_7RvLjqfZBvP5KEUimQCE1pvpLuou", "sig_7W3ZNbfKWk5NWwEs3U4ixuQ7fxwE",
    ], StringComparer.Ordinal);

    internal static bool Contains(string key) => s_keys.Contains(key);
}
