using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace QStash.Serverless.Tests.Signature;

/// <summary>Makes tokens that <see cref="DeliverySigner"/> would not: any header, any claims, any key, yet a MAC that fits.</summary>
internal static class Forge
{
    internal const string UsualHeader = """{"alg":"HS256","typ":"JWT"}""";

    internal static string Sign(string key, string claims, string header = UsualHeader) => Sign(key, Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(claims));

    internal static string Sign(string key, byte[] header, byte[] claims) => SignText(key, Base64Url.EncodeToString(header) + "." + Base64Url.EncodeToString(claims));

    /// <summary>Signs the text as it is, encoded well or not.</summary>
    internal static string SignText(string key, string signingInput) =>
        signingInput + "." + Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(signingInput)));

    internal static string Hash(byte[] body) => Base64Url.EncodeToString(SHA256.HashData(body)) + "=";

    internal static string Claims(string url, byte[] body, long now) =>
        $$"""{"iss":"Upstash","sub":"{{url}}","exp":{{now + 300}},"nbf":0,"iat":{{now}},"jti":"jwt_1","body":"{{Hash(body)}}"}""";
}
