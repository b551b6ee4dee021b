using System.Buffers;
using System.Text;

namespace QStash.Serverless.Cli.Demo.Orders;

/// <summary>Turns bytes of a UTF-8 file into lines and columns, both counted from 1; a column is a character, not a byte.</summary>
internal sealed class TextPositions
{
    private readonly string _name;
    private readonly byte[] _text;

    public TextPositions(string name, byte[] utf8)
    {
        _name = name;
        _text = utf8.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8;
    }

    /// <summary>The file without its byte order mark; offsets count from its start.</summary>
    public ReadOnlySpan<byte> Text => _text;

    /// <summary>Where the file stops being UTF-8, or null.</summary>
    public int? FirstBrokenByte
    {
        get
        {
            int offset = 0;
            while (offset < _text.Length)
            {
                if (Rune.DecodeFromUtf8(_text.AsSpan(offset), out _, out int length) != OperationStatus.Done)
                {
                    return offset;
                }

                offset += length;
            }

            return null;
        }
    }

    /// <summary><c>file:line:column</c> of a byte.</summary>
    public string At(int offset)
    {
        ReadOnlySpan<byte> before = _text.AsSpan(0, Math.Min(offset, _text.Length));
        return $"{_name}:{before.Count((byte)'\n') + 1}:{Column(before[(before.LastIndexOf((byte)'\n') + 1)..])}";
    }

    /// <summary><c>file:line:column</c> of a place as <see cref="System.Text.Json.JsonException"/> states it, both counted from 0.</summary>
    public string AtLine(long line, long byteInLine)
    {
        int start = 0;
        for (long i = 0; i < line; i++)
        {
            start += _text.AsSpan(start).IndexOf((byte)'\n') + 1;
        }

        return At(start + (int)byteInLine);
    }

    // A position inside of a character, such as the middle of a broken one, counts as that character.
    private static int Column(ReadOnlySpan<byte> before)
    {
        int column = 1;
        foreach (byte part in before)
        {
            column += (part & 0xC0) == 0x80 ? 0 : 1;
        }

        return column;
    }
}
