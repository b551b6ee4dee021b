using System.Text.Json;

namespace QStash.Serverless.Cli.Demo.Orders;

/// <summary>
/// Reads the demo's input. Every error says where it stands: file, line, column and JSON path, such as
/// <c>orders.json:12:19: $.orders[3].via: must be ...</c>.
/// </summary>
internal static class OrderFile
{
    private const int MostErrors = 20;

    /// <summary>Reads a file.</summary>
    public static OrderFileContent Read(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path), path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return OrderFileContent.Refused($"{path}: there is no such file; name one with --input FILE.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return OrderFileContent.Refused($"{path}: the file cannot be read: {exception.Message}");
        }
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="utf8">JSON, in UTF-8, with or without a byte order mark.</param>
    /// <param name="name">What error texts call the file.</param>
    public static OrderFileContent Parse(byte[] utf8, string name)
    {
        TextPositions positions = new(name, utf8);
        if (positions.FirstBrokenByte is { } broken)
        {
            return OrderFileContent.Refused($"{positions.At(broken)}: the text is not UTF-8.");
        }

        try
        {
            OrderRules rules = new();
            IReadOnlyList<PlacedOrder> orders = rules.Read(JsonPlace.Parse(positions.Text));
            return rules.Errors.Count == 0 ? new OrderFileContent(orders, []) : OrderFileContent.Refused([.. Texts(rules.Errors, positions)]);
        }
        catch (JsonException exception)
        {
            return OrderFileContent.Refused($"{positions.AtLine(exception.LineNumber ?? 0, exception.BytePositionInLine ?? 0)}: not JSON: {Reason(exception)}");
        }
        catch (BrokenTextException exception)
        {
            return OrderFileContent.Refused($"{positions.At(exception.Offset)}: {exception.Message}.");
        }
    }

    private static IEnumerable<string> Texts(IReadOnlyList<OrderError> errors, TextPositions positions)
    {
        foreach (OrderError error in errors.Take(MostErrors))
        {
            yield return $"{positions.At(error.Offset)}: {error.Path}: {error.Text}";
        }

        if (errors.Count > MostErrors)
        {
            yield return $"... and {errors.Count - MostErrors} more";
        }
    }

    // The position is told already, in front and counted from 1.
    private static string Reason(JsonException exception)
    {
        int position = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return position < 0 ? exception.Message : exception.Message[..position];
    }
}

/// <summary>What a file holds: its orders, or what is wrong with it.</summary>
internal sealed record OrderFileContent(IReadOnlyList<PlacedOrder> Orders, IReadOnlyList<string> Errors)
{
    public static OrderFileContent Refused(params IReadOnlyList<string> errors) => new([], errors);
}
