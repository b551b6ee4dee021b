namespace QStash.Serverless.Tests;

/// <summary>A clock that stands still until the test moves it. Timers, and with them delays and timeouts, fire while it moves, in the order they are due.</summary>
internal sealed class ManualTimeProvider(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private TaskCompletionSource _timersChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _now = start;

    /// <summary>Starts at 2030-03-17 17:46:40 UTC, the signing time of the shared vectors.</summary>
    internal ManualTimeProvider()
        : this(DateTimeOffset.FromUnixTimeSeconds(1900000000))
    {
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock and fires what comes due on the way, each at its own instant.</summary>
    internal void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        DateTimeOffset target = GetUtcNow() + by;
        while (true)
        {
            ManualTimer? next;
            lock (_lock)
            {
                next = _timers.Where(timer => timer.DueAt <= target).MinBy(timer => timer.DueAt);
                if (next is null)
                {
                    _now = target;
                    return;
                }

                _now = next.DueAt > _now ? next.DueAt : _now;
                next.Reschedule();
            }

            // Outside the lock: a callback may ask for the time or for another timer.
            next.Fire();
        }
    }

    /// <summary>Waits until this many timers are due some time: until the code under test has begun to wait.</summary>
    internal async Task WaitForTimersAsync(int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_timers.Count >= count)
                {
                    return;
                }

                changed = _timersChanged.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private sealed class ManualTimer(ManualTimeProvider time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        internal DateTimeOffset DueAt { get; private set; }

        internal void Fire() => callback(state);

        /// <summary>The next period, or none. The caller holds the lock.</summary>
        internal void Reschedule()
        {
            if (_period <= TimeSpan.Zero)
            {
                time._timers.Remove(this);
            }
            else
            {
                DueAt += _period;
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                _period = period;
                if (dueTime >= TimeSpan.Zero)
                {
                    DueAt = time._now + dueTime;
                    time._timers.Add(this);
                }

                time._timersChanged.TrySetResult();
                time._timersChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return true;
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
