using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace QStash.Serverless.DevServer.Delivery;

/// <summary>Passes committed events to whoever watches, in commit order.</summary>
internal sealed class LogStream
{
    private readonly Lock _gate = new();
    private readonly List<Channel<DeliveryLog>> _watchers = [];
    private bool _ended;

    /// <summary>Watches from now on, also before the first event is asked for; ends with the server or the token.</summary>
    public IAsyncEnumerable<DeliveryLog> Watch(CancellationToken ct)
    {
        Channel<DeliveryLog> watcher = Channel.CreateUnbounded<DeliveryLog>(new() { SingleReader = true, SingleWriter = true });
        lock (_gate)
        {
            _watchers.Add(watcher);
            if (_ended)
            {
                watcher.Writer.TryComplete();
            }
        }

        return ReadAsync(watcher, ct);
    }

    public void Publish(IReadOnlyList<DeliveryLog> events)
    {
        lock (_gate)
        {
            foreach (Channel<DeliveryLog> watcher in _watchers)
            {
                foreach (DeliveryLog e in events)
                {
                    watcher.Writer.TryWrite(e);
                }
            }
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            _watchers.ForEach(watcher => watcher.Writer.TryComplete());
        }
    }

    private async IAsyncEnumerable<DeliveryLog> ReadAsync(Channel<DeliveryLog> watcher, CancellationToken fromCall, [EnumeratorCancellation] CancellationToken ct = default)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(fromCall, ct);
        try
        {
            await foreach (DeliveryLog e in watcher.Reader.ReadAllAsync(either.Token).ConfigureAwait(false))
            {
                yield return e;
            }
        }
        finally
        {
            lock (_gate)
            {
                _watchers.Remove(watcher);
            }
        }
    }
}
