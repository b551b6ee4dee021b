using System.Buffers;

namespace QStash.Serverless.Lambda;

/// <summary>The bytes of an event: those of the stream itself where it has them in memory, else read into a pooled buffer.</summary>
internal static class EventBuffer
{
    // Lambda passes events of up to 6 MB, and its own formats add little to that.
    private const int MaxBytes = 16 << 20;

    /// <exception cref="InvalidDataException">The event is no JSON, no HTTP request, or over 16 MiB.</exception>
    internal static async ValueTask<LambdaEvent> ReadEventAsync(Stream stream, CancellationToken cancellationToken)
    {
        if (stream is MemoryStream memory)
        {
            return Read(memory);
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        int length = 0;
        try
        {
            while (await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false) is var read and > 0)
            {
                length += read;
                if (length > MaxBytes)
                {
                    throw new InvalidDataException($"The event is over {MaxBytes} bytes; Lambda passes at most 6 MB.");
                }

                if (length == buffer.Length)
                {
                    byte[] larger = ArrayPool<byte>.Shared.Rent(2 * length);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }

            return LambdaEventReader.Read(buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static LambdaEvent Read(MemoryStream memory)
    {
        int length = (int)(memory.Length - memory.Position);
        if (memory.TryGetBuffer(out ArraySegment<byte> bytes))
        {
            return LambdaEventReader.Read(bytes.AsSpan((int)memory.Position, length));
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            memory.ReadExactly(buffer, 0, length);
            return LambdaEventReader.Read(buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
