namespace QStash.Serverless.DevServer;

/// <summary>
/// A clock that <see cref="QStashDevServer.AdvanceAsync"/> moves: days of retries and delays in milliseconds. It stands still, or runs with the
/// system's time and can be moved ahead of it. Give it to <see cref="QStashDevServerOptions.TimeProvider"/>, and to the apps under test where
/// they should share the server's time.
/// </summary>
public sealed class DevServerClock : TimeProvider
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<VirtualTimer, (long Due, long Order)> _timers = new();
    private readonly DateTimeOffset _start;
    private readonly ITimer _ringer;
    private long _elapsed;
    private long? _runningSince;
    private long _order;

    /// <summary>A clock that stands at the system's current time, in whole seconds.</summary>
    public DevServerClock()
        : this(DateTimeOffset.FromUnixTimeSeconds(System.GetUtcNow().ToUnixTimeSeconds()))
    {
    }

    /// <summary>A clock that stands at a time of your choice.</summary>
    /// <param name="start">
    /// The first time it shows. Signatures are dated by it and live five minutes, so a receiver that keeps the system's time refuses deliveries from
    /// a clock that stands in the past.
    /// </param>
    public DevServerClock(DateTimeOffset start)
    {
        _start = start.ToUniversalTime();
        _ringer = System.CreateTimer(static clock => ((DevServerClock)clock!).RingWhatIsDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Timestamps of this clock count ticks of 100 ns.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Whether the clock stands still. A new clock does; set it to false to let it run with the system's time from where it stands.</summary>
    public bool IsFrozen
    {
        get
        {
            lock (_gate)
            {
                return _runningSince is null;
            }
        }

        set
        {
            lock (_gate)
            {
                long timestamp = System.GetTimestamp();
                _elapsed = ElapsedAt(timestamp);
                _runningSince = value ? null : timestamp;
                Arm();
            }
        }
    }

    /// <summary>The time this clock shows.</summary>
    public override DateTimeOffset GetUtcNow() => _start.AddTicks(GetTimestamp());

    /// <summary>The time passed on this clock so far, in ticks.</summary>
    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return Elapsed;
        }
    }

    /// <summary>A timer that rings when this clock passes its due time.</summary>
    /// <param name="callback">Called by whoever moves the clock, or by the system's timers while it runs.</param>
    /// <param name="state">Passed to the callback.</param>
    /// <param name="dueTime">The time until it first rings; <see cref="Timeout.InfiniteTimeSpan"/> for never.</param>
    /// <param name="period">The time between further rings; <see cref="Timeout.InfiniteTimeSpan"/> for none.</param>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        VirtualTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>When the next timer rings; null when none is set.</summary>
    internal DateTimeOffset? NextTimer
    {
        get
        {
            lock (_gate)
            {
                return Peek(out _, out long due) ? _start.AddTicks(due) : null;
            }
        }
    }

    /// <summary>The ticks passed. Holds the gate.</summary>
    private long Elapsed => ElapsedAt(System.GetTimestamp());

    private long ElapsedAt(long timestamp) => _runningSince is { } since ? _elapsed + System.GetElapsedTime(since, timestamp).Ticks : _elapsed;

    /// <summary>Moves forward to a time and rings every timer on the way, each at its own instant.</summary>
    internal void MoveTo(DateTimeOffset time) => MoveTo((time - _start).Ticks);

    [global::System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "A timer belongs to whoever created it.")]
    private void MoveTo(long target)
    {
        while (true)
        {
            VirtualTimer? ringing;
            lock (_gate)
            {
                if (!Peek(out ringing, out long due) || due > target)
                {
                    Stand(target);
                    Arm();
                    return;
                }

                _timers.Dequeue();
                Stand(due);
                ringing.Rings(due);
            }

            ringing.Call();
        }
    }

    /// <summary>While the clock runs, the system's timer rings for the first of this clock's. Holds the gate.</summary>
    private void Arm()
    {
        TimeSpan wait = Timeout.InfiniteTimeSpan;
        if (_runningSince is not null && Peek(out _, out long due))
        {
            // Rounded up to whole milliseconds, as timers are: rung a little early it would find nothing due.
            wait = TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(TimeSpan.FromTicks(due - Elapsed).TotalMilliseconds), 0, LongestWait.TotalMilliseconds));
        }

        _ringer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void RingWhatIsDue() => MoveTo(GetTimestamp());

    /// <summary>Shows a time, unless it is past already. Holds the gate.</summary>
    private void Stand(long elapsed)
    {
        long timestamp = System.GetTimestamp();
        _elapsed = Math.Max(ElapsedAt(timestamp), elapsed);
        _runningSince = _runningSince is null ? null : timestamp;
    }

    /// <summary>The first timer that is still set as it was queued. Holds the gate.</summary>
    private bool Peek([global::System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out VirtualTimer? timer, out long due)
    {
        while (_timers.TryPeek(out timer, out (long Due, long Order) entry))
        {
            if (timer.Order == entry.Order)
            {
                due = entry.Due;
                return true;
            }

            _timers.Dequeue();
        }

        due = 0;
        return false;
    }

    private sealed class VirtualTimer(DevServerClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;
        private bool _disposed;

        /// <summary>Which queue entry is in force; -1 when the timer is not set.</summary>
        public long Order { get; private set; } = -1;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                if (_disposed)
                {
                    return false;
                }

                _period = period;
                Order = -1;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
                    Set(clock.Elapsed + dueTime.Ticks);
                    clock.Arm();
                }

                return true;
            }
        }

        public void Call() => callback(state);

        /// <summary>Leaves the queue, or takes its next place. Holds the gate.</summary>
        public void Rings(long due)
        {
            Order = -1;
            if (_period > TimeSpan.Zero)
            {
                Set(due + _period.Ticks);
            }
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                _disposed = true;
                Order = -1;
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Set(long due)
        {
            Order = clock._order++;
            clock._timers.Enqueue(this, (due, Order));
        }
    }
}
