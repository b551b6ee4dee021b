using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace QStash.Serverless;

/// <summary>
/// Whether each claim that decides stands there at most once and in its one JSON type (protocol 5.1). The token library does not say: it turns
/// text into numbers, numbers into text, lets the last of two claims win, and stops reading where the object ends.
/// </summary>
internal static class ClaimTypes
{
    private const int StackLimit = 1024;

    /// <summary>Judges the payload of a token.</summary>
    /// <exception cref="JsonException">The payload is not JSON, or more than one value.</exception>
    internal static SignatureFailure Check(ReadOnlySpan<char> encodedPayload)
    {
        byte[]? rented = null;
        int length = Base64Url.GetMaxDecodedLength(encodedPayload.Length);
        Span<byte> payload = length <= StackLimit ? stackalloc byte[StackLimit] : rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            return Check(new Utf8JsonReader(payload[..Base64Url.DecodeFromChars(encodedPayload, payload)]));
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    private static SignatureFailure Check(Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return SignatureFailure.Malformed;
        }

        SignatureFailure failure = SignatureFailure.None;
        Claims seen = Claims.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Claims claim = ClaimOf(ref reader);
            if ((seen & claim) != 0)
            {
                return SignatureFailure.Malformed;
            }

            seen |= claim;
            reader.Read();
            failure = failure != SignatureFailure.None ? failure : claim switch
            {
                Claims.Issuer when reader.TokenType != JsonTokenType.String => SignatureFailure.WrongIssuer,
                Claims.Url or Claims.BodyHash when reader.TokenType != JsonTokenType.String => SignatureFailure.MissingClaim,
                Claims.Expires when !IsWholeNumber(ref reader) => SignatureFailure.MissingClaim,
                Claims.NotBefore when !IsWholeNumber(ref reader) => SignatureFailure.NotYetValid,
                _ => SignatureFailure.None,
            };
            reader.Skip();
        }

        // Nothing may follow; the reader throws if something does.
        reader.Read();
        return failure;
    }

    private static Claims ClaimOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("iss"u8) ? Claims.Issuer
        : reader.ValueTextEquals("sub"u8) ? Claims.Url
        : reader.ValueTextEquals("body"u8) ? Claims.BodyHash
        : reader.ValueTextEquals("exp"u8) ? Claims.Expires
        : reader.ValueTextEquals("nbf"u8) ? Claims.NotBefore
        : Claims.None;

    private static bool IsWholeNumber(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out _);

    [Flags]
    private enum Claims
    {
        None = 0,
        Issuer = 1,
        Url = 2,
        BodyHash = 4,
        Expires = 8,
        NotBefore = 16,
    }
}
