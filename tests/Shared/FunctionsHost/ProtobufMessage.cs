using System.Buffers.Binary;
using System.Text;

namespace QStash.Serverless.Tests.FunctionsHost;

/// <summary>A protocol buffers message, read field by field; what a field means is for the caller to know.</summary>
internal sealed class ProtobufMessage
{
    private readonly List<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> _fields = [];

    internal ProtobufMessage(ReadOnlyMemory<byte> message)
    {
        Bytes = message;
        int at = 0;
        while (at < message.Length)
        {
            ulong tag = Varint(message.Span, ref at);
            int field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    _fields.Add((field, Varint(message.Span, ref at), default));
                    break;
                case 1:
                    _fields.Add((field, BinaryPrimitives.ReadUInt64LittleEndian(message.Span[at..]), default));
                    at += 8;
                    break;
                case 2:
                    int length = checked((int)Varint(message.Span, ref at));
                    _fields.Add((field, 0, message.Slice(at, length)));
                    at += length;
                    break;
                case 5:
                    _fields.Add((field, BinaryPrimitives.ReadUInt32LittleEndian(message.Span[at..]), default));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"A message of the worker has a field of the unknown wire type {tag & 7}.");
            }
        }
    }

    internal ReadOnlyMemory<byte> Bytes { get; }

    internal bool Has(int field) => _fields.Exists(candidate => candidate.Field == field);

    internal ulong Number(int field) => _fields.LastOrDefault(candidate => candidate.Field == field).Number;

    internal ReadOnlyMemory<byte> Content(int field) => _fields.LastOrDefault(candidate => candidate.Field == field).Bytes;

    internal string Text(int field) => Encoding.UTF8.GetString(Content(field).Span);

    internal ProtobufMessage? Message(int field) => Has(field) ? new(Content(field)) : null;

    internal IEnumerable<string> Texts(int field) => _fields.Where(candidate => candidate.Field == field).Select(static found => Encoding.UTF8.GetString(found.Bytes.Span));

    internal IEnumerable<ProtobufMessage> Messages(int field) => _fields.Where(candidate => candidate.Field == field).Select(static found => new ProtobufMessage(found.Bytes));

    /// <summary>A map from text to text.</summary>
    internal Dictionary<string, string> Map(int field) =>
        Messages(field).ToDictionary(static entry => entry.Text(1), static entry => entry.Text(2), StringComparer.OrdinalIgnoreCase);

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("A message of the worker has a number of more than ten bytes.");
    }
}
