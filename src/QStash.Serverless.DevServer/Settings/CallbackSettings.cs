namespace QStash.Serverless.DevServer.Settings;

/// <summary>Where and how a message's callback or failure callback is sent (protocol 6).</summary>
internal sealed record CallbackSettings(string Url, SettingsBag Options, IReadOnlyDictionary<string, string[]> Headers, int? Retries, bool IsDelayed)
{
    private static readonly string[] OptionNames = ["Method", "Timeout", "Retries", "Retry-Delay", "Delay"];

    /// <summary>Reads one family. The options become the settings of the callback's own message; forwarded names lose their prefix.</summary>
    /// <returns>Null when no URL is given.</returns>
    /// <exception cref="WireException">400: the URL or an option is malformed.</exception>
    public static CallbackSettings? Parse(SettingsBag bag, string urlName, string prefix)
    {
        SettingsBag options = new();
        foreach (string option in OptionNames)
        {
            if (bag.TryGet(prefix + option, out string? value))
            {
                options.Set("Upstash-" + option, value);
            }
        }

        _ = Setting.Method(options, QStashHeaders.Method, prefix + "Method");
        _ = Setting.Duration(options, QStashHeaders.Timeout, prefix + "Timeout");
        int? retries = Setting.Retries(options, QStashHeaders.Retries, prefix + "Retries");
        _ = Setting.RetryDelay(options, QStashHeaders.RetryDelay, prefix + "Retry-Delay");
        TimeSpan? delay = Setting.Duration(options, QStashHeaders.Delay, prefix + "Delay");
        Dictionary<string, string[]> headers = Setting.Forwarded(bag, prefix + "Forward-");
        foreach ((string name, string[] values) in headers)
        {
            options.Set(QStashHeaders.ForwardPrefix + name, values);
        }

        return bag.TryGet(urlName, out string? url) ? new(url, options, headers, retries, delay > TimeSpan.Zero) : null;
    }

    /// <summary>The settings of the callback's message: its own options, else the source's retries and retry delay.</summary>
    public SettingsBag ForMessage(SettingsBag source)
    {
        SettingsBag inherited = new();
        inherited.Set(QStashHeaders.Retries, source.All(QStashHeaders.Retries));
        inherited.Set(QStashHeaders.RetryDelay, source.All(QStashHeaders.RetryDelay));
        SettingsBag settings = inherited.OverriddenBy(Options);
        if (source.Has(QStashHeaders.RedactFields))
        {
            // Its body repeats the source's headers and body, so reads of it must not show what reads of the source hide.
            settings.Set(QStashHeaders.RedactFields, "body");
        }

        settings.Set(SettingNames.ContentType, "application/json");
        return settings;
    }
}
