namespace QStash.Serverless.Client;

/// <summary>What happened to messages (protocol 2.5).</summary>
public sealed class QStashLogs
{
    private readonly QStashCalls _calls;

    internal QStashLogs(QStashCalls calls) => _calls = calls;

    /// <summary>Reads log entries, newest first unless the filter says otherwise, page after page as far as the caller goes.</summary>
    /// <param name="filter">Which ones; all when null.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ArgumentException">A value of the filter is empty or has a comma.</exception>
    /// <exception cref="QStashApiException">QStash refused a call, or no answer arrived.</exception>
    public IAsyncEnumerable<LogEntry> ListAsync(LogFilter? filter = null, CancellationToken cancellationToken = default)
    {
        filter ??= new LogFilter();
        filter.ToQuery();
        return _calls.PagesAsync(cursor => "/v2/events" + filter.ToQuery().Add("cursor", cursor), "events", static fields => new LogEntry(fields), cancellationToken);
    }
}
