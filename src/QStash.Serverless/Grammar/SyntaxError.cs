using System.Globalization;

namespace QStash.Serverless;

/// <summary>How every grammar names a position (counted from 1) and the character found there, without repeating hostile text.</summary>
internal static class SyntaxError
{
    internal static string At(int index, string problem) => string.Create(CultureInfo.InvariantCulture, $"position {index + 1}: {problem}");

    internal static string Found(string text, int index) =>
        index >= text.Length ? "the end" : char.IsBetween(text[index], ' ', '~') ? $"'{text[index]}'" : $"U+{(int)text[index]:X4}";
}
