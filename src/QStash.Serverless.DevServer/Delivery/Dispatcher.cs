using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using QStash.Serverless.DevServer.Faults;
using QStash.Serverless.DevServer.Intake;
using QStash.Serverless.DevServer.Quotas;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Delivery;

/// <summary>
/// Starts what is due: the store is the due queue, a timer on the clock and every commit wake it. A message is taken and recorded as active
/// in the store before its attempt starts, and its end is recorded before its place is given to another.
/// </summary>
internal sealed class Dispatcher : IAsyncDisposable
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);

    private readonly QStashStore _store;
    private readonly AttemptSender _sender;
    private readonly ScheduleIntake _schedules;
    private readonly TimeProvider _time;
    private readonly Limits _limits;
    private readonly Timing _timing;
    private readonly ILogger _logger;
    private readonly Channel<TaskCompletionSource?> _wakes = Channel.CreateUnbounded<TaskCompletionSource?>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<long, Attempt> _attempts = new();
    private readonly CancellationTokenSource _abandon = new();
    private readonly ITimer _timer;
    private readonly Task _loop;
    private long _started;
    private long _forgetAt;
    private int _wakePending;
    private volatile bool _stopping;

    public Dispatcher(QStashStore store, AttemptSender sender, ScheduleIntake schedules, TimeProvider time, Limits limits, Timing timing, ILogger logger)
    {
        _store = store;
        _sender = sender;
        _schedules = schedules;
        _time = time;
        _limits = limits;
        _timing = timing;
        _logger = logger;
        _timer = time.CreateTimer(static state => ((Dispatcher)state!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>The attempts in progress.</summary>
    public IReadOnlyCollection<Attempt> InFlight => [.. _attempts.Values];

    /// <summary>How many attempts were started since the server started.</summary>
    public long Started => Interlocked.Read(ref _started);

    /// <summary>Looks for due messages soon.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _wakePending, 1) == 0)
        {
            _wakes.Writer.TryWrite(null);
        }
    }

    /// <summary>Completes when everything that was due at the call has been started, as far as there were places for it.</summary>
    public Task StartDueAsync()
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return _wakes.Writer.TryWrite(done) ? done.Task : Task.FromException(new ObjectDisposedException(nameof(QStashDevServer)));
    }

    /// <summary>Starts nothing more, lets attempts end within the time given, and abandons the others: the next start makes them again.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        _stopping = true;
        _wakes.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
        Task ends = Task.WhenAll(_attempts.Values.Select(a => a.End));
        try
        {
            await ends.WaitAsync(patience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await _abandon.CancelAsync().ConfigureAwait(false);
            await ends.ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        _abandon.Dispose();
    }

    private async Task LoopAsync()
    {
        List<TaskCompletionSource> waiting = [];
        while (await _wakes.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_wakes.Reader.TryRead(out TaskCompletionSource? done))
            {
                if (done is not null)
                {
                    waiting.Add(done);
                }
            }

            // Only now, with the channel empty: reset earlier, a wake that is read above would leave the flag up and silence all later ones.
            Interlocked.Exchange(ref _wakePending, 0);
            await StartAllDueAsync().ConfigureAwait(false);
            waiting.ForEach(done => done.TrySetResult());
            waiting.Clear();
        }
    }

    private async Task StartAllDueAsync()
    {
        try
        {
            if (_stopping)
            {
                return;
            }

            long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
            await ForgetAsync(now).ConfigureAwait(false);
            (List<StoredMessage> due, long? next) = await _store.RunAsync(session =>
            {
                _schedules.TriggerDue(session, now);
                return (MessageLife.TakeDue(session, now, _limits.Parallelism), session.NextInstant(now));
            }).ConfigureAwait(false);
            due.ForEach(Start);
            SetTimer(next);
        }
        catch (Exception e)
        {
            // The loop must outlive a store that cannot commit for a moment: nothing was taken, so the same messages are due again.
            Log.DispatchFailed(_logger, e);
            _timer.Change(StoreRetry, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task ForgetAsync(long now)
    {
        if (now >= _forgetAt)
        {
            await _store.RunAsync(session =>
            {
                session.Forget(now);
                return true;
            }).ConfigureAwait(false);
            _forgetAt = now + (long)Retention.Interval.TotalMilliseconds;
        }
    }

    private void SetTimer(long? next)
    {
        TimeSpan wait = Timeout.InfiniteTimeSpan;
        if (next is { } due)
        {
            TimeSpan until = DateTimeOffset.FromUnixTimeMilliseconds(due) - _time.GetUtcNow();
            wait = until < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : until > LongestTimer ? LongestTimer : until;
        }

        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void Start(StoredMessage message)
    {
        // A number of its own: a message that is retried at once starts its next attempt before the last one has left the list.
        long number = Interlocked.Increment(ref _started);
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Nap nap = new();
        _attempts[number] = new(message, nap, RunAsync(message, nap, number, begun.Task));
        begun.SetResult();
    }

    private async Task RunAsync(StoredMessage message, Nap nap, long number, Task begun)
    {
        await begun.ConfigureAwait(false);
        try
        {
            Outcome outcome = await _sender.SendAsync(message, nap, _abandon.Token).ConfigureAwait(false);
            Log.AttemptEnded(_logger, message.Id, message.Retried, outcome.Status);
            await ConcludeAsync(message, outcome).ConfigureAwait(false);
        }
        catch (Exception) when (_abandon.IsCancellationRequested)
        {
            // It stays active in the store, so the next start makes the attempt again.
            Log.AttemptAbandoned(_logger, message.Id);
        }
        finally
        {
            _attempts.TryRemove(number, out _);
            Wake();
        }
    }

    /// <summary>Records the end of an attempt, and does not let go of it while the store cannot.</summary>
    private async Task ConcludeAsync(StoredMessage message, Outcome outcome)
    {
        while (true)
        {
            try
            {
                DateTimeOffset now = _time.GetUtcNow();
                await _store.RunAsync(session =>
                {
                    MessageLife.Conclude(session, message, outcome, now, _timing);
                    return true;
                }).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (!_abandon.IsCancellationRequested)
            {
                Log.ConcludeFailed(_logger, message.Id, e);
                await Task.Delay(StoreRetry, TimeProvider.System, _abandon.Token).ConfigureAwait(false);
            }
        }
    }
}
