using System.Globalization;

namespace QStash.Serverless.DevServer.Settings;

/// <summary>Reads single settings. Each refusal is a 400 that names the header and says what it accepts.</summary>
internal static class Setting
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    public static string Method(SettingsBag bag, string name, string? shownAs = null)
    {
        if (!bag.TryGet(name, out string? value))
        {
            return "POST";
        }

        string method = value.ToUpperInvariant();
        return Methods.Contains(method, StringComparer.Ordinal)
            ? method
            : throw Bad(shownAs ?? name, $"'{value}' is not one of {string.Join(", ", Methods)}");
    }

    public static TimeSpan? Duration(SettingsBag bag, string name, string? shownAs = null)
    {
        if (!bag.TryGet(name, out string? value))
        {
            return null;
        }

        return QStashDuration.TryParse(value, out TimeSpan duration, out string? error) ? duration : throw Bad(shownAs ?? name, error);
    }

    public static int? Retries(SettingsBag bag, string name, string? shownAs = null)
    {
        if (!bag.TryGet(name, out string? value))
        {
            return null;
        }

        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int retries)
            ? retries
            : throw Bad(shownAs ?? name, $"'{value}' is not a whole number of retries, 0 or more");
    }

    public static RetryDelayExpression? RetryDelay(SettingsBag bag, string name, string? shownAs = null)
    {
        if (!bag.TryGet(name, out string? value))
        {
            return null;
        }

        return RetryDelayExpression.TryParse(value, out RetryDelayExpression? expression, out string? error)
            ? expression
            : throw Bad(shownAs ?? name, error);
    }

    public static CronSchedule? Cron(SettingsBag bag)
    {
        if (!bag.TryGet(QStashHeaders.Cron, out string? value))
        {
            return null;
        }

        return CronSchedule.TryParse(value, out CronSchedule? cron, out string? error) ? cron : throw Bad(QStashHeaders.Cron, error);
    }

    public static string? ScheduleId(SettingsBag bag)
        => !bag.TryGet(QStashHeaders.ScheduleId, out string? id) ? null
            : QStashName.IsValid(id) ? id
            : throw Bad(QStashHeaders.ScheduleId, $"'{id}' is not a schedule id: use letters, digits, '_', '.' and '-' only");

    public static bool Flag(SettingsBag bag, string name)
    {
        if (!bag.TryGet(name, out string? value))
        {
            return false;
        }

        return bool.TryParse(value, out bool flag) ? flag : throw Bad(name, $"'{value}' is neither true nor false");
    }

    /// <summary>A flow-control key with its limits: one without the other would limit nothing.</summary>
    public static (string Key, FlowControlValue Value)? FlowControl(SettingsBag bag)
    {
        bool hasKey = bag.TryGet(QStashHeaders.FlowControlKey, out string? key);
        string value = string.Join(',', bag.All(QStashHeaders.FlowControlValue));
        if (!hasKey && value.Length == 0)
        {
            return null;
        }

        if (!hasKey || value.Length == 0)
        {
            throw Bad(hasKey ? QStashHeaders.FlowControlValue : QStashHeaders.FlowControlKey, "the flow control key and value belong together, give both or none");
        }

        return FlowControlValue.TryParse(value, out FlowControlValue? limits, out string? error) ? (key!, limits) : throw Bad(QStashHeaders.FlowControlValue, error);
    }

    /// <summary>Unix seconds, as milliseconds.</summary>
    public static long? UnixSeconds(SettingsBag bag, string name)
    {
        if (!bag.TryGet(name, out string? value))
        {
            return null;
        }

        return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? seconds * 1000
            : throw Bad(name, $"'{value}' is not a Unix time in whole seconds");
    }

    /// <summary>Headers under a forward prefix, in their canonical spelling; those that only QStash or the connection may set are left out.</summary>
    public static Dictionary<string, string[]> Forwarded(SettingsBag bag, string prefix)
    {
        Dictionary<string, string[]> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string[] values) in bag.Under(prefix))
        {
            if (!QStashHeaders.IsValidName(name))
            {
                throw Bad(prefix + name, $"'{name}' is not a header name");
            }

            Array.ForEach(values, value => CheckHeaderValue(prefix + name, value));
            if (HeaderNames.IsForwardable(name))
            {
                headers[HeaderNames.Canonical(name)] = values;
            }
        }

        return headers;
    }

    /// <summary>A value that is delivered as a header must not start another one.</summary>
    public static void CheckHeaderValue(string name, string value)
    {
        if (!QStashHeaders.IsValidValue(value))
        {
            throw Bad(name, "a header value cannot have a line break or another control character");
        }
    }

    public static WireException Bad(string name, string? why) => WireException.BadRequest($"invalid {HeaderNames.Canonical(name)}: {why}");
}
