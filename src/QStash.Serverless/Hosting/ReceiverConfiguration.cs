using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace QStash.Serverless;

/// <summary>
/// Fills <see cref="QStashReceiverOptions"/>: the section <c>QStash</c> first, then QStash's own variables, from the configuration or, where that
/// leaves the environment out, from the process. Written by hand, so that trimmed apps need no reflection.
/// </summary>
internal static class ReceiverConfiguration
{
    internal static void Apply(IConfiguration configuration, QStashReceiverOptions options)
    {
        IConfigurationSection section = configuration.GetSection("QStash");
        options.CurrentSigningKey = section[nameof(options.CurrentSigningKey)] ?? Variable(configuration, "QSTASH_CURRENT_SIGNING_KEY");
        options.NextSigningKey = section[nameof(options.NextSigningKey)] ?? Variable(configuration, "QSTASH_NEXT_SIGNING_KEY");
        options.PublicBaseUrl = section[nameof(options.PublicBaseUrl)] ?? Variable(configuration, "QSTASH_PUBLIC_BASE_URL");
        foreach (IConfigurationSection key in section.GetSection(nameof(options.OtherSigningKeys)).GetChildren())
        {
            options.OtherSigningKeys.Add(key.Value ?? "");
        }

        IConfigurationSection regions = section.GetSection(nameof(options.Regions));
        foreach (IConfigurationSection unknown in regions.GetChildren().Where(static region => !QStashRegions.All.Contains(region.Key, StringComparer.OrdinalIgnoreCase)))
        {
            // The validator names it: keys that are never tried must not look configured.
            options.Regions[unknown.Key] = new RegionSigningKeys();
        }

        foreach (string region in QStashRegions.All)
        {
            IConfigurationSection keys = regions.GetSection(region);
            string? current = keys[nameof(RegionSigningKeys.CurrentSigningKey)] ?? Variable(configuration, region + "_QSTASH_CURRENT_SIGNING_KEY");
            string? next = keys[nameof(RegionSigningKeys.NextSigningKey)] ?? Variable(configuration, region + "_QSTASH_NEXT_SIGNING_KEY");
            if (current is not null || next is not null)
            {
                options.Regions[region] = new RegionSigningKeys { CurrentSigningKey = current, NextSigningKey = next };
            }
        }

        Parse(section, nameof(options.ClockSkew), static (string text, out TimeSpan value) => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value), value => options.ClockSkew = value);
        Parse(section, nameof(options.MaxBodyBytes), static (string text, out long value) => long.TryParse(text, CultureInfo.InvariantCulture, out value), value => options.MaxBodyBytes = value);
        Parse(section, nameof(options.OnUnreadablePayload), static (string text, out UnreadablePayloadPolicy value) => Enum.TryParse(text, ignoreCase: true, out value) && Enum.IsDefined(value), value => options.OnUnreadablePayload = value);
    }

    internal static string? Variable(IConfiguration configuration, string name) =>
        configuration[name] ?? Environment.GetEnvironmentVariable(name);

    private delegate bool TryParse<T>(string text, out T value);

    private static void Parse<T>(IConfigurationSection section, string name, TryParse<T> tryParse, Action<T> set)
    {
        if (section[name] is not { } text)
        {
            return;
        }

        set(tryParse(text, out T value) ? value : throw new InvalidOperationException($"QStash:{name} is '{text}', which is not a valid {typeof(T).Name}."));
    }
}
