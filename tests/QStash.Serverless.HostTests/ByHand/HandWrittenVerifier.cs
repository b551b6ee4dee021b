using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace QStash.Serverless.HostTests.ByHand;

internal static class HandWrittenVerifier
{
    public static bool IsGenuine(string? signature, byte[] body, string url, string[] keys, DateTimeOffset now)
    {
        string[] parts = signature?.Split('.') ?? [];
        if (parts.Length != 3 || !TryDecode(parts[0], out byte[]? header) || !TryDecode(parts[1], out byte[]? payload) || !TryDecode(parts[2], out byte[]? mac))
        {
            return false;
        }

        byte[] signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        if (!keys.Any(key => key.Length > 0 && CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), signed), mac)))
        {
            return false;                                                             // both keys are tried: they rotate
        }

        try
        {
            JsonElement algorithm = JsonElement.Parse(header);
            JsonElement claims = JsonElement.Parse(payload);
            TimeSpan skew = TimeSpan.FromMinutes(1);
            return algorithm.GetProperty("alg").GetString() == "HS256"                // never what the token asks for
                && claims.GetProperty("iss").GetString() == "Upstash"
                && claims.GetProperty("sub").GetString() == url                       // the public URL, not the one behind the proxy
                && DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("exp").GetInt64()) + skew > now
                && DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("nbf").GetInt64()) - skew <= now
                && TryDecode(claims.GetProperty("body").GetString()!, out byte[]? hash)
                && CryptographicOperations.FixedTimeEquals(SHA256.HashData(body), hash); // the bytes as they came
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            return false;
        }
    }

    private static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        try
        {
            bytes = Base64Url.DecodeFromChars(text);
            return true;
        }
        catch (FormatException)
        {
            bytes = null;
            return false;
        }
    }
}
