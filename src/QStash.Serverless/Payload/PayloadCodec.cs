using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace QStash.Serverless;

/// <summary>Payloads to bytes and back: text and bytes as they are, callback envelopes by protocol 6, everything else as JSON.</summary>
internal static class PayloadCodec
{
    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal static EncodedPayload Encode<T>(T payload, QStashJson json) =>
        AsItIs(payload) ?? new EncodedPayload(JsonSerializer.SerializeToUtf8Bytes(payload, json.GetTypeInfo<T>()), "application/json");

    /// <summary>Encodes a payload whose type is known only at run time.</summary>
    internal static EncodedPayload Encode(object payload, Type type, QStashJson json) =>
        AsItIs(payload) ?? new EncodedPayload(JsonSerializer.SerializeToUtf8Bytes(payload, json.GetTypeInfo(type)), "application/json");

    /// <summary>Reads a payload; false and why when it cannot be read.</summary>
    internal static bool TryDecode<T>(ReadOnlyMemory<byte> body, QStashJson json, [NotNullWhen(true)] out T? payload, [NotNullWhen(false)] out UnreadablePayload? unreadable)
    {
        payload = default;
        unreadable = null;
        try
        {
            payload = typeof(T) == typeof(string) ? (T)(object)s_strictUtf8.GetString(body.Span)
                : typeof(T) == typeof(byte[]) ? (T)(object)body.ToArray()
                : typeof(T) == typeof(ReadOnlyMemory<byte>) ? (T)(object)body
                : typeof(T) == typeof(QStashCallback) ? (T)(object)QStashCallback.Parse(body, json)
                : JsonSerializer.Deserialize(WithoutByteOrderMark(body.Span), json.GetTypeInfo<T>());
            unreadable = payload is null ? new UnreadablePayload($"The payload is JSON null where {typeof(T).Name} is expected.") : null;
        }
        catch (JsonException exception)
        {
            string place = exception.LineNumber is { } line ? string.Create(CultureInfo.InvariantCulture, $", line {line + 1}, byte {exception.BytePositionInLine + 1}") : "";
            unreadable = new UnreadablePayload($"The payload cannot be read as {typeof(T).Name}{place}.", exception.Message);
        }
        catch (NotSupportedException exception)
        {
            // System.Text.Json's way to say that a payload of an abstract type lacks its type discriminator.
            unreadable = new UnreadablePayload($"The payload cannot be read as {typeof(T).Name}.", exception.Message);
        }
        catch (DecoderFallbackException)
        {
            unreadable = new UnreadablePayload($"The payload cannot be read as {typeof(T).Name}: it is not valid UTF-8.");
        }

        return unreadable is null;
    }

    /// <summary>Fails for types that nothing can read.</summary>
    internal static void Validate<T>(QStashJson json)
    {
        if (typeof(T) != typeof(string) && typeof(T) != typeof(byte[]) && typeof(T) != typeof(ReadOnlyMemory<byte>) && typeof(T) != typeof(QStashCallback))
        {
            json.GetTypeInfo<T>();
        }
    }

    private static EncodedPayload? AsItIs<T>(T payload) => payload switch
    {
        string text => new EncodedPayload(Encoding.UTF8.GetBytes(text), "text/plain"),
        byte[] bytes => new EncodedPayload(bytes, null),
        ReadOnlyMemory<byte> bytes => new EncodedPayload(bytes, null),
        Memory<byte> bytes => new EncodedPayload(bytes, null),
        _ => null,
    };

    private static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> body) =>
        body.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? body[3..] : body;
}

/// <summary>Why a payload cannot be read.</summary>
/// <param name="Summary">What is wrong and where, without a word of the payload: for logs.</param>
/// <param name="Detail">What the reader says, which may quote the payload: for the sender only.</param>
internal sealed record UnreadablePayload(string Summary, string? Detail = null)
{
    internal string ForSender => Detail is null ? Summary : $"{Summary} {Detail}";
}
