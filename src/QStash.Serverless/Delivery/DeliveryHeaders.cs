using System.Collections;
using Microsoft.Extensions.Primitives;

namespace QStash.Serverless;

#pragma warning disable CA1710 // "DeliveryHeaders" is what they are called; "Collection" would add nothing
/// <summary>The headers of a delivery. Names compare without case; a name may have several values.</summary>
public sealed class DeliveryHeaders : IReadOnlyCollection<KeyValuePair<string, StringValues>>
{
    private readonly Dictionary<string, StringValues> _values = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The values of a header; empty when it is absent.</summary>
    public StringValues this[string name] => _values.GetValueOrDefault(name);

    /// <inheritdoc/>
    public int Count => _values.Count;

    /// <summary>Adds values to a header; those it has already are kept.</summary>
    public void Add(string name, StringValues values)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _values[name] = _values.TryGetValue(name, out StringValues known) ? StringValues.Concat(known, values) : values;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, StringValues>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
