using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace QStash.Serverless;

/// <summary>
/// One <c>Upstash-Signature</c> value taken apart (protocol 5.4). Neither its header nor its claims are read before a key is proven
/// to have signed them: strangers never reach a JSON parser.
/// </summary>
internal readonly struct SignatureToken
{
    private const int MaxLength = 16 * 1024;
    private const int StackLimit = 1024;
    private const int HashTextLength = 43;
    private const string UsualHeader = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
    private static readonly SearchValues<char> s_base64Url = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    // HS384, HS512 and ES256, ES384, ES512, RSA with 2048, 3072 and 4096 bits: tells a foreign algorithm from a damaged token.
    private static readonly int[] s_foreignMacTextLengths = [64, 86, 128, 176, 342, 512, 683];

    // Readers disagree on which of two members counts; a header that says two things says nothing.
    private static readonly JsonDocumentOptions s_noDuplicates = new() { AllowDuplicateProperties = false };

    private readonly string _text;
    private readonly int _headerLength;
    private readonly int _signingInputLength;

    private SignatureToken(string text, int headerLength, int signingInputLength)
    {
        _text = text;
        _headerLength = headerLength;
        _signingInputLength = signingInputLength;
    }

    internal static SignatureFailure TryParse(string? text, out SignatureToken token)
    {
        token = default;
        if (string.IsNullOrEmpty(text))
        {
            return SignatureFailure.Missing;
        }

        if (text.Contains(',', StringComparison.Ordinal))
        {
            // Some hosts and proxies join a repeated header with commas.
            return SignatureFailure.Repeated;
        }

        if (text.Length > MaxLength)
        {
            return SignatureFailure.Malformed;
        }

        int first = text.IndexOf('.', StringComparison.Ordinal);
        int last = text.LastIndexOf('.');
        if (first <= 0 || last <= first + 1 || text.AsSpan(first + 1, last - first - 1).Contains('.')
            || !IsCanonical(text.AsSpan(0, first)) || !IsCanonical(text.AsSpan(first + 1, last - first - 1)))
        {
            return SignatureFailure.Malformed;
        }

        ReadOnlySpan<char> mac = text.AsSpan(last + 1);
        if (mac.Length == HashTextLength && IsCanonical(mac))
        {
            token = new SignatureToken(text, first, last);
            return SignatureFailure.None;
        }

        return mac.IsEmpty || (Array.IndexOf(s_foreignMacTextLengths, mac.Length) >= 0 && IsCanonical(mac)) ? SignatureFailure.UnsupportedAlgorithm : SignatureFailure.Malformed;
    }

    internal bool IsSignedBy(SigningKeySet keys, out int keysTried)
    {
        byte[]? rented = null;
        Span<byte> signingInput = _signingInputLength <= StackLimit ? stackalloc byte[StackLimit] : rented = ArrayPool<byte>.Shared.Rent(_signingInputLength);
        try
        {
            Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
            int length = Encoding.ASCII.GetBytes(_text.AsSpan(0, _signingInputLength), signingInput);
            Base64Url.DecodeFromChars(_text.AsSpan(_signingInputLength + 1), mac);
            return keys.Matches(signingInput[..length], mac, out keysTried);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>Judges header and claims of a token whose MAC a known key has made.</summary>
    internal SignatureFailure ReadClaims(DateTimeOffset now, TimeSpan skew, out string? url, out string? bodyHash)
    {
        url = null;
        bodyHash = null;
        ReadOnlySpan<char> header = _text.AsSpan(0, _headerLength);
        if (!header.SequenceEqual(UsualHeader) && CheckHeader(header) is var failure and not SignatureFailure.None)
        {
            return failure;
        }

        JsonWebToken jwt;
        try
        {
            if (ClaimTypes.Check(_text.AsSpan(_headerLength + 1, _signingInputLength - _headerLength - 1)) is var wrong and not SignatureFailure.None)
            {
                return wrong;
            }

            jwt = new JsonWebToken(_text);
        }
        catch (Exception exception) when (exception is ArgumentException or JsonException or FormatException or InvalidOperationException)
        {
            return SignatureFailure.Malformed;
        }

        if (!jwt.TryGetPayloadValue("iss", out string issuer) || !string.Equals(issuer, "Upstash", StringComparison.Ordinal))
        {
            return SignatureFailure.WrongIssuer;
        }

        if (!jwt.TryGetPayloadValue("exp", out long expires) || !jwt.TryGetPayloadValue("sub", out url) || !jwt.TryGetPayloadValue("body", out bodyHash))
        {
            return SignatureFailure.MissingClaim;
        }

        long seconds = now.ToUnixTimeSeconds();
        long skewSeconds = (long)skew.TotalSeconds;
        return expires <= seconds - skewSeconds ? SignatureFailure.Expired
            : jwt.TryGetPayloadValue("nbf", out long notBefore) && notBefore > seconds + skewSeconds ? SignatureFailure.NotYetValid
            : SignatureFailure.None;
    }

    /// <summary>Compares the body's SHA-256 with the <c>body</c> claim, padded or not, in constant time.</summary>
    internal static bool IsHashOf(string bodyHash, ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<char> claimed = bodyHash.AsSpan().TrimEnd('=');
        if (claimed.Length != HashTextLength || !IsCanonical(claimed))
        {
            return false;
        }

        Span<byte> signed = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> actual = stackalloc byte[SHA256.HashSizeInBytes];
        Base64Url.DecodeFromChars(claimed, signed);
        SHA256.HashData(body, actual);
        return CryptographicOperations.FixedTimeEquals(actual, signed);
    }

    // Canonical: the alphabet only, a possible length, and no bits set that decoding would drop.
    private static bool IsCanonical(ReadOnlySpan<char> text)
    {
        int remainder = text.Length % 4;
        if (text.IsEmpty || remainder == 1 || text.ContainsAnyExcept(s_base64Url))
        {
            return false;
        }

        int dropped = remainder switch { 2 => 0b1111, 3 => 0b11, _ => 0 };
        return (ValueOf(text[^1]) & dropped) == 0;
    }

    private static int ValueOf(char c) => c switch
    {
        >= 'A' and <= 'Z' => c - 'A',
        >= 'a' and <= 'z' => c - 'a' + 26,
        >= '0' and <= '9' => c - '0' + 52,
        '-' => 62,
        _ => 63,
    };

    private static SignatureFailure CheckHeader(ReadOnlySpan<char> encoded)
    {
        try
        {
            using JsonDocument header = JsonDocument.Parse(Base64Url.DecodeFromChars(encoded), s_noDuplicates);
            return header.RootElement.ValueKind != JsonValueKind.Object ? SignatureFailure.Malformed
                : header.RootElement.TryGetProperty("alg", out JsonElement algorithm) && algorithm.ValueKind == JsonValueKind.String
                    && algorithm.ValueEquals("HS256"u8) && !header.RootElement.TryGetProperty("crit", out _)
                    ? SignatureFailure.None
                    : SignatureFailure.UnsupportedAlgorithm;
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            return SignatureFailure.Malformed;
        }
    }
}
