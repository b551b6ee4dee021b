using System.Text;
using System.Text.Json;

namespace QStash.Serverless;

/// <summary>Payloads to bytes and back: text and bytes as they are, everything else as JSON.</summary>
internal static class PayloadCodec
{
    internal static EncodedPayload Encode<T>(T payload, QStashJson json) => payload switch
    {
        string text => new EncodedPayload(Encoding.UTF8.GetBytes(text), "text/plain"),
        byte[] bytes => new EncodedPayload(bytes, null),
        ReadOnlyMemory<byte> bytes => new EncodedPayload(bytes, null),
        _ => new EncodedPayload(JsonSerializer.SerializeToUtf8Bytes(payload, json.GetTypeInfo<T>()), "application/json"),
    };
}
