namespace QStash.Serverless.Lambda;

/// <summary>A route template: literal segments, <c>{name}</c> for a whole segment, and <c>{*name}</c> for the rest of the path. Letters compare without case.</summary>
internal sealed class RoutePattern
{
    private readonly Segment[] _segments;

    private RoutePattern(string text, Segment[] segments)
    {
        Text = text;
        _segments = segments;
    }

    internal string Text { get; }

    /// <summary>What two templates that match the same paths have in common.</summary>
    internal string Shape => string.Join('/', _segments.Select(static segment => segment.Kind switch
    {
        SegmentKind.Literal => segment.Text.ToUpperInvariant(),
        SegmentKind.Parameter => "{}",
        _ => "{*}",
    }));

    /// <exception cref="ArgumentException">The template cannot be read; the message says what it may hold.</exception>
    internal static RoutePattern Parse(string text)
    {
        string own = text.StartsWith('/') ? text[1..] : text;
        string[] parts = (own.EndsWith('/') ? own[..^1] : own).Split('/');
        Segment[] segments = parts is [""] ? [] : [.. parts.Select((part, i) => ParseSegment(text, part, isLast: i == parts.Length - 1))];
        return segments.Where(static segment => segment.Kind != SegmentKind.Literal).Select(static segment => segment.Text).Distinct(StringComparer.OrdinalIgnoreCase).Count()
            == segments.Count(static segment => segment.Kind != SegmentKind.Literal)
            ? new RoutePattern(text, segments)
            : throw Unreadable(text, "two parameters have the same name");
    }

    /// <summary>Whether a path, with or without a slash at its end, is of this template.</summary>
    /// <param name="path">The path's segments, with the escapes they came with.</param>
    /// <param name="values">The parameters' values, unescaped; null without parameters.</param>
    internal bool Matches(ReadOnlySpan<char> path, out Dictionary<string, string>? values)
    {
        values = null;
        ReadOnlySpan<char> rest = path.StartsWith('/') ? path[1..] : path;
        rest = rest.EndsWith('/') ? rest[..^1] : rest;
        bool isAtEnd = rest.IsEmpty;
        foreach (Segment segment in _segments)
        {
            if (segment.Kind == SegmentKind.Rest)
            {
                (values ??= new(StringComparer.OrdinalIgnoreCase))[segment.Text] = Uri.UnescapeDataString(rest);
                return true;
            }

            if (isAtEnd)
            {
                return false;
            }

            int slash = rest.IndexOf('/');
            ReadOnlySpan<char> part = slash < 0 ? rest : rest[..slash];
            if (segment.Kind == SegmentKind.Parameter ? part.IsEmpty : !IsLiteral(part, segment.Text))
            {
                return false;
            }

            if (segment.Kind == SegmentKind.Parameter)
            {
                (values ??= new(StringComparer.OrdinalIgnoreCase))[segment.Text] = Uri.UnescapeDataString(part);
            }

            isAtEnd = slash < 0;
            rest = isAtEnd ? default : rest[(slash + 1)..];
        }

        return isAtEnd;
    }

    /// <summary>Orders templates so that, segment by segment, a literal comes before a parameter and a parameter before the rest.</summary>
    internal static int Compare(RoutePattern left, RoutePattern right)
    {
        for (int i = 0; i < left._segments.Length && i < right._segments.Length; i++)
        {
            if (left._segments[i].Kind.CompareTo(right._segments[i].Kind) is var order and not 0)
            {
                return order;
            }
        }

        return right._segments.Length.CompareTo(left._segments.Length);
    }

    private static bool IsLiteral(ReadOnlySpan<char> part, string literal) =>
        part.Equals(literal, StringComparison.OrdinalIgnoreCase)
        || (part.Contains('%') && Uri.UnescapeDataString(part).Equals(literal, StringComparison.OrdinalIgnoreCase));

    private static Segment ParseSegment(string text, string part, bool isLast)
    {
        if (part.Length == 0)
        {
            throw Unreadable(text, "a segment is empty");
        }

        if (part[0] != '{' || part[^1] != '}')
        {
            return part.AsSpan().IndexOfAny('{', '}') < 0 && part.AsSpan().IndexOfAny('?', '#', '*') < 0
                ? new Segment(SegmentKind.Literal, Uri.UnescapeDataString(part))
                : throw Unreadable(text, $"'{part}' is neither plain text nor one parameter");
        }

        bool isRest = part.StartsWith("{*", StringComparison.Ordinal);
        string name = part[(isRest ? 2 : 1)..^1];
        return name.Length == 0 || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? throw Unreadable(text, $"'{part}' names no parameter")
            : isRest && !isLast ? throw Unreadable(text, $"'{part}' takes the rest of the path and must come last")
            : new Segment(isRest ? SegmentKind.Rest : SegmentKind.Parameter, name);
    }

    private static ArgumentException Unreadable(string text, string reason) =>
        new($"The route template '{text}' cannot be read: {reason}. A template holds plain segments, {{name}} for one segment, and at its end {{*name}} for the rest of the path.");

    private enum SegmentKind
    {
        Literal,
        Parameter,
        Rest,
    }

    private readonly record struct Segment(SegmentKind Kind, string Text);
}
