using System.Diagnostics.CodeAnalysis;

namespace QStash.Serverless.Infra;

/// <summary>One thing that a declaration and the account can agree or differ in.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">Equal exactly when both sides agree.</param>
/// <param name="Shown">What people see of it.</param>
internal sealed record Facet(string Name, string Value, string Shown);

/// <summary>The facets of one resource, in the order they are shown. What is unset, or set to QStash's default, is not among them.</summary>
internal sealed class Facets
{
    private readonly List<Facet> _facets = [];

    internal IEnumerable<Facet> All => _facets;

    /// <summary>Names that one side cannot know about: they differ from nothing.</summary>
    internal Func<string, bool> Ignores { get; init; } = static _ => false;

    internal void Add(string name, string? value, string? shown = null, string? defaultValue = null)
    {
        if (!string.IsNullOrEmpty(value) && value != defaultValue)
        {
            _facets.Add(new Facet(name, value, Infra.Shown.OneLine(shown ?? value)));
        }
    }

    /// <summary>The fields that differ, in the order of the facets.</summary>
    internal static List<InfraField> Differences(Facets before, Facets after)
    {
        List<InfraField> fields = [];
        foreach (Facet facet in after._facets)
        {
            if (!before.TryGet(facet.Name, out Facet? old) || old.Value != facet.Value)
            {
                fields.Add(new InfraField(facet.Name, old?.Shown ?? Default(facet.Name), facet.Shown));
            }
        }

        foreach (Facet facet in before._facets.Where(facet => !after.TryGet(facet.Name, out _) && !after.Ignores(facet.Name)))
        {
            fields.Add(new InfraField(facet.Name, facet.Shown, Default(facet.Name)));
        }

        return fields;
    }

    internal List<InfraField> AsNew() => _facets.ConvertAll(static facet => new InfraField(facet.Name, null, facet.Shown));

    internal List<InfraField> AsGone() => _facets.ConvertAll(static facet => new InfraField(facet.Name, facet.Shown, null));

    private static string? Default(string name) => ScheduleFacets.Default(name) is { } value ? value + " (default)" : null;

    private bool TryGet(string name, [NotNullWhen(true)] out Facet? facet)
    {
        facet = _facets.Find(facet => string.Equals(facet.Name, name, StringComparison.OrdinalIgnoreCase));
        return facet is not null;
    }
}
