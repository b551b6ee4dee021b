namespace QStash.Serverless.DevServer.Delivery;

/// <summary>Waits until nothing is due and nothing is in progress.</summary>
/// <param name="dispatcher">Starts and knows the attempts.</param>
/// <param name="ignoresSleepers">Whether attempts that only the clock can wake are not waited for.</param>
internal sealed class Quiet(Dispatcher dispatcher, bool ignoresSleepers)
{
    /// <summary>Attempts that were waited for in vain: they are not waited for again.</summary>
    private readonly HashSet<Task> _givenUp = [];

    /// <summary>Starts what is due and awaits it, again and again until nothing is left. Attempts that outlast the patience are left behind.</summary>
    /// <returns>Whether nothing at all is in progress any more.</returns>
    public async Task<bool> WaitAsync(TimeSpan patience, CancellationToken ct)
    {
        while (true)
        {
            _givenUp.RemoveWhere(attempt => attempt.IsCompleted);
            long started = dispatcher.Started;
            bool idleBefore = Awaited().Length == 0;
            await dispatcher.StartDueAsync().WaitAsync(ct).ConfigureAwait(false);
            Task[] awaited = Awaited();
            if (awaited.Length == 0 && idleBefore && dispatcher.Started == started)
            {
                return dispatcher.InFlight.Count == 0;
            }

            if (awaited.Length == 0)
            {
                continue;
            }

            try
            {
                await Task.WhenAll(awaited).WaitAsync(patience, TimeProvider.System, ct).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                _givenUp.UnionWith(awaited.Where(attempt => !attempt.IsCompleted));
            }
        }
    }

    private Task[] Awaited() => [.. dispatcher.InFlight.Where(a => !ignoresSleepers || !a.Nap.IsAsleep).Select(Rest).Where(end => !_givenUp.Contains(end))];

    /// <summary>The end of an attempt, or the moment it falls asleep where sleepers are not waited for.</summary>
    private Task Rest(Attempt attempt)
        => ignoresSleepers && !attempt.Nap.FellAsleep.IsCompleted ? attempt.EndOrNap : attempt.End;
}
