namespace QStash.Serverless.Client;

/// <summary>Pending messages: read and cancel them (protocol 2.4).</summary>
public sealed class QStashMessages
{
    private readonly QStashCalls _calls;

    internal QStashMessages(QStashCalls calls) => _calls = calls;

    /// <summary>Reads a message that is pending, or was until a moment ago.</summary>
    /// <param name="messageId">The id, as a receipt states it.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <returns>The message, or null: QStash forgets messages shortly after they are delivered or have failed.</returns>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task<StoredMessage?> GetAsync(string messageId, CancellationToken cancellationToken = default) =>
        _calls.FindAsync(QStashCalls.Get("/v2/messages/" + QStashCalls.Segment(messageId)), static json => new StoredMessage(new JsonFields(json)), cancellationToken);

    /// <summary>Cancels a message: no further attempt is made. One that is in flight may still be delivered.</summary>
    /// <param name="messageId">The id.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <returns>Whether there was such a message.</returns>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task<bool> CancelAsync(string messageId, CancellationToken cancellationToken = default) =>
        _calls.TrySendAsync(QStashCalls.Put(HttpMethod.Delete, "/v2/messages/" + QStashCalls.Segment(messageId)), cancellationToken);

    /// <summary>Cancels these messages. QStash stops at the first it cannot cancel; repeat the call then.</summary>
    /// <param name="messageIds">The ids, at least one.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <returns>How many were cancelled.</returns>
    /// <exception cref="ArgumentException">There is no id, or an empty one. Nothing was sent.</exception>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task<int> CancelAsync(IEnumerable<string> messageIds, CancellationToken cancellationToken = default)
    {
        string[] ids = QStashCalls.Ids(messageIds);
        return CancelAsync("/v2/messages", QStashCalls.Json(json => json.WriteTexts("messageIds", ids)), cancellationToken);
    }

    /// <summary>Cancels the pending messages that match.</summary>
    /// <param name="filter">Which ones; it must say something.</param>
    /// <param name="max">How many at most, 1 to 500; null for no limit.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <returns>How many were cancelled.</returns>
    /// <exception cref="ArgumentException">The filter is empty: <see cref="CancelAllAsync"/> cancels everything. Nothing was sent.</exception>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task<int> CancelAsync(MessageFilter filter, int? max = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        QueryParameters query = filter.ToQuery();
        if (query.IsEmpty)
        {
            throw new ArgumentException($"The filter is empty; {nameof(CancelAllAsync)} cancels every pending message.", nameof(filter));
        }

        if (max is < 1 or > 500)
        {
            throw new ArgumentOutOfRangeException(nameof(max), max, "It must be 1 to 500, or null for no limit.");
        }

        return CancelAsync("/v2/messages" + query.Add("count", max), default, cancellationToken);
    }

    /// <summary>Cancels every pending message of the account.</summary>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <returns>How many were cancelled.</returns>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task<int> CancelAllAsync(CancellationToken cancellationToken = default) => CancelAsync("/v2/messages", default, cancellationToken);

    private Task<int> CancelAsync(string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) => _calls.ReadAsync(
        QStashCalls.Put(HttpMethod.Delete, path, body),
        static json => new JsonFields(json).Count("cancelled") ?? throw new FormatException("'cancelled' is missing"),
        cancellationToken);
}
