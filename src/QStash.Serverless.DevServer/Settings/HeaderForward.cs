namespace QStash.Serverless.DevServer.Settings;

/// <summary><c>Upstash-Header-Forward: true</c>: every header of the request is delivered, unless it was forwarded by name (protocol 3, 4.1).</summary>
internal static class HeaderForward
{
    /// <summary>Turns the request's headers into forwarded ones where the settings ask for it; the switch itself is not kept.</summary>
    /// <exception cref="WireException">400: the switch is neither true nor false.</exception>
    public static void Apply(SettingsBag settings, IReadOnlyDictionary<string, string?[]> headers)
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
}
