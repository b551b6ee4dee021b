using System.Buffers;
using System.Text;

namespace QStash.Serverless.Tests.FunctionsHost;

/// <summary>Writes a protocol buffers message: as much of the format as the Functions worker's protocol needs.</summary>
internal sealed class ProtobufWriter
{
    private const int VarintType = 0;
    private const int BytesType = 2;

    private readonly ArrayBufferWriter<byte> _written = new();

    internal ReadOnlyMemory<byte> Written => _written.WrittenMemory;

    internal ProtobufWriter Add(int field, string value) => Add(field, Encoding.UTF8.GetBytes(value));

    internal ProtobufWriter Add(int field, ProtobufWriter message) => Add(field, message.Written.Span);

    internal ProtobufWriter Add(int field, ReadOnlySpan<byte> value)
    {
        Varint(((ulong)field << 3) | BytesType);
        Varint((ulong)value.Length);
        _written.Write(value);
        return this;
    }

    internal ProtobufWriter Add(int field, ulong value)
    {
        Varint(((ulong)field << 3) | VarintType);
        Varint(value);
        return this;
    }

    /// <summary>Adds an entry of a map with text keys.</summary>
    internal ProtobufWriter AddEntry(int field, string key, ProtobufWriter value) => Add(field, new ProtobufWriter().Add(1, key).Add(2, value));

    private void Varint(ulong value)
    {
        Span<byte> bytes = _written.GetSpan(10);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            bytes[length++] = (byte)(value | 0x80);
        }

        bytes[length++] = (byte)value;
        _written.Advance(length);
    }
}
