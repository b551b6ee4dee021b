using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace QStash.Serverless.Lambda.Local;

/// <summary>
/// The least HTTP/1.1 server that keeps a request as it came: every header, any <c>Host</c>, the target with its escapes. One request a connection, loopback
/// only. <see cref="HttpListener"/> keeps only the last of repeated headers, and answers 404 to every host but its own, tunnels included.
/// </summary>
internal sealed class LoopbackHttp : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly TcpListener _listener;
    private readonly Func<LocalRequest, CancellationToken, Task<LocalResponse>> _answer;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenSource _abandoning = new();
    private readonly ConcurrentDictionary<Task, bool> _open = new();
    private readonly Task _accepting;
    private int _disposed;

    /// <exception cref="SocketException">The port is taken.</exception>
    private LoopbackHttp(IPEndPoint endpoint, Func<LocalRequest, CancellationToken, Task<LocalResponse>> answer, TimeProvider time)
    {
        _listener = new TcpListener(endpoint);
        _answer = answer;
        _time = time;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <exception cref="IOException">The port is taken.</exception>
    internal static LoopbackHttp Start(IPEndPoint endpoint, Func<LocalRequest, CancellationToken, Task<LocalResponse>> answer, TimeProvider time)
    {
        try
        {
            return new LoopbackHttp(endpoint, answer, time);
        }
        catch (SocketException exception)
        {
            throw new IOException($"{endpoint} cannot be listened on: {exception.Message}", exception);
        }
    }

    /// <summary>Stops accepting and reading; what is being answered may end (5 seconds at most) before it is cancelled.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _closing.CancelAsync().ConfigureAwait(false);
        Task all = Task.WhenAll(_open.Keys);
        await all.WaitAsync(s_patience, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _abandoning.CancelAsync().ConfigureAwait(false);
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _closing.Dispose();
        _abandoning.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }

            Task serving = Task.Run(() => ServeAsync(socket));
            _open.TryAdd(serving, true);
            _ = serving.ContinueWith(ended => _open.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        NetworkStream stream = new(socket, ownsSocket: true);
        await using (stream.ConfigureAwait(false))
        {
            try
            {
                LocalRequestReader reader = new(stream, (IPEndPoint)socket.RemoteEndPoint!);
                (LocalRequest? request, LocalResponse? refusal) = await reader.ReadAsync(_closing.Token).ConfigureAwait(false);
                if (request is null && refusal is null)
                {
                    return;
                }

                LocalResponse response = refusal ?? await _answer(request!, _abandoning.Token).ConfigureAwait(false);
                await stream.WriteAsync(response.ToBytes(request?.Method), _abandoning.Token).ConfigureAwait(false);
                socket.Shutdown(SocketShutdown.Send);

                // Closing with something unread would take the response away from the caller.
                byte[] rest = new byte[4096];
                while (await stream.ReadAsync(rest, _closing.Token).ConfigureAwait(false) > 0)
                {
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // The caller has gone, or this server goes.
            }
        }
    }
}
