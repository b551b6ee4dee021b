using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace QStash.Serverless;

/// <summary>Payloads to bytes and back: text and bytes as they are, callback envelopes by protocol 6, everything else as JSON.</summary>
internal static class PayloadCodec
{
    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal static EncodedPayload Encode<T>(T payload, QStashJson json) => payload switch
    {
        string text => new EncodedPayload(Encoding.UTF8.GetBytes(text), "text/plain"),
        byte[] bytes => new EncodedPayload(bytes, null),
        ReadOnlyMemory<byte> bytes => new EncodedPayload(bytes, null),
        Memory<byte> bytes => new EncodedPayload(bytes, null),
        _ => new EncodedPayload(JsonSerializer.SerializeToUtf8Bytes(payload, json.GetTypeInfo<T>()), "application/json"),
    };

    /// <summary>Reads a payload; false and a reason that is safe to show to the sender when it cannot be read.</summary>
    internal static bool TryDecode<T>(ReadOnlyMemory<byte> body, QStashJson json, [NotNullWhen(true)] out T? payload, out string? reason)
    {
        payload = default;
        reason = null;
        try
        {
            payload = typeof(T) == typeof(string) ? (T)(object)s_strictUtf8.GetString(body.Span)
                : typeof(T) == typeof(byte[]) ? (T)(object)body.ToArray()
                : typeof(T) == typeof(ReadOnlyMemory<byte>) ? (T)(object)body
                : typeof(T) == typeof(QStashCallback) ? (T)(object)QStashCallback.Parse(body, json)
                : JsonSerializer.Deserialize(WithoutByteOrderMark(body.Span), json.GetTypeInfo<T>());
            reason = payload is null ? $"The payload is JSON null where {typeof(T).Name} is expected." : null;
        }
        catch (JsonException exception)
        {
            reason = $"The payload cannot be read as {typeof(T).Name}: {exception.Message}";
        }
        catch (DecoderFallbackException)
        {
            reason = $"The payload cannot be read as {typeof(T).Name}: it is not valid UTF-8.";
        }

        return payload is not null;
    }

    /// <summary>Fails for types that nothing can read.</summary>
    internal static void Validate<T>(QStashJson json)
    {
        if (typeof(T) != typeof(string) && typeof(T) != typeof(byte[]) && typeof(T) != typeof(ReadOnlyMemory<byte>) && typeof(T) != typeof(QStashCallback))
        {
            json.GetTypeInfo<T>();
        }
    }

    private static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> body) =>
        body.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? body[3..] : body;
}
