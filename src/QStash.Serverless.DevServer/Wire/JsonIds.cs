using System.Text.Json;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>Ids of a bulk request in a JSON body, as some clients send them (protocol 13, row 10).</summary>
internal static class JsonIds
{
    /// <exception cref="WireException">400: the body is not an object with a list of texts.</exception>
    public static IReadOnlyList<string> Read(byte[] body, string name)
    {
        if (body.Length == 0)
        {
            return [];
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.EnumerateObject().All(p => p.NameEquals(name)))
            {
                return root.TryGetProperty(name, out JsonElement ids) && ids.ValueKind != JsonValueKind.Null
                    ? [.. ids.EnumerateArray().Select(id => id.GetString() ?? throw new JsonException("an id is null"))]
                    : [];
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw WireException.BadRequest($"the body must be a JSON object with the list {name}: {e.Message}");
        }

        throw WireException.BadRequest($"the body must be a JSON object with the list {name} and nothing else");
    }
}
