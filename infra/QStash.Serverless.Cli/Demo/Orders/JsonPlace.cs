using System.Text;
using System.Text.Json;

namespace QStash.Serverless.Cli.Demo.Orders;

/// <summary>A JSON value that knows where it stands in its file: what an error text needs and <see cref="JsonDocument"/> forgets.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">Its JSON path, as in <c>$.orders[3].id</c>.</param>
/// <param name="Offset">The byte at which it starts.</param>
internal sealed record JsonPlace(JsonValueKind Kind, string Path, int Offset)
{
    /// <summary>The text of a string, or a number as it is written.</summary>
    public string Text { get; private init; } = "";

    /// <summary>The elements of an array.</summary>
    public IReadOnlyList<JsonPlace> Items { get; private init; } = [];

    /// <summary>The members of an object, in order, repeated names included.</summary>
    public IReadOnlyList<JsonMember> Members { get; private init; } = [];

    /// <summary>Reads a document.</summary>
    /// <exception cref="JsonException">It is not JSON; line and position of the exception say where.</exception>
    public static JsonPlace Parse(ReadOnlySpan<byte> utf8)
    {
        Utf8JsonReader reader = new(utf8);
        reader.Read();
        JsonPlace root = Read(ref reader, "$");
        reader.Read();
        return root;
    }

    private static JsonPlace Read(ref Utf8JsonReader reader, string path)
    {
        int offset = (int)reader.TokenStartIndex;
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => new(JsonValueKind.Object, path, offset) { Members = ReadMembers(ref reader, path) },
            JsonTokenType.StartArray => new(JsonValueKind.Array, path, offset) { Items = ReadItems(ref reader, path) },
            JsonTokenType.String => new(JsonValueKind.String, path, offset) { Text = ReadText(ref reader) },
            JsonTokenType.Number => new(JsonValueKind.Number, path, offset) { Text = Encoding.ASCII.GetString(reader.ValueSpan) },
            JsonTokenType.True => new(JsonValueKind.True, path, offset),
            JsonTokenType.False => new(JsonValueKind.False, path, offset),
            _ => new(JsonValueKind.Null, path, offset),
        };
    }

    private static List<JsonMember> ReadMembers(ref Utf8JsonReader reader, string path)
    {
        List<JsonMember> members = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            int offset = (int)reader.TokenStartIndex;
            string name = ReadText(ref reader);
            string memberPath = name.Length > 0 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_') ? $"{path}.{name}" : $"{path}['{OneLine.Of(name)}']";
            reader.Read();
            members.Add(new JsonMember(name, offset, Read(ref reader, memberPath)));
        }

        return members;
    }

    private static List<JsonPlace> ReadItems(ref Utf8JsonReader reader, string path)
    {
        List<JsonPlace> items = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(Read(ref reader, $"{path}[{items.Count}]"));
        }

        return items;
    }

    private static string ReadText(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw new BrokenTextException((int)reader.TokenStartIndex, exception);
        }
    }
}

/// <summary>A member of an object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Offset">The byte at which the name starts.</param>
/// <param name="Value">Its value.</param>
internal sealed record JsonMember(string Name, int Offset, JsonPlace Value);

/// <summary>A string whose escapes are half a character; JSON's grammar allows it, Unicode does not.</summary>
internal sealed class BrokenTextException(int offset, Exception inner) : Exception("the text has an escape that is half a character", inner)
{
    public int Offset => offset;
}
