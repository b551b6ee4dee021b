namespace QStash.Serverless.Client;

/// <summary>Flow-control keys: limits shared by the messages that name them (protocol 2.11, 8.3). A key exists from the first message that uses it.</summary>
public sealed class QStashFlowControl
{
    private readonly QStashCalls _calls;

    internal QStashFlowControl(QStashCalls calls) => _calls = calls;

    /// <summary>Reads a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <returns>The key's state, or null when no message has used it.</returns>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task<FlowControlState?> GetAsync(string key, CancellationToken cancellationToken = default) =>
        _calls.FindAsync(QStashCalls.Get(Path(key)), static json => new FlowControlState(new JsonFields(json)), cancellationToken);

    /// <summary>Reads every key, or those whose name has a text in it.</summary>
    /// <param name="search">The text; null for every key.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public async Task<IReadOnlyList<FlowControlState>> ListAsync(string? search = null, CancellationToken cancellationToken = default) =>
        await _calls.ListAsync("/v2/flowControl" + new QueryParameters().Add("search", search), static fields => new FlowControlState(fields), cancellationToken).ConfigureAwait(false);

    /// <summary>Holds every message of a key back.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task PauseAsync(string key, CancellationToken cancellationToken = default) => PostAsync(Path(key) + "/pause", cancellationToken);

    /// <summary>Releases the messages of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task ResumeAsync(string key, CancellationToken cancellationToken = default) => PostAsync(Path(key) + "/resume", cancellationToken);

    /// <summary>Fixes limits of a key, whatever its messages say from now on, and starts a new period.</summary>
    /// <param name="key">The key.</param>
    /// <param name="parallelism">How many deliveries may be in flight at once, 1 or more; null to leave it to the messages.</param>
    /// <param name="rate">How many deliveries may start in one period, 1 or more; null to leave it to the messages.</param>
    /// <param name="period">The period, 1 second to 7 days in whole seconds; null for QStash's default. Only with a rate.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="ArgumentException">Neither limit is given, or one is out of range. Nothing was sent.</exception>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task PinAsync(string key, int? parallelism = null, int? rate = null, TimeSpan? period = null, CancellationToken cancellationToken = default)
    {
        if (parallelism is null && rate is null)
        {
            throw new ArgumentException("There is nothing to pin: give a parallelism or a rate.");
        }

        if (period is not null && rate is null)
        {
            throw new ArgumentException("A period belongs to a rate; give both.", nameof(period));
        }

        // Checks the ranges, with the same texts as everywhere.
        _ = new FlowControlValue { Parallelism = parallelism, Rate = rate, Period = period ?? TimeSpan.FromSeconds(1) };
        QueryParameters query = new QueryParameters().Add("parallelism", parallelism).Add("rate", rate).Add("period", (long?)period?.TotalSeconds);
        return PostAsync(Path(key) + "/pin" + query, cancellationToken);
    }

    /// <summary>Lets the messages of a key set these limits again. Until one does, the pinned values stay.</summary>
    /// <param name="key">The key.</param>
    /// <param name="parallelism">Whether to unpin the parallelism.</param>
    /// <param name="rate">Whether to unpin the rate.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task UnpinAsync(string key, bool parallelism = true, bool rate = true, CancellationToken cancellationToken = default) =>
        PostAsync($"{Path(key)}/unpin?parallelism={(parallelism ? "true" : "false")}&rate={(rate ? "true" : "false")}", cancellationToken);

    /// <summary>Forgets what has started in this period and begins a new one.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task ResetRateAsync(string key, CancellationToken cancellationToken = default) => PostAsync(Path(key) + "/resetRate", cancellationToken);

    /// <summary>Reads how many deliveries of the whole account are in flight, and how many may be (protocol 2.12).</summary>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task<GlobalParallelism> GetGlobalParallelismAsync(CancellationToken cancellationToken = default) => _calls.ReadAsync(
        QStashCalls.Get("/v2/globalParallelism"),
        static json =>
        {
            JsonFields fields = new(json);
            return new GlobalParallelism(fields.Count("parallelismCount") ?? 0, fields.Count("parallelismMax") ?? 0);
        },
        cancellationToken);

    private static string Path(string key) => "/v2/flowControl/" + QStashCalls.Segment(key);

    private Task PostAsync(string path, CancellationToken cancellationToken) => _calls.SendAsync(QStashCalls.Put(HttpMethod.Post, path), cancellationToken);
}

/// <summary>Deliveries in flight of a whole account.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Max">How many there may be; 0 when QStash does not say.</param>
public sealed record GlobalParallelism(int Count, int Max);
