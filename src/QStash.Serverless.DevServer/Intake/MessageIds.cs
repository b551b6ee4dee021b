using System.Security.Cryptography;

namespace QStash.Serverless.DevServer.Intake;

/// <summary>Message ids: <c>msg_</c> and random base58, so that nobody can guess one.</summary>
internal static class MessageIds
{
    /// <summary>Base58: no character looks like another.</summary>
    public const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    public static string New() => "msg_" + RandomNumberGenerator.GetString(Alphabet, 28);
}
