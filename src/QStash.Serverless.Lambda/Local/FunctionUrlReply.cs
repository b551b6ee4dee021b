using System.Text;
using System.Text.Json;

namespace QStash.Serverless.Lambda.Local;

/// <summary>Reads what a function returns as a Function URL does (payload format 2.0).</summary>
internal static class FunctionUrlReply
{
    private static readonly LocalResponse s_badGateway = LocalResponse.Text(502, "Internal Server Error");

    /// <summary>The response. A reply that is no valid JSON, or whose parts have other types than they must, is answered with 502.</summary>
    internal static LocalResponse Read(ReadOnlyMemory<byte> reply)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(reply);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("statusCode", out JsonElement status)
                ? Read(json.RootElement, status.GetInt32())
                : new LocalResponse(200, [new("Content-Type", "application/json")], reply.ToArray());
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return s_badGateway;
        }
    }

    private static LocalResponse Read(JsonElement reply, int status)
    {
        List<KeyValuePair<string, string>> headers = [];
        if (Part(reply, "headers") is { } map)
        {
            headers.AddRange(map.EnumerateObject().Select(static header => KeyValuePair.Create(header.Name, header.Value.ToString())));
        }

        if (Part(reply, "cookies") is { } cookies)
        {
            headers.AddRange(cookies.EnumerateArray().Select(static cookie => KeyValuePair.Create("Set-Cookie", cookie.GetString()!)));
        }

        byte[] body = Part(reply, "body") is not { } text ? []
            : Part(reply, "isBase64Encoded") is { ValueKind: JsonValueKind.True } ? text.GetBytesFromBase64()
            : Encoding.UTF8.GetBytes(text.GetString()!);
        bool isValid = status is >= 200 and <= 599 && headers.TrueForAll(static header => IsToken(header.Key) && header.Value.AsSpan().IndexOfAny('\r', '\n', '\0') < 0);
        headers.RemoveAll(static header => header.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) || header.Key.Equals("Connection", StringComparison.OrdinalIgnoreCase)
            || header.Key.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase));
        return isValid ? new LocalResponse(status, headers, body) : s_badGateway;
    }

    private static JsonElement? Part(JsonElement reply, string name) =>
        reply.TryGetProperty(name, out JsonElement part) && part.ValueKind != JsonValueKind.Null ? part : null;

    private static bool IsToken(string name) => name.Length > 0 && name.All(static c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));
}
