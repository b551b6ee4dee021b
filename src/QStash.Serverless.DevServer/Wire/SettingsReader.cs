using QStash.Serverless.DevServer.Settings;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>Collects the settings of a request: query parameters, replaced by headers (protocol 3.4, Appendix C step 2).</summary>
internal static class SettingsReader
{
    public static SettingsBag OfPublish(WireCall call)
    {
        SettingsBag query = OfQuery(call);
        SettingsBag headers = new();
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in call.Http.Request.Headers)
        {
            headers.Set(name, values);
        }

        return query.OverriddenBy(headers);
    }

    /// <summary>Only the settings a request overrides: its own content type describes the request, not the message.</summary>
    public static SettingsBag OfOverride(WireCall call)
    {
        SettingsBag settings = OfPublish(call);
        settings.Remove(SettingNames.ContentType);
        return settings;
    }

    private static SettingsBag OfQuery(WireCall call)
    {
        SettingsBag settings = new();
        foreach (IGrouping<string, string> parameter in call.Query.Parameters
            .Where(p => p.Name.StartsWith("upstash-", StringComparison.OrdinalIgnoreCase))
            .GroupBy(p => p.Name, p => p.Value, StringComparer.OrdinalIgnoreCase))
        {
            settings.Set(parameter.Key, parameter);
        }

        return settings;
    }
}
