using System.Text.Json;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>Reads JSON objects of requests. Each refusal is a 400 that names the field; a field that is null or an empty text counts as absent.</summary>
internal static class JsonBody
{
    /// <exception cref="WireException">400: the body is not a JSON object, or not the one expected.</exception>
    public static T Read<T>(byte[] body, Func<JsonElement, T> read)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body);
        }
        catch (JsonException e)
        {
            throw WireException.BadRequest($"the body must be a JSON object: {e.Message}");
        }

        using (document)
        {
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Valid(() => read(document.RootElement))
                : throw WireException.BadRequest("the body must be a JSON object");
        }
    }

    /// <summary>Half a surrogate pair or bytes that are no UTF-8: the parser only sees them when a text is taken out.</summary>
    public static T Valid<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw WireException.BadRequest($"a text of the body is not valid Unicode: {e.Message}");
        }
    }

    public static string? Text(JsonElement json, string name)
        => !TryGet(json, name, out JsonElement value) ? null
            : value.ValueKind != JsonValueKind.String ? throw WireException.BadRequest($"{name} must be a string")
            : value.GetString() is { Length: > 0 } text ? text : null;

    public static int? Number(JsonElement json, string name)
        => !TryGet(json, name, out JsonElement value) ? null
            : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number
            : throw WireException.BadRequest($"{name} must be a whole number");

    public static long? Long(JsonElement json, string name)
        => !TryGet(json, name, out JsonElement value) ? null
            : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) ? number
            : throw WireException.BadRequest($"{name} must be a whole number");

    public static double? Fraction(JsonElement json, string name)
        => !TryGet(json, name, out JsonElement value) ? null
            : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) ? number
            : throw WireException.BadRequest($"{name} must be a number");

    public static bool? Flag(JsonElement json, string name)
        => !TryGet(json, name, out JsonElement value) ? null
            : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
            : throw WireException.BadRequest($"{name} must be true or false");

    /// <summary>The object <c>headers</c>: each value a text or a list of texts; none counts as empty.</summary>
    public static Dictionary<string, string?[]> Headers(JsonElement json)
    {
        Dictionary<string, string?[]> headers = new(StringComparer.OrdinalIgnoreCase);
        if (!TryGet(json, "headers", out JsonElement given))
        {
            return headers;
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            throw WireException.BadRequest("headers must be a JSON object");
        }

        foreach (JsonProperty header in given.EnumerateObject())
        {
            headers[header.Name] = header.Value.ValueKind switch
            {
                JsonValueKind.String => [header.Value.GetString()],
                JsonValueKind.Null => [],
                JsonValueKind.Array when header.Value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String)
                    => [.. header.Value.EnumerateArray().Select(v => v.GetString())],
                _ => throw WireException.BadRequest($"the header {header.Name} must be a string"),
            };
        }

        return headers;
    }

    private static bool TryGet(JsonElement json, string name, out JsonElement value)
        => json.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
}
