using System.Globalization;
using System.Net;
using System.Text;

namespace QStash.Serverless.Lambda.Local;

/// <summary>Reads one HTTP/1.1 request.</summary>
internal sealed class LocalRequestReader(Stream stream, IPEndPoint caller)
{
    /// <summary>How large a body may be, in bytes: no event on Lambda is larger.</summary>
    internal const int LargestBody = 6 * 1024 * 1024;

    private const int LargestHead = 64 * 1024;
    private static readonly byte[] s_continue = "HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray();

    private byte[] _buffer = new byte[8 * 1024];
    private int _start;
    private int _end;

    /// <summary>The request, or what refuses it; neither when the caller closed without a request.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    internal async Task<(LocalRequest? Request, LocalResponse? Refusal)> ReadAsync(CancellationToken cancellationToken)
    {
        List<string> head = [];
        int size = 0;
        while (true)
        {
            if (await ReadLineAsync(LargestHead - size, cancellationToken).ConfigureAwait(false) is not { } line)
            {
                return size == 0 && _start == _end ? (null, null) : (null, LocalResponse.Text(431, "The request's head is broken off, or larger than 64 KiB."));
            }

            size += line.Length + 2;
            if (line.Length > 0)
            {
                head.Add(line);
            }
            else if (head.Count > 0)
            {
                break;
            }
        }

        if (Parse(head) is not { } request)
        {
            return (null, LocalResponse.Text(400, "This is no HTTP/1.1 request."));
        }

        (byte[]? body, LocalResponse? refusal) = await ReadBodyAsync(request, cancellationToken).ConfigureAwait(false);
        return refusal is null ? (request with { Body = body! }, null) : (null, refusal);
    }

    private LocalRequest? Parse(List<string> head)
    {
        string[] start = head[0].Split(' ');
        if (start is not [{ Length: > 0 } method, var target, "HTTP/1.1" or "HTTP/1.0"])
        {
            return null;
        }

        // The form that proxies get carries the host as well.
        if (Uri.TryCreate(target, UriKind.Absolute, out Uri? absolute) && absolute.Scheme is "http" or "https")
        {
            int path = target.IndexOf('/', target.IndexOf("//", StringComparison.Ordinal) + 2);
            target = path < 0 ? "/" : target[path..];
        }

        List<KeyValuePair<string, string>> headers = [];
        foreach (string line in head.Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1 || line.AsSpan(0, colon).ContainsAny(' ', '\t'))
            {
                return null;
            }

            headers.Add(new(line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
        }

        return target.StartsWith('/') ? new LocalRequest(method, target, start[2], headers, [], caller) : null;
    }

    private async Task<(byte[]? Body, LocalResponse? Refusal)> ReadBodyAsync(LocalRequest request, CancellationToken cancellationToken)
    {
        string[] lengths = Values(request, "Content-Length");
        string[] encodings = Values(request, "Transfer-Encoding");
        if (Values(request, "Expect").Contains("100-continue", StringComparer.OrdinalIgnoreCase))
        {
            await stream.WriteAsync(s_continue, cancellationToken).ConfigureAwait(false);
        }

        using MemoryStream body = new();
        bool isRead = (lengths, encodings) switch
        {
            ([], []) => true,
            ([var text], []) when Length(text, NumberStyles.None) is { } length => await ReadBytesAsync(body, length, cancellationToken).ConfigureAwait(false),
            ([], [var encoding]) when encoding.Equals("chunked", StringComparison.OrdinalIgnoreCase) => await ReadChunksAsync(body, cancellationToken).ConfigureAwait(false),
            _ => false,
        };
        return isRead ? (body.ToArray(), null)
            : body.Length > LargestBody ? (null, LocalResponse.Text(413, "The body is larger than an event on Lambda may be (6 MiB)."))
            : (null, LocalResponse.Text(400, "The body is broken off, or its length is not understood."));
    }

    private async Task<bool> ReadChunksAsync(MemoryStream body, CancellationToken cancellationToken)
    {
        while (true)
        {
            string? line = await ReadLineAsync(LargestHead, cancellationToken).ConfigureAwait(false);
            if (line is null || Length(line.Split(';')[0].Trim(), NumberStyles.AllowHexSpecifier) is not { } length)
            {
                return false;
            }

            if (length > 0)
            {
                if (!await ReadBytesAsync(body, length, cancellationToken).ConfigureAwait(false) || await ReadLineAsync(2, cancellationToken).ConfigureAwait(false) is not "")
                {
                    return false;
                }

                continue;
            }

            // Trailers, up to the empty line.
            while (await ReadLineAsync(LargestHead, cancellationToken).ConfigureAwait(false) is { } trailer)
            {
                if (trailer.Length == 0)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Adds bytes to the body. What is too long is marked by a body over the limit, and not read.</summary>
    private async Task<bool> ReadBytesAsync(MemoryStream body, long length, CancellationToken cancellationToken)
    {
        if (length > LargestBody - body.Length)
        {
            body.SetLength(LargestBody + 1);
            return false;
        }

        for (long missing = length; missing > 0;)
        {
            if (_start == _end && !await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            int taken = (int)Math.Min(missing, _end - _start);
            body.Write(_buffer.AsSpan(_start, taken));
            _start += taken;
            missing -= taken;
        }

        return true;
    }

    private async Task<string?> ReadLineAsync(int longest, CancellationToken cancellationToken)
    {
        for (int searched = 0; ;)
        {
            int newLine = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (newLine >= 0)
            {
                int length = searched + newLine;
                string line = Encoding.UTF8.GetString(_buffer, _start, length > 0 && _buffer[_start + length - 1] == '\r' ? length - 1 : length);
                _start += length + 1;
                return line;
            }

            searched = _end - _start;
            if (searched > longest || !await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return null;
            }
        }
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        return read > 0;
    }

    private static string[] Values(LocalRequest request, string name) =>
        [.. request.Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(static header => header.Value)];

    private static long? Length(string text, NumberStyles style) =>
        long.TryParse(text, style, CultureInfo.InvariantCulture, out long length) && length >= 0 ? length : null;
}
