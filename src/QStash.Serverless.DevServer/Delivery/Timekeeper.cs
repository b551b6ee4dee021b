using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Delivery;

/// <summary>Moves the server through time, and waits until it is quiet.</summary>
internal sealed class Timekeeper(Dispatcher dispatcher, QStashStore store, TimeProvider time, TimeSpan attemptPatience) : IDisposable
{
    private readonly SemaphoreSlim _advancing = new(1, 1);

    /// <summary>The clock, if it is one that can be moved.</summary>
    /// <exception cref="InvalidOperationException">It is not.</exception>
    public DevServerClock Clock => time as DevServerClock ?? throw new InvalidOperationException(
        $"This server runs on the clock it was given, which moves by itself: start it with {nameof(QStashDevServerOptions)}.{nameof(QStashDevServerOptions.TimeProvider)} = new {nameof(DevServerClock)}() to move it.");

    /// <summary>Visits every due instant in order up to the end that is worked out when it is this call's turn.</summary>
    public async Task AdvanceAsync(Func<DateTimeOffset, DateTimeOffset> end, CancellationToken ct)
    {
        DevServerClock clock = Clock;
        await _advancing.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            Quiet quiet = new(dispatcher, ignoresSleepers: true);
            DateTimeOffset last = end(clock.GetUtcNow());
            await quiet.WaitAsync(attemptPatience, ct).ConfigureAwait(false);
            while (await NextInstantAsync(clock).ConfigureAwait(false) is { } next && next <= last)
            {
                clock.MoveTo(next);
                await quiet.WaitAsync(attemptPatience, ct).ConfigureAwait(false);
            }

            clock.MoveTo(last);
        }
        finally
        {
            _advancing.Release();
        }
    }

    /// <summary>Waits until no attempt is in progress and nothing is due now.</summary>
    /// <exception cref="TimeoutException">Something was still in progress; the message names it.</exception>
    public async Task DrainAsync(TimeSpan timeout, CancellationToken ct)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        try
        {
            await new Quiet(dispatcher, ignoresSleepers: false).WaitAsync(Timeout.InfiniteTimeSpan, limit.Token).ConfigureAwait(false);
            return;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Told below, with what is pending.
        }

        string[] pending = [.. dispatcher.InFlight.Select(a => $"{a.Message.Id} to {a.Message.Url} (attempt {a.Message.Retried})").Order(StringComparer.Ordinal)];
        throw new TimeoutException(
            $"The local QStash was not quiet within {timeout.TotalSeconds:0.###} s: {pending.Length} attempts in progress{(pending.Length > 0 ? ": " + string.Join(", ", pending.Take(10)) : "")}.");
    }

    public void Dispose() => _advancing.Dispose();

    private async Task<DateTimeOffset?> NextInstantAsync(DevServerClock clock)
    {
        DateTimeOffset now = clock.GetUtcNow();
        long? due = await store.RunAsync(session => session.NextInstant(now.ToUnixTimeMilliseconds())).ConfigureAwait(false);
        DateTimeOffset? timer = clock.NextTimer;
        return due is { } instant && !(timer <= DateTimeOffset.FromUnixTimeMilliseconds(instant)) ? DateTimeOffset.FromUnixTimeMilliseconds(instant) : timer;
    }
}
