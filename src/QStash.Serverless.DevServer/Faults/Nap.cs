namespace QStash.Serverless.DevServer.Faults;

/// <summary>
/// The sleep of an attempt on the server's clock because of an injected delay, at most one. Who moves the clock must not wait for the attempt
/// meanwhile: nothing but the clock wakes it.
/// </summary>
internal sealed class Nap
{
    private readonly TaskCompletionSource _fellAsleep = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isOver;

    /// <summary>Completes when the attempt falls asleep.</summary>
    public Task FellAsleep => _fellAsleep.Task;

    public bool IsAsleep => FellAsleep.IsCompleted && !_isOver;

    /// <summary>Sleeps on a clock. Awake again in the moment the timer rings, before whoever moved the clock goes on.</summary>
    public async Task SleepAsync(TimeSpan delay, TimeProvider time, CancellationToken ct)
    {
        if (delay == TimeSpan.Zero)
        {
            return;
        }

        TaskCompletionSource rung = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ITimer timer = time.CreateTimer(
            _ =>
            {
                _isOver = true;
                rung.TrySetResult();
            },
            null, delay, Timeout.InfiniteTimeSpan);
        await using (timer.ConfigureAwait(false))
        {
            using CancellationTokenRegistration cancelled = ct.Register(() =>
            {
                _isOver = true;
                rung.TrySetCanceled(ct);
            });
            _fellAsleep.TrySetResult();
            await rung.Task.ConfigureAwait(false);
        }
    }
}
