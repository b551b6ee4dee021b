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

        SettingsBag settings = query.OverriddenBy(headers);
        ForwardAll(settings, call.Http.Request.Headers.Select(h => KeyValuePair.Create(h.Key, h.Value.ToArray())));
        return settings;
    }

    /// <summary>Only the settings a request overrides: its own content type describes the request, not the message.</summary>
    public static SettingsBag OfOverride(WireCall call)
    {
        SettingsBag settings = OfPublish(call);
        settings.Remove(SettingNames.ContentType);
        return settings;
    }

    /// <summary>With <c>Upstash-Header-Forward: true</c> every header becomes a forwarded one, unless it was forwarded by name.</summary>
    public static void ForwardAll(SettingsBag settings, IEnumerable<KeyValuePair<string, string?[]>> headers)
    {
        if (Setting.Flag(settings, QStashHeaders.HeaderForward))
        {
            foreach ((string name, string?[] values) in headers)
            {
                bool control = name.StartsWith("Upstash-", StringComparison.OrdinalIgnoreCase);
                bool token = name.Equals("Authorization", StringComparison.OrdinalIgnoreCase)
                    && values.Any(v => v?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) == true);
                if (!control && !token && !settings.Has(QStashHeaders.ForwardPrefix + name) && HeaderNames.IsForwardable(name))
                {
                    settings.Set(QStashHeaders.ForwardPrefix + name, values);
                }
            }
        }

        settings.Remove(QStashHeaders.HeaderForward);
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
