using System.Globalization;
using QStash.Serverless.DevServer;
using Spectre.Console;

namespace QStash.Serverless.Cli.Dev;

/// <summary>Says what happened to a message, one line an event.</summary>
internal sealed class DeliveryLines(TimeZoneInfo zone, bool withBeginnings)
{
    /// <summary>The line of an event; null for the beginnings of attempts, whose ends say enough, unless they are asked for.</summary>
    public IReadOnlyList<Part>? Line(DeliveryLog log) => log.State == "ACTIVE" && !withBeginnings ? null :
    [
        new($"{Clock(log.Time)}  ", Part.Faint),
        new($"{log.State,-10}", Style(log.State)),
        $"{log.MessageId}  {log.Method} {OneLine.Of(log.Url, 200)}",
        new(Detail(log), Part.Faint),
    ];

    private static Style? Style(string state) => state switch
    {
        "DELIVERED" => Part.Good,
        "ERROR" or "RETRY" => Part.Warning,
        "FAILED" => Part.Bad,
        _ => null,
    };

    private string Detail(DeliveryLog log)
    {
        List<string> details = [];
        if (log.State is "ACTIVE" or "ERROR" or "DELIVERED" && log.Retried > 0)
        {
            details.Add(string.Create(CultureInfo.InvariantCulture, $"attempt {log.Retried + 1} of {log.MaxRetries + 1}"));
        }

        if (log.ResponseStatus is > 0)
        {
            details.Add(string.Create(CultureInfo.InvariantCulture, $"status {log.ResponseStatus}"));
        }

        if (log.Error is { Length: > 0 } error && log.State == "ERROR")
        {
            details.Add(OneLine.Of(error));
            if (Advice(log.ResponseStatus ?? 0, error) is { } advice)
            {
                details.Add(advice);
            }
        }

        if (log.NextDelivery is { } next && log.State is "CREATED" or "RETRY")
        {
            details.Add($"due {Clock(next)}");
        }

        if (log.QueueName is { } queue)
        {
            details.Add($"queue {queue}");
        }

        if (log.CallbackOf is { } source)
        {
            details.Add($"callback of {source}");
        }

        if (log.DlqId is { } dlqId)
        {
            details.Add($"dead letter {dlqId}");
        }

        return details.Count == 0 ? "" : "  " + string.Join(", ", details);
    }

    // What is most often behind an answer while an app is being written.
    private static string? Advice(int status, string error) => status switch
    {
        301 or 302 or 303 or 307 or 308 => "QStash follows no redirects: publish to the URL it leads to",
        401 => "the app refused the signature: its log says why",
        404 => "the app knows no such path: compare it with the app's routes",
        405 => "the app's route takes another HTTP method",
        0 when error.Contains("refused", StringComparison.OrdinalIgnoreCase) => "nothing listens there: start the app, or correct the port",
        _ => null,
    };

    private string Clock(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, zone).ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
