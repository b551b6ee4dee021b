using System.Globalization;
using System.Text;

namespace QStash.Serverless.Testing;

/// <summary>Everything that was published, one line a message, for the text of a failed assertion.</summary>
internal static class PublishedTable
{
    private const int MaxRows = 50;
    private const int MaxCell = 72;

    private static readonly CompositeFormat s_more = CompositeFormat.Parse("  and {0} more\n");

    /// <param name="messages">The messages.</param>
    /// <param name="note">The name of a further column.</param>
    /// <param name="noteOf">What it says of a message.</param>
    internal static string Of(IReadOnlyList<RecordedMessage> messages, string? note = null, Func<RecordedMessage, string>? noteOf = null)
    {
        if (messages.Count == 0)
        {
            return "Nothing was published.";
        }

        List<string[]> rows = [["id", "to", "type", "body", "options", note ?? ""]];
        foreach (RecordedMessage message in messages.Take(MaxRows))
        {
            rows.Add([message.MessageId, To(message), NameOf(message.Payload.GetType()), Body(message), Options(message), noteOf?.Invoke(message) ?? ""]);
        }

        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        StringBuilder table = new("Published:\n");
        foreach (string[] row in rows)
        {
            table.Append("  ").AppendLine(string.Join("  ", row.Where((_, column) => widths[column] > 0).Zip(widths.Where(static width => width > 0), static (cell, width) => cell.PadRight(width))).TrimEnd());
        }

        return (messages.Count > MaxRows ? table.AppendFormat(CultureInfo.InvariantCulture, s_more, messages.Count - MaxRows) : table).ToString();
    }

    /// <summary>A type as it is written in code.</summary>
    internal static string NameOf(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
        : type.Name;

    /// <summary>What the handlers of a message answered, and why.</summary>
    internal static string Answer(RecordedMessage message) => string.Join("; ", message.Replies.Select(reply => reply.Status switch
    {
        200 => "200",
        401 => "401: the URL is not below QStash:PublicBaseUrl",
        404 => $"404: nothing is mapped; call Map(\"{(message.Destination.IsUrlGroup ? message.Destination.Value : new Uri(message.Destination.Value).AbsolutePath)}\", ...)",
        500 when message.Failure is { } failure => $"500: {failure.GetType().Name}: {OneLine(failure.Message)}",
        503 => string.Join("", reply.Headers.Select(static header => $", {header.Key}: {header.Value}").Prepend("503")),
        _ => $"{reply.Status}: {OneLine(Encoding.UTF8.GetString(reply.Body.Span))}",
    }));

    private static string To(RecordedMessage message) =>
        (message.Destination.IsUrlGroup ? $"URL group {message.Destination.Value}" : message.Destination.ToString()) + (message.Queue is { } queue ? $" by queue {queue}" : "");

    // What QStash would be told, without the part that all of it shares.
    private static string Options(RecordedMessage message) => Cut(string.Join(", ", message.Headers
        .Where(static header => header.Key.StartsWith("Upstash-", StringComparison.OrdinalIgnoreCase))
        .Select(static header => $"{header.Key["Upstash-".Length..]}: {header.Value}")));

    private static string Body(RecordedMessage message) =>
        message.Body.IsEmpty ? "(none)" : System.Text.Unicode.Utf8.IsValid(message.Body.Span) ? Cut(OneLine(message.Text)) : $"({message.Body.Length} bytes)";

    private static string OneLine(string text) => string.Concat(text.Select(static c => char.IsControl(c) ? ' ' : c));

    private static string Cut(string text) => text.Length <= MaxCell ? text : text[..(MaxCell - 3)] + "...";
}
