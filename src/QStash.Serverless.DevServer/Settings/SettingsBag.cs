using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Settings;

/// <summary>
/// The publish settings of one message as written: header names (case-insensitive) with all their values. Layers replace each other name
/// by name, an empty value counts as absent, and names QStash does not know are not kept (protocol 3, Appendix C step 2).
/// </summary>
internal sealed class SettingsBag
{
    private readonly Dictionary<string, string[]> _values;

    public SettingsBag() => _values = new(StringComparer.OrdinalIgnoreCase);

    private SettingsBag(Dictionary<string, string[]> values) => _values = new(values, StringComparer.OrdinalIgnoreCase);

    /// <summary>Replaces what the bag holds under this name, unless every value is empty or the name is not a setting.</summary>
    public void Set(string name, params IEnumerable<string?> values)
    {
        string[] kept = [.. values.OfType<string>().Select(v => v.Trim()).Where(v => v.Length > 0)];
        if (kept.Length > 0 && SettingNames.IsSetting(name))
        {
            _values[name.ToLowerInvariant()] = kept;
        }
    }

    public void Remove(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            _values.Remove(name);
        }
    }

    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>All values of a name; none when it was not given.</summary>
    public IReadOnlyList<string> All(string name) => _values.TryGetValue(name, out string[]? values) ? values : [];

    /// <summary>The one value of a name. A setting given twice with different values is refused: choosing one would be a guess.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out string? value)
    {
        IReadOnlyList<string> all = All(name);
        value = all.Count > 0 ? all[0] : null;
        return all.Distinct(StringComparer.Ordinal).Count() <= 1
            ? value is not null
            : throw WireException.BadRequest($"{HeaderNames.Canonical(name)} was given more than once with different values: send it once");
    }

    /// <summary>The entries under a prefix, without it, in order of name.</summary>
    public IEnumerable<KeyValuePair<string, string[]>> Under(string prefix)
        => _values.Where(e => e.Key.Length > prefix.Length && e.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            .OrderBy(e => e.Key, StringComparer.Ordinal)
            .Select(e => KeyValuePair.Create(e.Key[prefix.Length..], e.Value));

    /// <summary>A new bag with these settings, replaced by <paramref name="higher"/> wherever both name one.</summary>
    public SettingsBag OverriddenBy(SettingsBag higher)
    {
        SettingsBag merged = new(_values);
        foreach ((string name, string[] values) in higher._values)
        {
            merged._values[name] = values;
        }

        return merged;
    }

    public string ToJson() => JsonSerializer.Serialize(_values, StoreJson.Default.DictionaryStringStringArray);

    public static SettingsBag FromJson(string json)
        => new(JsonSerializer.Deserialize(json, StoreJson.Default.DictionaryStringStringArray) ?? []);
}
