using System.Buffers;
using System.Text.Json;

namespace QStash.Serverless.Lambda;

/// <summary>An error in the form in which Lambda shows it to whoever invoked the function, and in its console.</summary>
/// <param name="Type">What kind of error it is.</param>
/// <param name="Message">What happened, and what to do.</param>
/// <param name="StackTrace">Where, line by line.</param>
internal sealed record LambdaError(string Type, string Message, IReadOnlyList<string> StackTrace)
{
    internal static LambdaError Of(Exception exception) => new(exception.GetType().Name, exception.Message,
        exception.StackTrace?.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? []);

    /// <summary>The error of a reply that Lambda does not take.</summary>
    internal static LambdaError TooLarge(long bytes) => new("Function.ResponseSizeTooLarge",
        $"The reply of {bytes} bytes is larger than Lambda takes; return less as the response body, or store it and return where.", []);

    internal ReadOnlyMemory<byte> ToJson()
    {
        ArrayBufferWriter<byte> json = new();
        using (Utf8JsonWriter writer = new(json))
        {
            writer.WriteStartObject();
            writer.WriteString("errorMessage"u8, Message);
            writer.WriteString("errorType"u8, Type);
            writer.WriteStartArray("stackTrace"u8);
            foreach (string line in StackTrace)
            {
                writer.WriteStringValue(line);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return json.WrittenMemory;
    }
}
