using System.Globalization;
using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>The facets of schedules: of one that is declared, from what would go over the wire, and of one that is there, from what QStash shows of it.</summary>
internal static class ScheduleFacets
{
    internal const string Cron = "cron";
    internal const string Destination = "destination";
    internal const string Paused = "paused";
    private const string Headers = "header ";

    // QStash drops them: they belong to a connection or to QStash itself (protocol 4.1).
    private static readonly HashSet<string> s_undeliverable = new(
        ["Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Host", "Content-Length", "Expect", "User-Agent"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>QStash's own value of an option that is not set.</summary>
    internal static string? Default(string name) => name switch
    {
        "method" => "POST",
        "retries" => "3",
        "delay" => "0s",
        _ => null,
    };

    internal static Facets Of(WireSchedule declared)
    {
        Facets facets = new() { Ignores = name => declared.ForwardsRequestHeaders && name.StartsWith(Headers, StringComparison.Ordinal) };
        facets.Add(Cron, Meaning(declared.Cron.Text), declared.Cron.Text);
        facets.Add(Destination, declared.Message.Destination.Value, declared.Message.Destination.IsUrlGroup ? declared.Message.Destination.Value : Shown.Url(declared.Message.Destination.Value));
        facets.AddOption("method", declared[QStashHeaders.Method]?.ToUpperInvariant());
        facets.AddBody(declared.Message.Body.Span, declared.HidesBody);
        facets.AddHeaders("content type", Headers, declared.Forwarded(QStashHeaders.ForwardPrefix), declared["Content-Type"]);
        facets.AddOption("delay", Duration(declared[QStashHeaders.Delay]));
        facets.AddOption("timeout", Duration(declared[QStashHeaders.Timeout]));
        facets.AddOption("retries", declared[QStashHeaders.Retries]);
        facets.AddOption("retry delay", declared[QStashHeaders.RetryDelay]);
        facets.AddCallback("callback", declared[QStashHeaders.Callback], declared.Forwarded(QStashHeaders.Callback + "-Forward-"));
        facets.AddCallback("failure callback", declared[QStashHeaders.FailureCallback], declared.Forwarded(QStashHeaders.FailureCallback + "-Forward-"));
        facets.Add("queue", declared.Queue);
        FlowControlValue? limits = FlowControlValue.TryParse(declared[QStashHeaders.FlowControlValue], out FlowControlValue? value, out _) ? value : null;
        facets.AddFlowControl(declared[QStashHeaders.FlowControlKey], limits?.Parallelism, limits?.Rate, limits?.Period);
        facets.AddLabels(declared.Labels);
        facets.Add("hidden options", declared.HiddenHash, declared.ShownHidden);
        facets.Add("owner", declared.Owner);
        return facets;
    }

    internal static Facets Of(QStashSchedule actual)
    {
        Facets facets = new();
        facets.Add(Cron, Meaning(actual.Cron), actual.Cron);
        facets.Add(Destination, actual.Destination, IsUrl(actual.Destination) ? Shown.Url(actual.Destination) : actual.Destination);
        facets.AddOption("method", actual.Method?.ToUpperInvariant());
        facets.AddBody(actual.Body.Span, hidden: false);
        facets.AddHeaders("content type", Headers, actual.Headers.Select(static header => KeyValuePair.Create(header.Key, string.Join(", ", header.Value))), contentType: null);
        facets.AddOption("delay", Duration(actual.Delay));
        facets.AddOption("timeout", Duration(actual.Timeout));
        facets.AddOption("retries", actual.Retries?.ToString(CultureInfo.InvariantCulture));
        facets.AddOption("retry delay", actual.RetryDelay);
        facets.AddCallback("callback", actual.Callback, actual.CallbackHeaders.Select(static header => KeyValuePair.Create(header.Key, string.Join(", ", header.Value))));
        facets.AddCallback("failure callback", actual.FailureCallback, actual.FailureCallbackHeaders.Select(static header => KeyValuePair.Create(header.Key, string.Join(", ", header.Value))));
        facets.Add("queue", actual.Queue);
        facets.AddFlowControl(actual.FlowControlKey, actual.Parallelism, actual.Rate, actual.Period);
        facets.AddLabels(OwnerLabel.OthersOf(actual.Labels));
        facets.Add("hidden options", OwnerLabel.HiddenOf(actual.Labels), $"REDACTED:{OwnerLabel.HiddenOf(actual.Labels)}");
        facets.Add("owner", OwnerLabel.OwnerOf(actual.Labels));
        return facets;
    }

    /// <summary>A cron expression without what makes no difference: spare white space, the case of names, and UTC said aloud.</summary>
    internal static string Meaning(string cron)
    {
        string[] words = cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        bool zoned = words.Length > 0 && words[0].StartsWith("CRON_TZ=", StringComparison.OrdinalIgnoreCase);
        IEnumerable<string> fields = words.Skip(zoned ? 1 : 0).Select(static word => word.ToUpperInvariant());
        return string.Join(' ', zoned && !words[0][8..].Equals("UTC", StringComparison.OrdinalIgnoreCase) ? fields.Prepend(words[0][8..]) : fields);
    }

    internal static bool IsUrl(string destination) =>
        destination.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || destination.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static void AddOption(this Facets facets, string name, string? value) => facets.Add(name, value, defaultValue: Default(name));

    private static void AddBody(this Facets facets, ReadOnlySpan<byte> body, bool hidden) =>
        facets.Add("body", body.IsEmpty ? null : Shown.Fingerprint(body), body.IsEmpty ? null : Shown.Body(body, hidden));

    private static void AddHeaders(this Facets facets, string? contentTypeName, string prefix, IEnumerable<KeyValuePair<string, string>> headers, string? contentType)
    {
        foreach ((string name, string value) in headers.OrderBy(static header => header.Key, StringComparer.OrdinalIgnoreCase))
        {
            if (contentTypeName is not null && name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                contentType ??= value;
            }
            else if (!s_undeliverable.Contains(name))
            {
                facets.Add(prefix + name, Shown.Fingerprint(value), Shown.Secret(value));
            }
        }

        if (contentTypeName is not null && contentType is not null)
        {
            // Redacting every header hides this one too; its name and fingerprint still compare.
            facets.Add(contentTypeName, Shown.Fingerprint(contentType), contentType);
        }
    }

    private static void AddCallback(this Facets facets, string name, string? url, IEnumerable<KeyValuePair<string, string>> headers)
    {
        facets.Add(name, url, url is null ? null : IsUrl(url) ? Shown.Url(url) : url);
        if (!string.IsNullOrEmpty(url))
        {
            facets.AddHeaders(null, $"{name} header ", headers, null);
        }
    }

    private static void AddLabels(this Facets facets, IEnumerable<string> labels) => facets.Add("labels", string.Join(", ", labels.Order(StringComparer.Ordinal)));

    private static void AddFlowControl(this Facets facets, string? key, int? parallelism, int? rate, TimeSpan? period)
    {
        if (!string.IsNullOrEmpty(key))
        {
            string?[] limits =
            [
                parallelism > 0 ? string.Create(CultureInfo.InvariantCulture, $"parallelism={parallelism}") : null,
                rate > 0 ? string.Create(CultureInfo.InvariantCulture, $"rate={rate}") : null,
                period > TimeSpan.FromSeconds(1) ? $"period={QStashDuration.Format(period.Value)}" : null,
            ];
            facets.Add("flow control", $"{key}: {string.Join(", ", limits.Where(static limit => limit is not null))}");
        }
    }

    // QStash may say 0 for "none".
    private static string? Duration(TimeSpan? duration) => duration > TimeSpan.Zero ? QStashDuration.Format(duration.Value) : null;

    private static string? Duration(string? text) => QStashDuration.TryParse(text, out TimeSpan duration, out _) ? Duration(duration) : text;
}
