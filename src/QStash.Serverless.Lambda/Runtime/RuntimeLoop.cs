using Microsoft.Extensions.Logging;

namespace QStash.Serverless.Lambda;

/// <summary>Takes invocations from the Runtime API, one after the other in each of its loops, until it is told to stop.</summary>
/// <param name="api">Lambda's side.</param>
/// <param name="handle">The function: the event, the time that is left, and a token that fires when nobody waits any more.</param>
/// <param name="concurrency">How many invocations are handled side by side.</param>
/// <param name="clock">The clock of deadlines and of the grace.</param>
/// <param name="logger">Its lines carry Lambda's request id.</param>
internal sealed class RuntimeLoop(RuntimeApi api, Func<Stream, TimeSpan, CancellationToken, Task<Stream>> handle, int concurrency, TimeProvider clock, ILogger logger)
{
    /// <summary>How long invocations in progress may go on once the loop is told to stop; their token fires then. Lambda kills 2 seconds after its signal.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(1.5);

    /// <summary>How long after that their replies are waited for.</summary>
    internal static readonly TimeSpan LastWait = TimeSpan.FromSeconds(0.4);

    private const string TraceVariable = "_X_AMZN_TRACE_ID";

    /// <summary>Runs until <paramref name="stopping"/> fires and what was in progress has ended.</summary>
    /// <exception cref="InvalidOperationException">The API refused for good, or could not be reached: the process should end.</exception>
    internal async Task RunAsync(CancellationToken stopping)
    {
        using CancellationTokenSource polling = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using CancellationTokenSource abandoning = new();
        Task[] loops = [.. Enumerable.Range(0, concurrency).Select(_ => PollAsync(polling.Token, abandoning.Token))];
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using (stopping.UnsafeRegister(static stopped => ((TaskCompletionSource)stopped!).TrySetResult(), stopped))
        {
            await Task.WhenAny([stopped.Task, .. loops]).ConfigureAwait(false);
        }

        // One loop that cannot go on ends the others with it: the sandbox is lost.
        await polling.CancelAsync().ConfigureAwait(false);
        Task all = Task.WhenAll(loops);
        if (!await EndsWithinAsync(all, Grace).ConfigureAwait(false))
        {
            await abandoning.CancelAsync().ConfigureAwait(false);
            if (!await EndsWithinAsync(all, LastWait).ConfigureAwait(false))
            {
                Log.StoppedWithoutReply(logger);
            }
        }

        // Throws what one of them could not go on for, however many others are still busy.
        await Task.WhenAll(loops.Where(static loop => loop.IsCompleted)).ConfigureAwait(false);
    }

    private async Task<bool> EndsWithinAsync(Task all, TimeSpan time)
    {
        await all.WaitAsync(time, clock, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return all.IsCompleted;
    }

    private async Task PollAsync(CancellationToken stopping, CancellationToken abandoned)
    {
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                using Invocation invocation = await api.NextAsync(stopping).ConfigureAwait(false);
                await InvokeAsync(invocation, abandoned).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop, and nothing was in progress.
        }
    }

    private async Task InvokeAsync(Invocation invocation, CancellationToken abandoned)
    {
        using IDisposable? scope = Log.Invocation(logger, invocation.RequestId, invocation.TraceId);
        LambdaConsole.RequestId = invocation.RequestId;
        if (concurrency == 1)
        {
            // The variable is the process's: with invocations side by side it would name any of them.
            Environment.SetEnvironmentVariable(TraceVariable, invocation.TraceId);
        }

        (MemoryStream reply, LambdaError? error) = await HandleAsync(invocation, abandoned).ConfigureAwait(false);
        await using (reply.ConfigureAwait(false))
        {
            PostOutcome outcome = error is null ? await api.ReplyAsync(invocation.RequestId, Rest(reply), CancellationToken.None).ConfigureAwait(false) : PostOutcome.Accepted;
            if (outcome == PostOutcome.TooLarge)
            {
                Log.ReplyTooLarge(logger, reply.Length);
                error = LambdaError.TooLarge(reply.Length);
            }

            if (error is not null)
            {
                outcome = await api.FailAsync(invocation.RequestId, error, CancellationToken.None).ConfigureAwait(false);
            }

            if (outcome != PostOutcome.Accepted)
            {
                Log.NobodyWaits(logger);
            }
        }
    }

    private async Task<(MemoryStream Reply, LambdaError? Error)> HandleAsync(Invocation invocation, CancellationToken abandoned)
    {
        try
        {
            Stream lambdaEvent = await invocation.OpenEventAsync(abandoned).ConfigureAwait(false);
            await using (lambdaEvent.ConfigureAwait(false))
            {
                Stream reply = await handle(lambdaEvent, invocation.Remaining(clock), abandoned).ConfigureAwait(false);
                return (await WholeAsync(reply).ConfigureAwait(false), null);
            }
        }
        catch (Exception exception)
        {
            // Whatever a function throws is its failure, not the loop's.
            Log.InvocationFailed(logger, exception);
            return (new MemoryStream(), LambdaError.Of(exception));
        }
    }

    /// <summary>The reply in memory, because it may have to be sent twice.</summary>
    private static async Task<MemoryStream> WholeAsync(Stream reply)
    {
        if (reply is MemoryStream memory && memory.TryGetBuffer(out _))
        {
            return memory;
        }

        await using (reply.ConfigureAwait(false))
        {
            MemoryStream copy = new();
            await reply.CopyToAsync(copy).ConfigureAwait(false);
            copy.Position = 0;
            return copy;
        }
    }

    private static ReadOnlyMemory<byte> Rest(MemoryStream reply) => reply.TryGetBuffer(out ArraySegment<byte> bytes) ? bytes.AsMemory((int)reply.Position) : reply.ToArray();
}
