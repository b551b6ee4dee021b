using System.Globalization;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace QStash.Serverless.AzureFunctions;

/// <summary>A text of an output as it is written in the attribute: its settings are in, its tokens wait for an invocation.</summary>
internal sealed class OutputText
{
    private readonly List<(string Text, bool IsToken)> _parts;

    private OutputText(List<(string Text, bool IsToken)> parts) => _parts = parts;

    internal bool HasTokens => _parts.Exists(static part => part.IsToken);

    /// <summary>Reads a text. The settings come first, so a setting may hold tokens.</summary>
    /// <param name="text">What the attribute says.</param>
    /// <param name="configuration">Where the settings are.</param>
    /// <param name="tokens">The tokens that an invocation can fill; null where none are heeded.</param>
    /// <exception cref="FormatException">A setting is missing, a token unknown, or a character stands alone; the message names the position and what to write.</exception>
    internal static OutputText Parse(string text, IConfiguration configuration, IReadOnlyCollection<string>? tokens) => new(Parts(WithSettings(text, configuration), tokens));

    /// <summary>The text of one invocation.</summary>
    /// <param name="value">The value of a token.</param>
    internal string Fill(Func<string, string> value) => string.Concat(_parts.Select(part => part.IsToken ? value(part.Text) : part.Text));

    private static string WithSettings(string text, IConfiguration configuration)
    {
        StringBuilder result = new();
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] != '%')
            {
                result.Append(text[at]);
                continue;
            }

            int end = text.IndexOf('%', at + 1);
            string name = end < 0 ? throw At(at, "'%' begins the name of a setting, but no '%' ends it; write '%%' for a percent sign") : text[(at + 1)..end];
            result.Append(name.Length == 0 ? "%"
                : Setting(configuration, name) ?? throw At(at, $"the app's configuration has no setting '{name}', or it is empty; add it, or write '%%' for a percent sign"));
            at = end;
        }

        return result.ToString();
    }

    // App settings come as environment variables, where "__" stands for the ":" of sections; both are written in attributes.
    private static string? Setting(IConfiguration configuration, string name)
    {
        string? value = configuration[name] ?? configuration[name.Replace("__", ":", StringComparison.Ordinal)];
        return string.IsNullOrWhiteSpace(value) ? null : value;
    }

    private static List<(string Text, bool IsToken)> Parts(string text, IReadOnlyCollection<string>? tokens)
    {
        List<(string Text, bool IsToken)> parts = [];
        StringBuilder literal = new();
        for (int at = 0; at < text.Length; at++)
        {
            char c = text[at];
            if (c is not ('{' or '}'))
            {
                literal.Append(c);
            }
            else if (at + 1 < text.Length && text[at + 1] == c)
            {
                literal.Append(c);
                at++;
            }
            else
            {
                int end = c == '{' ? text.IndexOf('}', at) : throw At(at, "'}' ends no token; write '}}' for a brace");
                string name = end < 0 ? throw At(at, "'{' begins a token, but no '}' ends it; write '{{' for a brace") : text[(at + 1)..end];
                parts.Add((literal.ToString(), false));
                parts.Add((tokens?.FirstOrDefault(token => token.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? throw At(at, Unknown(name, tokens)), true));
                literal.Clear();
                at = end;
            }
        }

        parts.Add((literal.ToString(), false));
        return parts;
    }

    private static string Unknown(string name, IReadOnlyCollection<string>? tokens) =>
        tokens is null ? "it takes no tokens"
        : tokens.Count == 0 ? $"there is no token '{{{name}}}': tokens are the parameters of the function's route, and it has none; write '{{{{' for a brace"
        : $"there is no token '{{{name}}}' here, only {string.Join(", ", tokens.Select(static token => $"{{{token}}}"))}; write '{{{{' for a brace";

    private static FormatException At(int index, string problem) => new(string.Create(CultureInfo.InvariantCulture, $"position {index + 1}: {problem}"));
}
