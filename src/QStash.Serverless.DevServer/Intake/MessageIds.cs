using System.Security.Cryptography;

namespace QStash.Serverless.DevServer.Intake;

/// <summary>Message ids: <c>msg_</c> and random base58, so that nobody can guess one.</summary>
internal static class MessageIds
{
    public static string New() => "msg_" + RandomNumberGenerator.GetString("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", 28);
}
