using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace QStash.Serverless.Lambda;

/// <summary>JSON in the making, in an array that is long enough from the start. Only what JSON demands is escaped: other letters stay as they are.</summary>
internal struct JsonText(int capacity)
{
    private static readonly SearchValues<byte> s_escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(static c => (byte)c), (byte)'"', (byte)'\\', 0x7F]);

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(capacity);
    private int _length;

    internal void Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_bytes.AsSpan(_length));
        _length += text.Length;
    }

    internal void Append(int number)
    {
        number.TryFormat(_bytes.AsSpan(_length), out int written, default, CultureInfo.InvariantCulture);
        _length += written;
    }

    internal void AppendBase64(ReadOnlySpan<byte> bytes)
    {
        Base64.EncodeToUtf8(bytes, _bytes.AsSpan(_length), out _, out int written);
        _length += written;
    }

    internal void AppendEscaped(string text)
    {
        if (Ascii.IsValid(text) && text.AsSpan().IndexOfAny('"', '\\') < 0 && !text.AsSpan().ContainsAnyInRange('\0', '\x1F'))
        {
            _length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_length));
        }
        else
        {
            AppendEscaped(Encoding.UTF8.GetBytes(text));
        }
    }

    internal void AppendEscaped(ReadOnlySpan<byte> text)
    {
        while (text.IndexOfAny(s_escaped) is var at and >= 0)
        {
            Append(text[..at]);
            Append(text[at] switch
            {
                (byte)'"' => "\\\""u8,
                (byte)'\\' => "\\\\"u8,
                (byte)'\n' => "\\n"u8,
                (byte)'\r' => "\\r"u8,
                (byte)'\t' => "\\t"u8,
                (byte)'\b' => "\\b"u8,
                (byte)'\f' => "\\f"u8,
                var control => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\\u{control:x4}")),
            });
            text = text[(at + 1)..];
        }

        Append(text);
    }

    internal readonly MemoryStream ToStream() => new(_bytes, 0, _length, writable: false, publiclyVisible: true);
}
