namespace QStash.Serverless.DevServer.Accounts;

/// <summary>The fixed accounts of the official development server (protocol 10.3): public, so anyone can publish and forge with them.</summary>
internal static class PublicAccounts
{
    public static readonly IReadOnlyList<DevServerAccount> All =
    [
        new("defaultUser")
        {
            Token = "eyJVc2VySUQiOiJkZWZhdWx0VXNlciIsIlBhc3N3b3JkIjoiZGVmYXVsdFBhc3N3b3JkIn0=",
            CurrentSigningKey = "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r",
            NextSigningKey = "sig_5ZB6DVzB1wjE8S6rZ7eenA8Pdnhs",
        },
        new("testUser1")
        {
            Token = "eyJVc2VySUQiOiJ0ZXN0VXNlcjEiLCJQYXNzd29yZCI6InRlc3RQYXNzd29yZCJ9",
            CurrentSigningKey = "sig_7GVPjvuwsfqF65iC8fSrs1dfYruM",
            NextSigningKey = "sig_5NoELc3EFnZn4DVS5bDs2Nk4b7Ua",
        },
        new("testUser2")
        {
            Token = "eyJVc2VySUQiOiJ0ZXN0VXNlcjIiLCJQYXNzd29yZCI6InRlc3RQYXNzd29yZCJ9",
            CurrentSigningKey = "sig_6jWGaWRxHsw4vMSPJprXadyvrybF",
            NextSigningKey = "sig_7qHbvhmahe5GwfePDiS5Lg3pi6Qx",
        },
        new("testUser3")
        {
            Token = "eyJVc2VySUQiOiJ0ZXN0VXNlcjMiLCJQYXNzd29yZCI6InRlc3RQYXNzd29yZCJ9",
            CurrentSigningKey = "sig_5T8FcSsynBjn9mMLBsXhpacRovJf",
            NextSigningKey = "sig_7GFR4YaDshFcqsxWRZpRB161jguD",
        },
    ];

    /// <summary>Whether a secret is one that everybody knows.</summary>
    public static bool Know(string secret)
        => All.Any(a => a.Token == secret || a.CurrentSigningKey == secret || a.NextSigningKey == secret)
            || secret is "sig_7RvLjqfZBvP5KEUimQCE1pvpLuou" or "sig_7W3ZNbfKWk5NWwEs3U4ixuQ7fxwE";
}
