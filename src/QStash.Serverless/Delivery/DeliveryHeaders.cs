using System.Collections;
using Microsoft.Extensions.Primitives;

namespace QStash.Serverless;

#pragma warning disable CA1710 // "DeliveryHeaders" is what they are called; "Collection" would add nothing
/// <summary>The headers of a delivery. Names compare without case; a name may have several values.</summary>
public sealed class DeliveryHeaders : IReadOnlyCollection<KeyValuePair<string, StringValues>>
{
    // A delivery has a dozen headers: walking along them costs less than hashing their names. Whoever sends more than these gets a dictionary.
    private const int MaxWalked = 32;

    private KeyValuePair<string, StringValues>[] _walked;
    private int _count;
    private Dictionary<string, StringValues>? _hashed;

    /// <summary>No headers yet.</summary>
    public DeliveryHeaders()
        : this(8)
    {
    }

    /// <summary>No headers yet, and room for some.</summary>
    /// <param name="capacity">How many are expected.</param>
    public DeliveryHeaders(int capacity) => _walked = new KeyValuePair<string, StringValues>[Math.Clamp(capacity, 0, MaxWalked)];

    /// <summary>The values of a header; empty when it is absent.</summary>
    public StringValues this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            return _hashed is not null ? _hashed.GetValueOrDefault(name) : IndexOf(name) is var at and >= 0 ? _walked[at].Value : default;
        }
    }

    /// <inheritdoc/>
    public int Count => _hashed?.Count ?? _count;

    /// <summary>Adds values to a header; those it has already are kept.</summary>
    public void Add(string name, StringValues values)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (_hashed is not null)
        {
            _hashed[name] = _hashed.TryGetValue(name, out StringValues known) ? StringValues.Concat(known, values) : values;
        }
        else if (IndexOf(name) is var at and >= 0)
        {
            _walked[at] = new(_walked[at].Key, StringValues.Concat(_walked[at].Value, values));
        }
        else if (_count < MaxWalked)
        {
            if (_count == _walked.Length)
            {
                Array.Resize(ref _walked, Math.Min(MaxWalked, Math.Max(8, 2 * _count)));
            }

            _walked[_count++] = new(name, values);
        }
        else
        {
            _hashed = new(_walked, StringComparer.OrdinalIgnoreCase) { [name] = values };
        }
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, StringValues>> GetEnumerator() => (_hashed ?? _walked.Take(_count)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int IndexOf(string name)
    {
        for (int i = 0; i < _count; i++)
        {
            string key = _walked[i].Key;
            if (ReferenceEquals(key, name) || (key.Length == name.Length && key.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                return i;
            }
        }

        return -1;
    }
}
