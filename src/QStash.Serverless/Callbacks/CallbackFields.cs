using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Primitives;

namespace QStash.Serverless;

/// <summary>Reads callback fields in every form the documentation shows: numbers quoted or not, header values as text or arrays (protocol 13, row 20).</summary>
internal static class CallbackFields
{
    private const long MaxUnixMilliseconds = 253402300799999;

    internal static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    internal static long? Number(JsonElement root, string name) => !root.TryGetProperty(name, out JsonElement value) ? null : value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt64(out long number) => number,
        JsonValueKind.String when long.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) => number,
        JsonValueKind.Null => null,
        _ => throw new JsonException($"'{name}' is not a whole number."),
    };

    internal static int Count(JsonElement root, string name) => Number(root, name).GetValueOrDefault() is >= 0 and <= int.MaxValue and var number
        ? (int)number
        : throw new JsonException($"'{name}' is out of range.");

    internal static DateTimeOffset? Instant(JsonElement root, string name) =>
        Number(root, name) is { } milliseconds and >= 0 and <= MaxUnixMilliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    internal static ReadOnlyMemory<byte> Base64(JsonElement root, string name) =>
        Text(root, name) is { } text ? Convert.FromBase64String(text) : default(ReadOnlyMemory<byte>);

    internal static DeliveryHeaders Headers(JsonElement root, string name)
    {
        DeliveryHeaders headers = new();
        if (root.TryGetProperty(name, out JsonElement map) && map.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty header in map.EnumerateObject().Where(static header => header.Name.Length > 0))
            {
                headers.Add(header.Name, header.Value.ValueKind switch
                {
                    JsonValueKind.Array => new StringValues([.. header.Value.EnumerateArray().Select(static v => v.ToString())]),
                    _ => header.Value.ToString(),
                });
            }
        }

        return headers;
    }
}
