using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>A status and a JSON body.</summary>
internal sealed record WireReply(int Status, ReadOnlyMemory<byte> Body)
{
    public static readonly IReadOnlyDictionary<string, string> NoHeaders = new Dictionary<string, string>();

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>200 without a body.</summary>
    public static WireReply Empty { get; } = new(200, ReadOnlyMemory<byte>.Empty);

    /// <summary>Headers besides those of the body.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = NoHeaders;

    public static WireReply Json(int status, Action<Utf8JsonWriter> write) => new(status, Bytes(write));

    public static WireReply Error(int status, string error) => Json(status, json =>
    {
        json.WriteStartObject();
        json.WriteString("error", error);
        json.WriteEndObject();
    });

    /// <summary>JSON as this server writes it: compact, and only the escapes JSON demands.</summary>
    public static ReadOnlyMemory<byte> Bytes(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, Options))
        {
            write(json);
        }

        return buffer.WrittenMemory;
    }
}
