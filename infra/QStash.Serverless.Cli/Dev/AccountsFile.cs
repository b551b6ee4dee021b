using System.Text.Json;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.Cli.Dev;

/// <summary>Reads the accounts of <c>--accounts FILE</c>.</summary>
internal static class AccountsFile
{
    private static readonly string[] s_names = ["name", "token", "readOnlyToken", "currentSigningKey", "nextSigningKey"];

    /// <exception cref="FormatException">The file cannot be read or is not a list of accounts; the message never quotes a secret.</exception>
    public static List<DevServerAccount> Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            List<DevServerAccount> accounts = [.. document.RootElement.EnumerateArray().Select(Account)];
            return accounts.Count > 0 ? accounts : throw new FormatException("it names no account");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or FormatException)
        {
            string why = e is JsonException json ? $"it is no JSON at line {json.LineNumber + 1}" : e is InvalidOperationException ? "it is not a list of objects" : e.Message.TrimEnd('.');
            throw new FormatException($"The accounts file '{path}' cannot be used: {why}. It must be a list such as [{{\"name\":\"shop\",\"token\":\"...\"}}].", e);
        }
    }

    private static DevServerAccount Account(JsonElement json)
    {
        foreach (JsonProperty property in json.EnumerateObject())
        {
            if (!s_names.Contains(property.Name, StringComparer.Ordinal) || property.Value.ValueKind != JsonValueKind.String)
            {
                throw new FormatException($"an account has the texts {string.Join(", ", s_names)}, not '{property.Name}'");
            }
        }

        return new DevServerAccount(Text(json, "name") ?? throw new FormatException("an account has no name"))
        {
            Token = Text(json, "token"),
            ReadOnlyToken = Text(json, "readOnlyToken"),
            CurrentSigningKey = Text(json, "currentSigningKey"),
            NextSigningKey = Text(json, "nextSigningKey"),
        };
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
