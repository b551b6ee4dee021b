namespace QStash.Serverless.Lambda;

/// <summary>
/// The end of an invocation in two steps: first the handler is asked to end, a margin before Lambda would kill the function; when half the margin has passed,
/// it is abandoned, so that a reply still gets out.
/// </summary>
internal sealed class LambdaDeadline : IDisposable
{
    // Far over Lambda's 15 minutes, and within what a timer can count.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    private readonly CancellationTokenSource? _asked;
    private readonly CancellationTokenSource? _abandoned;
    private readonly CancellationTokenRegistration _link;

    private LambdaDeadline(CancellationToken cancellationToken) => Token = cancellationToken;

    private LambdaDeadline(CancellationTokenSource asked, CancellationTokenSource abandoned, CancellationToken cancellationToken)
    {
        _asked = asked;
        _abandoned = abandoned;
        _link = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), asked);
        Token = asked.Token;
    }

    /// <summary>The handler's token.</summary>
    internal CancellationToken Token { get; }

    /// <summary>Fires when the handler is no longer waited for.</summary>
    internal CancellationToken Abandoned => _abandoned?.Token ?? CancellationToken.None;

    /// <summary>Starts to count.</summary>
    /// <param name="remaining">What is left until Lambda's deadline; infinite when there is none.</param>
    /// <param name="margin">The margin; at most a quarter of what is left is used.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="cancellationToken">Fires the handler's token too.</param>
    internal static LambdaDeadline Start(TimeSpan remaining, TimeSpan margin, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (remaining == Timeout.InfiniteTimeSpan)
        {
            return new LambdaDeadline(cancellationToken);
        }

        TimeSpan left = remaining <= TimeSpan.Zero ? TimeSpan.Zero : remaining > s_longest ? s_longest : remaining;
        TimeSpan used = margin < left / 4 ? margin : left / 4;
        return new LambdaDeadline(new CancellationTokenSource(left - used, timeProvider), new CancellationTokenSource(left - (used / 2), timeProvider), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _link.Dispose();
        _asked?.Dispose();
        _abandoned?.Dispose();
    }
}
