using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace QStash.Serverless.Lambda;

/// <summary>
/// Short texts of the last events. Names of headers, hosts and most values are the same in each event; as Kestrel does for the requests of a connection, they are
/// made once. There are never more than these: a new text takes the place of an old one.
/// </summary>
internal static class RecentTexts
{
    private const int MaxLength = 64;
    private const ulong Spread = 0x9E3779B97F4A7C15;
    private static readonly string?[] s_texts = new string?[512];

    internal static string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > MaxLength)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        // Two places for each, so that two texts of every event do not keep driving each other out.
        Span<string?> places = s_texts.AsSpan(2 * PlaceOf(utf8), 2);
        if (places[0] is { } first && Ascii.Equals(utf8, first))
        {
            return first;
        }

        if (places[1] is { } second && Ascii.Equals(utf8, second))
        {
            return second;
        }

        places[1] = places[0];
        return places[0] = Encoding.UTF8.GetString(utf8);
    }

    // From both ends: what texts of one length have in common is mostly in one of them.
    private static int PlaceOf(ReadOnlySpan<byte> utf8)
    {
        ulong hash = (ulong)utf8.Length;
        if (utf8.Length >= sizeof(ulong))
        {
            hash ^= BinaryPrimitives.ReadUInt64LittleEndian(utf8) ^ BitOperations.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(utf8[^sizeof(ulong)..]) * Spread, 29);
        }
        else
        {
            foreach (byte b in utf8)
            {
                hash = (hash << 8) ^ b;
            }
        }

        return (int)((hash * Spread) >> 56);
    }
}
