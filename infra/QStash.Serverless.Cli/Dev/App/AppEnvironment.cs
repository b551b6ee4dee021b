namespace QStash.Serverless.Cli.Dev.App;

/// <summary>The variables of the app that <c>dotnet qstash dev -- COMMAND</c> starts: those that lead it to the local QStash, and none that leads it elsewhere.</summary>
internal static class AppEnvironment
{
    private static readonly string[] s_environments = ["DOTNET_ENVIRONMENT", "ASPNETCORE_ENVIRONMENT", "AZURE_FUNCTIONS_ENVIRONMENT"];

    private static readonly string[] s_settings = ["QSTASH_URL", "QSTASH_TOKEN", "QSTASH_CURRENT_SIGNING_KEY", "QSTASH_NEXT_SIGNING_KEY"];

    /// <summary>What to set; null is what to remove.</summary>
    /// <param name="settings">The local QStash's settings, by QStash's own variables.</param>
    /// <param name="inherited">The variables the app would inherit.</param>
    public static IReadOnlyDictionary<string, string?> Changes(IReadOnlyDictionary<string, string> settings, IReadOnlyDictionary<string, string?> inherited)
    {
        Dictionary<string, string?> changes = [];
        foreach (string name in inherited.Keys.Where(LeadsElsewhere))
        {
            changes[name] = null;
        }

        foreach ((string name, string value) in settings)
        {
            changes[name] = value;

            // A section of the app's settings files beats QStash's variables, and these beat the section.
            changes[SectionOf(name)] = value;
        }

        foreach (string name in s_environments.Where(name => string.IsNullOrEmpty(inherited.GetValueOrDefault(name))))
        {
            changes[name] = "Development";
        }

        return changes;
    }

    /// <summary>The variable that says this app is not under development, as in <c>ASPNETCORE_ENVIRONMENT=Production</c>; null without one.</summary>
    public static string? Production(IReadOnlyDictionary<string, string?> inherited) => s_environments
        .Where(name => inherited.GetValueOrDefault(name) is { Length: > 0 } value && !value.Equals("Development", StringComparison.OrdinalIgnoreCase))
        .Select(name => $"{name}={inherited[name]}").FirstOrDefault();

    private static string SectionOf(string variable) => variable switch
    {
        "QSTASH_URL" => "QStash__Url",
        "QSTASH_TOKEN" => "QStash__Token",
        "QSTASH_CURRENT_SIGNING_KEY" => "QStash__CurrentSigningKey",
        "QSTASH_NEXT_SIGNING_KEY" => "QStash__NextSigningKey",
        _ => throw new ArgumentOutOfRangeException(nameof(variable), variable, "The local QStash has a setting without a section."),
    };

    // A region's URL, token and keys, and the public URL of another place: deliveries come from this machine. And other spellings of what is set.
    private static bool LeadsElsewhere(string name) =>
        name is "QSTASH_REGION" or "QSTASH_PUBLIC_BASE_URL"
        || s_settings.Any(setting => name.EndsWith("_" + setting, StringComparison.Ordinal) || name.Equals(SectionOf(setting), StringComparison.OrdinalIgnoreCase))
        || name.Equals("QStash__PublicBaseUrl", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("QStash__Regions__", StringComparison.OrdinalIgnoreCase);
}
