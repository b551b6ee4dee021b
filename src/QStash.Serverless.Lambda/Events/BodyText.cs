using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace QStash.Serverless.Lambda;

/// <summary>
/// The body of an event: bytes that stand there as text or as base64. A body that is neither, such as broken base64, is handed on as it is written: it cannot be
/// the one that was signed.
/// </summary>
internal struct BodyText
{
    private TextSlice _text;
    private bool _exists;
    private byte[]? _unescaped;
    private int _unescapedLength;

    internal bool IsBase64 { get; set; }

    /// <summary>Takes the value that the reader stands on. Escapes are decoded here, while it does.</summary>
    /// <exception cref="InvalidDataException">It is neither a text nor null.</exception>
    internal void Take(ref Utf8JsonReader reader)
    {
        Release();
        _exists = reader.TokenType switch
        {
            JsonTokenType.String => true,
            JsonTokenType.Null => false,
            _ => throw new InvalidDataException("The event's 'body' is neither a text nor null."),
        };
        _text = _exists ? TextSlice.Of(ref reader) : TextSlice.None;
        if (_text.IsEscaped)
        {
            _unescaped = ArrayPool<byte>.Shared.Rent(_text.Length);
            try
            {
                _unescapedLength = reader.CopyString(_unescaped);
            }
            catch (InvalidOperationException)
            {
                // Half a surrogate pair, which no UTF-8 text has.
                reader.ValueSpan.CopyTo(_unescaped);
                _unescapedLength = _text.Length;
            }
        }
    }

    /// <summary>The bytes, in an array of their own: the handler may keep them.</summary>
    internal readonly ReadOnlyMemory<byte> ToBytes(ReadOnlySpan<byte> json)
    {
        if (!_exists)
        {
            return default;
        }

        ReadOnlySpan<byte> text = _unescaped is null ? _text.Of(json) : _unescaped.AsSpan(0, _unescapedLength);
        return IsBase64 && TryDecode(text, out ReadOnlyMemory<byte> decoded) ? decoded : text.ToArray();
    }

    internal void Release()
    {
        if (_unescaped is not null)
        {
            ArrayPool<byte>.Shared.Return(_unescaped);
            _unescaped = null;
        }
    }

    private static bool TryDecode(ReadOnlySpan<byte> base64, out ReadOnlyMemory<byte> decoded)
    {
        int padding = base64.EndsWith("=="u8) ? 2 : base64.EndsWith("="u8) ? 1 : 0;
        byte[] bytes = GC.AllocateUninitializedArray<byte>(Math.Max(0, (Base64.GetMaxDecodedFromUtf8Length(base64.Length)) - padding));
        bool isWhole = Base64.DecodeFromUtf8(base64, bytes, out _, out int written) == OperationStatus.Done;
        decoded = bytes.AsMemory(0, written);
        return isWhole;
    }
}
