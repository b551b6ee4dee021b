using System.CommandLine;

namespace QStash.Serverless.Cli.Messages;

/// <summary>Options of the form <c>'Name: value'</c>.</summary>
internal static class HeaderOption
{
    public static Option<KeyValuePair<string, string>[]> Create(string name, string description) => new(name)
    {
        HelpName = "'NAME: VALUE'",
        Description = description,
        DefaultValueFactory = static _ => [],
        CustomParser = result =>
        {
            List<KeyValuePair<string, string>> headers = [];
            foreach (string text in result.Tokens.Select(static token => token.Value))
            {
                int colon = text.IndexOf(':', StringComparison.Ordinal);
                if (colon < 1)
                {
                    // The text is not repeated: it may be a secret.
                    result.AddError($"{name} must be 'NAME: VALUE', for example {name} 'X-Tenant: acme'.");
                    return [];
                }

                headers.Add(new(text[..colon].Trim(), text[(colon + 1)..].Trim()));
            }

            return [.. headers];
        },
    };
}
