using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace QStash.Serverless;

/// <summary>
/// Signs deliveries as QStash does (protocol 5.1): an HS256 JWT over the URL and the body's SHA-256. The local QStash, test helpers and
/// harnesses sign with it.
/// </summary>
public sealed class DeliverySigner
{
    /// <summary>How long a signature is valid unless told otherwise: 5 minutes.</summary>
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromMinutes(5);

    private const string Header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.";
    private readonly byte[] _key;

    /// <summary>Signs with this key.</summary>
    /// <param name="signingKey">The whole key text, with its <c>sig_</c> prefix: its UTF-8 bytes are the key.</param>
    /// <exception cref="ArgumentException">The key is empty or blank.</exception>
    public DeliverySigner(string signingKey)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(signingKey);
        _key = Encoding.UTF8.GetBytes(signingKey);
    }

    /// <summary>Makes the value of <c>Upstash-Signature</c> for one attempt.</summary>
    /// <param name="url">The URL this attempt is sent to, exactly as given; becomes <c>sub</c>.</param>
    /// <param name="body">The raw body.</param>
    /// <param name="issuedAt">The signing time; becomes <c>iat</c>, in whole seconds.</param>
    /// <param name="lifetime">From <paramref name="issuedAt"/> to <c>exp</c>; <see cref="DefaultLifetime"/> when null.</param>
    public string Sign(string url, ReadOnlySpan<byte> body, DateTimeOffset issuedAt, TimeSpan? lifetime = null)
    {
        ArgumentNullException.ThrowIfNull(url);
        using MemoryStream claims = new(512);
        using (Utf8JsonWriter json = new(claims))
        {
            json.WriteStartObject();
            json.WriteString("iss", "Upstash");
            json.WriteString("sub", url);
            json.WriteNumber("exp", (issuedAt + (lifetime ?? DefaultLifetime)).ToUnixTimeSeconds());
            json.WriteNumber("nbf", 0);
            json.WriteNumber("iat", issuedAt.ToUnixTimeSeconds());
            json.WriteString("jti", "jwt_" + RandomNumberGenerator.GetString("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", 28));
            json.WriteString("body", Base64Url.EncodeToString(SHA256.HashData(body)) + "=");
            json.WriteEndObject();
        }

        string signingInput = Header + Base64Url.EncodeToString(claims.GetBuffer().AsSpan(0, (int)claims.Length));
        return signingInput + "." + Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(signingInput)));
    }
}
