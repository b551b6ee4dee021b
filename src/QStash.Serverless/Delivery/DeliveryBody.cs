using System.Buffers;

namespace QStash.Serverless;

/// <summary>The body of a delivery as a host has it: bytes in hand, or a stream that the engine reads up to its limit.</summary>
public readonly record struct DeliveryBody
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly Stream? _stream;
    private readonly long? _length;

    private DeliveryBody(ReadOnlyMemory<byte> bytes, Stream? stream, long? length)
    {
        _bytes = bytes;
        _stream = stream;
        _length = length;
    }

    /// <summary>A body that has been received whole.</summary>
    public static DeliveryBody FromBytes(ReadOnlyMemory<byte> bytes) => new(bytes, null, bytes.Length);

    /// <summary>A body still to be read. It is read only for genuine deliveries, and never further than one byte over the limit.</summary>
    /// <param name="stream">The unread stream; not disposed.</param>
    /// <param name="length">The announced length in bytes, if any: a body announced over the limit is not read at all.</param>
    public static DeliveryBody FromStream(Stream stream, long? length)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new DeliveryBody(default, stream, length);
    }

    /// <summary>The whole body, or null when it is longer than <paramref name="limit"/> bytes.</summary>
    internal ValueTask<ReadOnlyMemory<byte>?> ReadAsync(long limit, CancellationToken cancellationToken) =>
        _length > limit ? ValueTask.FromResult<ReadOnlyMemory<byte>?>(null)
        : _stream is null ? ValueTask.FromResult<ReadOnlyMemory<byte>?>(_bytes)
        : ReadStreamAsync(_stream, limit, cancellationToken);

    private static async ValueTask<ReadOnlyMemory<byte>?> ReadStreamAsync(Stream stream, long limit, CancellationToken cancellationToken)
    {
        // Memory follows what has arrived, not what was announced.
        byte[] buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        int length = 0;
        try
        {
            while (true)
            {
                int room = (int)Math.Min(buffer.Length - length, limit + 1 - length);
                int read = await stream.ReadAsync(buffer.AsMemory(length, room), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return buffer.AsSpan(0, length).ToArray();
                }

                length += read;
                if (length > limit)
                {
                    return null;
                }

                if (length == buffer.Length)
                {
                    byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * buffer.Length, limit + 1));
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
