using System.Globalization;
using System.Text;
using System.Text.Json;

namespace QStash.Serverless.Client;

/// <summary>
/// Reads the fields of one object that QStash sent. What is missing or of an unexpected type reads as absent, so that a new kind of value breaks nobody;
/// only a missing required field is a <see cref="FormatException"/>.
/// </summary>
internal readonly struct JsonFields
{
    private readonly JsonElement _object;

    internal JsonFields(JsonElement element)
    {
        _object = element.ValueKind == JsonValueKind.Object ? element : throw new FormatException("expected a JSON object");
    }

    internal JsonElement Json => _object;

    internal string Required(string name) =>
        Text(name) is { Length: > 0 } text ? text : throw new FormatException($"'{name}' is missing");

    internal string? Text(string name) => Find(name, JsonValueKind.String)?.GetString();

    internal string? TextOf(string first, string second) => Text(first) ?? Text(second);

    internal bool Flag(string name) => _object.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    internal long? Number(string name) =>
        _object.TryGetProperty(name, out JsonElement value) ? value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt64(out long number) => number,
            JsonValueKind.String when long.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) => number,
            _ => null,
        }
        : null;

    internal int? Count(string name) => Number(name) is { } number and >= int.MinValue and <= int.MaxValue ? (int)number : null;

    /// <summary>A number of milliseconds since 1970; 0 stands for "not yet".</summary>
    internal DateTimeOffset? Instant(string name) =>
        Number(name) is { } ms and > 0 and <= 253_402_300_799_999 ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    internal TimeSpan? Seconds(string name) => Duration(name, TimeSpan.TicksPerSecond);

    internal TimeSpan? Milliseconds(string name) => Duration(name, TimeSpan.TicksPerMillisecond);

    internal IReadOnlyList<string> Texts(string name) =>
        Find(name, JsonValueKind.Array) is { } array
            ? [.. array.EnumerateArray().Where(static item => item.ValueKind == JsonValueKind.String).Select(static item => item.GetString()!)]
            : [];

    /// <summary>Headers as QStash sends them: each name with its values, or with one value.</summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<string>> Headers(string name)
    {
        Dictionary<string, IReadOnlyList<string>> headers = new(StringComparer.OrdinalIgnoreCase);
        if (Find(name, JsonValueKind.Object) is { } element)
        {
            JsonFields fields = new(element);
            foreach (JsonProperty header in element.EnumerateObject())
            {
                headers[header.Name] = header.Value.ValueKind == JsonValueKind.String ? [header.Value.GetString()!] : fields.Texts(header.Name);
            }
        }

        return headers;
    }

    /// <summary>A body that QStash sends as text when it is UTF-8, else in base64.</summary>
    internal ReadOnlyMemory<byte> Body(string text, string base64) =>
        Find(base64, JsonValueKind.String) is { } encoded && encoded.TryGetBytesFromBase64(out byte[]? bytes) ? bytes : Encoding.UTF8.GetBytes(Text(text) ?? "");

    /// <summary>A body that is always in base64; a redacted one stays as the text it is.</summary>
    internal ReadOnlyMemory<byte> Base64(string name) =>
        Find(name, JsonValueKind.String) is not { } encoded ? default : encoded.TryGetBytesFromBase64(out byte[]? bytes) ? bytes : Encoding.UTF8.GetBytes(encoded.GetString()!);

    internal IEnumerable<JsonFields> Objects(string name) =>
        Find(name, JsonValueKind.Array) is { } array ? array.EnumerateArray().Select(static item => new JsonFields(item)) : throw new FormatException($"'{name}' is missing");

    private TimeSpan? Duration(string name, long ticks) =>
        Number(name) is { } number and >= 0 && number <= TimeSpan.MaxValue.Ticks / ticks ? new TimeSpan(number * ticks) : null;

    private JsonElement? Find(string name, JsonValueKind kind) =>
        _object.TryGetProperty(name, out JsonElement value) && value.ValueKind == kind ? value : null;
}
