using QStash.Serverless.Client;

namespace QStash.Serverless.Cli.Messages;

/// <summary>Follows the log: asks again and again for what is new, without losing or repeating an entry.</summary>
internal sealed class LogTail(ToolRun run, LogFilter filter, LogLines lines)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    // An entry may become visible a little after others that are younger.
    private static readonly TimeSpan s_overlap = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, DateTimeOffset> _seen = new(StringComparer.Ordinal);
    private DateTimeOffset? _newest;

    /// <param name="entries">The newest entries until now, the oldest first.</param>
    public async Task<int> FollowAsync(IReadOnlyList<LogEntry> entries)
    {
        // What came before them is not asked for again. QStash's clock counts, not this machine's.
        DateTimeOffset? beginning = entries.Count > 0 ? entries[0].Time : null;
        Take(entries);
        try
        {
            while (true)
            {
                await Task.Delay(s_pause, run.Time, run.Stopped);
                await TakeNewsAsync(beginning);
            }
        }
        catch (OperationCanceledException) when (run.Stopped.IsCancellationRequested)
        {
            return run.StoppedExitCode;
        }
    }

    private async Task TakeNewsAsync(DateTimeOffset? beginning)
    {
        DateTimeOffset? from = _newest - s_overlap;
        LogFilter news = filter with { EarliestFirst = true, From = from < beginning ? beginning : from ?? filter.From, PageSize = null };
        await foreach (LogEntry entry in run.Client.Logs.ListAsync(news, run.Stopped))
        {
            Take([entry]);
        }

        foreach ((string key, _) in _seen.Where(seen => seen.Value < _newest - (2 * s_overlap)).ToList())
        {
            _seen.Remove(key);
        }
    }

    private void Take(IReadOnlyList<LogEntry> entries)
    {
        foreach (LogEntry entry in entries.Where(entry => _seen.TryAdd(entry.Json.GetRawText(), entry.Time)))
        {
            _newest = entry.Time < _newest ? _newest : entry.Time;
            if (run.IsJson)
            {
                run.JsonLine(entry.Json);
            }
            else
            {
                lines.Write(entry);
            }
        }
    }
}
