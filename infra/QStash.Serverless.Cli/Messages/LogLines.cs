using System.Globalization;
using QStash.Serverless.Client;
using Spectre.Console;

namespace QStash.Serverless.Cli.Messages;

/// <summary>Writes log entries, one line each.</summary>
internal sealed class LogLines(ToolRun run)
{
    public void Write(LogEntry entry) => run.Screen.Line(
        new Part($"{run.At(entry.Time)}  ", Part.Faint),
        new Part($"{entry.State.Value,-10}  ", Style(entry.State)),
        $"{entry.MessageId}  {OneLine.Of(entry.Url, 200)}",
        new Part(Detail(entry), Part.Faint));

    private static Style? Style(MessageState state) => state == MessageState.Delivered ? Part.Good
        : state == MessageState.Failed ? Part.Bad
        : state == MessageState.Error || state == MessageState.Retry ? Part.Warning
        : null;

    private string Detail(LogEntry entry)
    {
        List<string> details = [];
        if (entry.ResponseStatus is { } status)
        {
            details.Add(string.Create(CultureInfo.InvariantCulture, $"status {status}"));
        }

        if (entry.Error is { Length: > 0 } error)
        {
            details.Add(OneLine.Of(error));
        }

        if (entry.NextDeliveryTime is { } next && (entry.State == MessageState.Created || entry.State == MessageState.Retry))
        {
            details.Add($"due {run.At(next)}");
        }

        (string Kind, string? Name)[] origins = [("queue", entry.Queue), ("group", entry.UrlGroup), ("schedule", entry.ScheduleId)];
        details.AddRange(origins.Where(static origin => origin.Name is { Length: > 0 }).Select(static origin => $"{origin.Kind} {OneLine.Of(origin.Name!)}"));
        return details.Count == 0 ? "" : "  " + string.Join(", ", details);
    }
}
