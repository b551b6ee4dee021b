using System.Buffers;

namespace QStash.Serverless.Lambda;

/// <summary>A list of names and values in a pooled array; <see cref="Release()"/> gives it back.</summary>
internal struct SliceList
{
    private (TextSlice Name, TextSlice Value)[]? _items;
    private int _count;

    /// <summary>Whether the event has this object at all, empty or not.</summary>
    internal bool IsPresent { get; set; }

    internal readonly ReadOnlySpan<(TextSlice Name, TextSlice Value)> Items => _items.AsSpan(0, _count);

    internal void Add(TextSlice name, TextSlice value)
    {
        if (_count == (_items?.Length ?? 0))
        {
            (TextSlice, TextSlice)[] larger = ArrayPool<(TextSlice, TextSlice)>.Shared.Rent(Math.Max(32, 2 * _count));
            Items.CopyTo(larger);
            Release(_items);
            _items = larger;
        }

        _items![_count++] = (name, value);
    }

    internal void Clear()
    {
        _count = 0;
        IsPresent = false;
    }

    internal void Release()
    {
        Release(_items);
        _items = null;
        _count = 0;
    }

    private static void Release((TextSlice, TextSlice)[]? items)
    {
        if (items is not null)
        {
            ArrayPool<(TextSlice, TextSlice)>.Shared.Return(items);
        }
    }
}
