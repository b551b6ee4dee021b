using System.Text.Json;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>
/// What a list or a bulk write asks for: its query, and for bulk writes also a JSON body with the same names, as some clients send it
/// (protocol 2.4, 2.6; 13, row 10). Names are matched without case; values of one name are alternatives.
/// </summary>
internal sealed class ListParameters
{
    private readonly RawQuery _query;
    private readonly Dictionary<string, List<string>> _body = new(StringComparer.OrdinalIgnoreCase);

    private ListParameters(RawQuery query) => _query = query;

    /// <summary>The parameters of a read: what it does not know it ignores.</summary>
    public static ListParameters OfRead(WireCall call) => new(call.Query);

    /// <summary>
    /// The parameters of a bulk write. A misspelt or empty filter would mean "everything", so whatever is not understood is refused
    /// (protocol 13, row 32).
    /// </summary>
    /// <exception cref="WireException">400: a name that is not in <paramref name="known"/>, a filter without a value in the query, or no JSON object.</exception>
    public static async Task<ListParameters> OfBulkWriteAsync(WireCall call, params IEnumerable<string> known)
    {
        HashSet<string> names = new(known, StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value) in call.Query.Parameters)
        {
            if (RawQuery.IsConsumed(name))
            {
                continue;
            }

            RefuseUnknown(names, name);
            if (value.Length == 0)
            {
                throw WireException.BadRequest($"the filter {name} has no value: leave it out to ask for everything");
            }
        }

        ListParameters parameters = new(call.Query);
        parameters.ReadBody(await call.ReadBodyAsync().ConfigureAwait(false), names);
        return parameters;
    }

    /// <summary>The values of a parameter: repeated or comma-separated in the query, a text or a list in the body.</summary>
    public IReadOnlyList<string> Many(string name) => _body.TryGetValue(name, out List<string>? values) ? [.. _query.Many(name), .. values] : _query.Many(name);

    /// <summary>The one value of a parameter; null when it was not given.</summary>
    public string? First(string name) => _query.First(name) ?? (_body.TryGetValue(name, out List<string>? values) && values.Count > 0 ? values[0] : null);

    private static void RefuseUnknown(HashSet<string> known, string name)
    {
        if (!known.Contains(name))
        {
            throw WireException.BadRequest($"unknown filter '{name}'");
        }
    }

    private void ReadBody(byte[] body, HashSet<string> known)
    {
        if (body.Length == 0)
        {
            return;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                RefuseUnknown(known, property.Name);
                _body[property.Name] = property.Value.ValueKind == JsonValueKind.Array ? [.. property.Value.EnumerateArray().Select(Text)]
                    : property.Value.ValueKind == JsonValueKind.Null ? []
                    : [Text(property.Value)];
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw WireException.BadRequest($"the body must be a JSON object with the same names as the query: {e.Message}");
        }
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetRawText(),
        _ => throw new JsonException("a value is neither a text nor a number"),
    };
}
