using System.Text.Json;
using System.Text.Unicode;

namespace QStash.Serverless.Cli.Messages;

/// <summary>A message's body: an argument, a file, the input, or none.</summary>
internal static class MessageBody
{
    private const string Input = "-";

    /// <exception cref="FormatException">The file cannot be read.</exception>
    public static async Task<byte[]> ReadAsync(ToolRun run, string? text, string? file)
    {
        if (file is null)
        {
            return System.Text.Encoding.UTF8.GetBytes(text ?? "");
        }

        try
        {
            await using Stream stream = file == Input ? run.Around.Input() : File.OpenRead(run.Around.PathOf(file));
            using MemoryStream body = new();
            await stream.CopyToAsync(body, run.Stopped);
            return body.ToArray();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"--body-file '{file}' cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>What a body is, as far as it shows; null when it does not.</summary>
    public static string? ContentType(byte[] body) => body.Length == 0 ? null : IsJson(body) ? "application/json" : Utf8.IsValid(body) ? "text/plain" : null;

    /// <summary>A body as one line for a terminal.</summary>
    public static string Shown(ReadOnlyMemory<byte> body) => Utf8.IsValid(body.Span) ? System.Text.Encoding.UTF8.GetString(body.Span) : $"({body.Length} bytes that are no text)";

    private static bool IsJson(byte[] body)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind is JsonValueKind.Object or JsonValueKind.Array;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
