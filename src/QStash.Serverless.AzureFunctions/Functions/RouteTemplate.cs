namespace QStash.Serverless.AzureFunctions;

/// <summary>A route template below the route prefix.</summary>
internal sealed class RouteTemplate
{
    private readonly string[] _segments;

    internal RouteTemplate(string text)
    {
        Text = text;
        _segments = text.Split('/', StringSplitOptions.RemoveEmptyEntries);
        Parameters = [.. Names(text)];
    }

    internal string Text { get; }

    /// <summary>The names of the parameters.</summary>
    internal IReadOnlyList<string> Parameters { get; }

    /// <summary>The same for templates that lead to the same requests: without the case of literals and the names of parameters.</summary>
    internal string Shape => string.Join('/', _segments.Select(static segment => Anonymous(segment).ToLowerInvariant()));

    // orders/{id}: the name is dropped; what is left of {id:int} tells it apart from {id:guid}.
    private static string Anonymous(string segment)
    {
        System.Text.StringBuilder shape = new();
        for (int at = 0; at < segment.Length;)
        {
            int open = segment.IndexOf('{', at);
            int close = open < 0 ? -1 : segment.IndexOf('}', open);
            if (close < 0)
            {
                return shape.Append(segment, at, segment.Length - at).ToString();
            }

            string inside = segment[(open + 1)..close];
            string name = Name(inside);
            shape.Append(segment, at, open - at).Append('{').Append(inside.Replace(name, "", StringComparison.Ordinal)).Append('}');
            at = close + 1;
        }

        return shape.ToString();
    }

    private static IEnumerable<string> Names(string text)
    {
        for (int open = text.IndexOf('{', StringComparison.Ordinal); open >= 0; open = text.IndexOf('{', open + 1))
        {
            int close = text.IndexOf('}', open);
            if (close > open + 1)
            {
                yield return Name(text[(open + 1)..close]);
            }
        }
    }

    // {*rest}, {id?}, {id:int}, {id=7}
    private static string Name(string inside)
    {
        string name = inside.TrimStart('*');
        int end = name.AsSpan().IndexOfAny(":?=");
        return end < 0 ? name : name[..end];
    }
}
