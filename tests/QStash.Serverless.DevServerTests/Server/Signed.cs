using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace QStash.Serverless.DevServerTests.Server;

/// <summary>Reads and checks a delivery's signature with nothing but the protocol text (5.1).</summary>
internal static class Signed
{
    public static JsonNode Claims(Received received) => Claims(received.Headers["Upstash-Signature"]);

    public static JsonNode Claims(string token) => JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]))!;

    /// <summary>Whether this key signed exactly this delivery.</summary>
    public static bool By(Received received, string key)
    {
        string token = received.Headers["Upstash-Signature"];
        int last = token.LastIndexOf('.');
        byte[] mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.ASCII.GetBytes(token[..last]));
        JsonNode claims = Claims(received);
        return Base64Url.EncodeToString(mac) == token[(last + 1)..]
            && (string?)claims["iss"] == "Upstash"
            && (string?)claims["sub"] == received.Url
            && ((string)claims["body"]!).TrimEnd('=') == Base64Url.EncodeToString(SHA256.HashData(received.Body));
    }
}
