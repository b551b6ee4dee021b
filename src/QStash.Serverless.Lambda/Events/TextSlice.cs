using System.Text.Json;

namespace QStash.Serverless.Lambda;

/// <summary>Where a text stands in an event: between its quotation marks.</summary>
/// <param name="Start">The index of its first byte.</param>
/// <param name="Length">Its length in bytes, escapes as they are; negative when there is none.</param>
/// <param name="IsEscaped">Whether it has escapes.</param>
internal readonly record struct TextSlice(int Start, int Length, bool IsEscaped)
{
    internal static TextSlice None { get; } = new(0, -1, false);

    internal bool Exists => Length >= 0;

    /// <summary>The text that the reader stands on.</summary>
    internal static TextSlice Of(ref Utf8JsonReader reader) => new((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length, reader.ValueIsEscaped);

    internal ReadOnlySpan<byte> Of(ReadOnlySpan<byte> json) => json.Slice(Start, Length);

    /// <summary>The text; what is no text, such as half a surrogate pair, stays as it is written.</summary>
    internal string ToText(ReadOnlySpan<byte> json)
    {
        if (IsEscaped)
        {
            try
            {
                Utf8JsonReader reader = new(json.Slice(Start - 1, Length + 2));
                reader.Read();
                return reader.GetString()!;
            }
            catch (InvalidOperationException)
            {
                // Falls through: the signature decides what becomes of it.
            }
        }

        return RecentTexts.Get(Of(json));
    }
}
