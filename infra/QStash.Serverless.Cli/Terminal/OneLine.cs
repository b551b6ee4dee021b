using System.Globalization;
using System.Text;

namespace QStash.Serverless.Cli;

/// <summary>Text from outside, made fit for one line of a terminal: control characters are shown as escapes, and what is too long is cut.</summary>
internal static class OneLine
{
    /// <param name="text">The text.</param>
    /// <param name="longest">How many characters it may have, the dots of a cut included.</param>
    public static string Of(string text, int longest = 120)
    {
        StringBuilder line = new(Math.Min(text.Length, longest));
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (IsVisible(rune))
            {
                line.Append(rune.ToString());
            }
            else
            {
                line.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            }

            if (line.Length > longest)
            {
                line.Length = char.IsLowSurrogate(line[longest - 3]) ? longest - 4 : longest - 3;
                return line.Append("...").ToString();
            }
        }

        return line.ToString();
    }

    /// <summary>Whether nothing in the text could move the cursor, hide, or reorder what stands around it.</summary>
    public static bool IsPlain(string text) => text.EnumerateRunes().All(IsVisible);

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
}
