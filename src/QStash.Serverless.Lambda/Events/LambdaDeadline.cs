namespace QStash.Serverless.Lambda;

/// <summary>
/// The end of an invocation in two steps: first the handler is asked to end, a margin before Lambda would kill the function; when half the margin has passed,
/// it is abandoned, so that a reply still gets out.
/// </summary>
internal sealed class LambdaDeadline : IDisposable
{
    // Far over Lambda's 15 minutes, and within what a timer can count.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    // Most functions run one invocation at a time: one pair of timers that did not fire serves the next.
    private static LambdaDeadline? s_spare;

    private readonly TimeProvider _timeProvider;
    private readonly CancellationTokenSource _asked;
    private readonly CancellationTokenSource _abandoned;
    private CancellationTokenRegistration _link;

    private LambdaDeadline(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _asked = new CancellationTokenSource(Timeout.InfiniteTimeSpan, timeProvider);
        _abandoned = new CancellationTokenSource(Timeout.InfiniteTimeSpan, timeProvider);
    }

    /// <summary>The handler's token.</summary>
    internal CancellationToken Token => _asked.Token;

    /// <summary>Fires when the handler is no longer waited for.</summary>
    internal CancellationToken Abandoned => _abandoned.Token;

    /// <summary>Starts to count.</summary>
    /// <param name="remaining">What is left until Lambda's deadline; infinite when there is none.</param>
    /// <param name="margin">The margin; at most a quarter of what is left is used.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="cancellationToken">Fires the handler's token too.</param>
    internal static LambdaDeadline Start(TimeSpan remaining, TimeSpan margin, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        LambdaDeadline deadline = Interlocked.Exchange(ref s_spare, null) is { } spare && spare._timeProvider == timeProvider ? spare : new LambdaDeadline(timeProvider);
        if (remaining <= TimeSpan.Zero && remaining != Timeout.InfiniteTimeSpan)
        {
            // Nothing may be started any more.
            deadline._asked.Cancel();
        }
        else if (remaining != Timeout.InfiniteTimeSpan)
        {
            TimeSpan left = remaining > s_longest ? s_longest : remaining;
            TimeSpan used = margin < left / 4 ? margin : left / 4;
            deadline._asked.CancelAfter(left - used);
            deadline._abandoned.CancelAfter(left - (used / 2));
        }

        deadline._link = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline._asked);
        return deadline;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _link.Dispose();
        if (_asked.TryReset() && _abandoned.TryReset())
        {
            Interlocked.Exchange(ref s_spare, this)?.End();
        }
        else
        {
            End();
        }
    }

    private void End()
    {
        _asked.Dispose();
        _abandoned.Dispose();
    }
}
