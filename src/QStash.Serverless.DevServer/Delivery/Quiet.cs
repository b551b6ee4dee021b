namespace QStash.Serverless.DevServer.Delivery;

/// <summary>Waits until nothing is due and nothing is in progress.</summary>
internal sealed class Quiet(Dispatcher dispatcher)
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

    private Task[] Awaited() => [.. dispatcher.InFlight.Select(a => a.End).Where(end => !_givenUp.Contains(end))];
}
