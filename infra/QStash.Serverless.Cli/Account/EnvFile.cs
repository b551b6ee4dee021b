using System.Text;

namespace QStash.Serverless.Cli.Account;

/// <summary>
/// A file of settings, one a line: <c>KEY=VALUE</c>, also after <c>export</c>. Single quotes keep everything as it is; in double quotes <c>\n</c>, <c>\t</c>,
/// <c>\"</c>, <c>\$</c> and <c>\\</c> are escapes; without quotes the value ends at <c> #</c>. Empty lines and lines that start with <c>#</c> mean nothing.
/// </summary>
internal static class EnvFile
{
    /// <exception cref="FormatException">The file cannot be read, or a line is none of these; the text never quotes the line, which may hold a secret.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path, string shown)
    {
        Dictionary<string, string> settings = new(StringComparer.Ordinal);
        try
        {
            int number = 0;
            foreach (string line in File.ReadLines(path))
            {
                number++;
                if (Setting(line) is not { } setting)
                {
                    throw new FormatException($"--env-file '{shown}', line {number}: it must be KEY=VALUE, with matching quotes if there are any.");
                }

                if (setting.Key.Length > 0)
                {
                    settings[setting.Key] = setting.Value;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"--env-file '{shown}' cannot be read: {exception.Message}", exception);
        }

        return settings;
    }

    /// <returns>The key and the value, an empty key for a line that means nothing, null for a mistake.</returns>
    internal static KeyValuePair<string, string>? Setting(string line)
    {
        string text = line.Trim();
        if (text.Length == 0 || text[0] == '#')
        {
            return new("", "");
        }

        if (text.StartsWith("export", StringComparison.Ordinal) && text.Length > 6 && char.IsWhiteSpace(text[6]))
        {
            text = text[6..].TrimStart();
        }

        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string key = equals < 0 ? "" : text[..equals].TrimEnd();
        return key.Length > 0 && key.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-') && Value(text[(equals + 1)..].TrimStart()) is { } value
            ? new(key, value)
            : null;
    }

    private static string? Value(string text)
    {
        if (text.Length == 0 || text[0] is not ('"' or '\''))
        {
            int comment = text.StartsWith('#') ? 0 : text.IndexOf(" #", StringComparison.Ordinal);
            return (comment < 0 ? text : text[..comment]).Trim();
        }

        StringBuilder value = new();
        for (int at = 1; at < text.Length; at++)
        {
            if (text[at] == text[0])
            {
                string rest = text[(at + 1)..].TrimStart();
                return rest.Length == 0 || rest[0] == '#' ? value.ToString() : null;
            }

            bool isEscape = text[0] == '"' && text[at] == '\\' && at + 1 < text.Length;
            value.Append(isEscape ? Unescaped(text[++at]) : text[at].ToString());
        }

        return null;
    }

    private static string Unescaped(char c) => c switch
    {
        'n' => "\n",
        't' => "\t",
        '"' or '\\' or '$' => c.ToString(),
        _ => "\\" + c,
    };
}
