namespace QStash.Serverless.AzureFunctions;

/// <summary>A route template below the route prefix, such as <c>orders/{id:int}/placed</c>.</summary>
internal sealed class RouteTemplate
{
    internal RouteTemplate(string text)
    {
        Text = text;
        Parts = [.. Read(text.Trim('/'))];
        Parameters = [.. Parts.Where(static part => part.IsParameter).Select(static part => part.Name)];
    }

    internal string Text { get; }

    internal IReadOnlyList<Part> Parts { get; }

    /// <summary>The names of the parameters.</summary>
    internal IReadOnlyList<string> Parameters { get; }

    /// <summary>The same for templates that lead to the same requests: without the case of literals and the names of parameters.</summary>
    internal string Shape => string.Concat(Parts.Select(static part => part.IsParameter ? $"{{{part.Kind}}}" : part.Text.ToLowerInvariant()));

    // Doubled braces belong to the pattern of a constraint.
    private static IEnumerable<Part> Read(string text)
    {
        int literal = 0;
        for (int start = text.IndexOf('{', StringComparison.Ordinal); start >= 0; start = text.IndexOf('{', literal))
        {
            int end = start + 1;
            while (end < text.Length && (text[end] != '}' || (end + 1 < text.Length && text[end + 1] == '}')))
            {
                end += text[end] == '}' ? 2 : 1;
            }

            if (start > literal)
            {
                yield return new Part(false, text[literal..start]);
            }

            yield return new Part(true, text[(start + 1)..Math.Min(end, text.Length)]);
            literal = Math.Min(end + 1, text.Length);
        }

        if (literal < text.Length)
        {
            yield return new Part(false, text[literal..]);
        }
    }

    /// <summary>A literal, or what stands between the braces of a parameter: <c>id</c>, <c>id?</c>, <c>*rest</c>, <c>id:int</c>, <c>id=7</c>.</summary>
    internal readonly record struct Part(bool IsParameter, string Text)
    {
        internal string Name => Text.AsSpan().TrimStart('*') is var name && name.IndexOfAny(':', '=', '?') is >= 0 and var end ? name[..end].ToString() : name.ToString();

        /// <summary>All but the name.</summary>
        internal string Kind => (IsCatchAll ? "*" : "") + Text.TrimStart('*')[Name.Length..];

        internal bool IsCatchAll => IsParameter && Text.StartsWith('*');

        internal bool MayMiss => IsCatchAll || (IsParameter && (Text.EndsWith('?') || Text.Contains('=', StringComparison.Ordinal)));

        internal string Constraint => Text.Split(':', 2) is [_, var constraint] ? constraint.TrimEnd('?') : "";
    }
}
