namespace QStash.Serverless.DevServerTests.Client;

/// <summary>A clock that stands still: a timer fires when the test fires it.</summary>
internal sealed class DrivenTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(60);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timer timer = new(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Waits until something waits exactly this long, and lets that time pass for it.</summary>
    internal async Task FireAsync(TimeSpan due, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            Timer? timer;
            lock (_lock)
            {
                changed = _changed.Task;
                timer = _timers.Find(timer => timer.Due == due);
                if (timer is not null)
                {
                    timer.Due = Timeout.InfiniteTimeSpan;
                }
            }

            if (timer is not null)
            {
                timer.Fire();
                return;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private sealed class Timer(DrivenTime time, Action fire) : ITimer
    {
        internal TimeSpan Due { get; set; } = Timeout.InfiniteTimeSpan;

        internal void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                Due = dueTime;
                if (!time._timers.Contains(this))
                {
                    time._timers.Add(this);
                }

                time._changed.TrySetResult();
                time._changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
                return true;
            }
        }

        public void Dispose()
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
