namespace QStash.Serverless.DevServer;

/// <summary>
/// A clock that stands still until <see cref="QStashDevServer.AdvanceAsync"/> moves it: days of retries and delays in milliseconds. Give it to
/// <see cref="QStashDevServerOptions.TimeProvider"/>, and to the apps under test where they should share the server's time.
/// </summary>
public sealed class DevServerClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<VirtualTimer, (long Due, long Order)> _timers = new();
    private readonly DateTimeOffset _start;
    private long _elapsed;
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
    public DevServerClock(DateTimeOffset start) => _start = start.ToUniversalTime();

    /// <summary>Timestamps of this clock count ticks of 100 ns.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>The time this clock stands at.</summary>
    public override DateTimeOffset GetUtcNow() => _start.AddTicks(Interlocked.Read(ref _elapsed));

    /// <summary>The time moved so far, in ticks.</summary>
    public override long GetTimestamp() => Interlocked.Read(ref _elapsed);

    /// <summary>A timer that rings when this clock is moved past its due time.</summary>
    /// <param name="callback">Called by whoever moves the clock.</param>
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

    /// <summary>Moves forward to a time and rings every timer on the way, each at its own instant.</summary>
    [global::System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "A timer belongs to whoever created it.")]
    internal void MoveTo(DateTimeOffset time)
    {
        long target = (time - _start).Ticks;
        while (true)
        {
            VirtualTimer? ringing;
            lock (_gate)
            {
                if (!Peek(out ringing, out long due) || due > target)
                {
                    Interlocked.Exchange(ref _elapsed, Math.Max(_elapsed, target));
                    return;
                }

                _timers.Dequeue();
                Interlocked.Exchange(ref _elapsed, Math.Max(_elapsed, due));
                ringing.Rings(due);
            }

            ringing.Call();
        }
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
                    Set(clock._elapsed + dueTime.Ticks);
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
