using System.Net;

namespace QStash.Serverless.Client;

/// <summary>The dead letter queue: read, retry and delete what has failed for good (protocol 2.6).</summary>
public sealed class QStashDeadLetters
{
    // QStash's own limit for one call (protocol 2.6).
    private const int PageSize = 100;

    private readonly QStashCalls _calls;
    private readonly PublishSettings _settings;

    internal QStashDeadLetters(QStashCalls calls, PublishSettings settings)
    {
        _calls = calls;
        _settings = settings;
    }

    /// <summary>Reads dead letters, the oldest first, page after page as far as the caller goes.</summary>
    /// <param name="filter">Which ones; all when null.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ArgumentException">A value of the filter is empty or has a comma.</exception>
    /// <exception cref="QStashApiException">QStash refused a call, or no answer arrived.</exception>
    public IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter? filter = null, CancellationToken cancellationToken = default)
    {
        filter ??= new DeadLetterFilter();
        filter.ToQuery();
        return _calls.PagesAsync(cursor => "/v2/dlq" + filter.ToQuery().Add("cursor", cursor), "messages", static fields => new DeadLetter(fields), cancellationToken);
    }

    /// <summary>Reads one dead letter.</summary>
    /// <param name="dlqId">Its own id, not the message's.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <returns>The dead letter, or null when there is none with this id: it may have been retried or deleted.</returns>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task<DeadLetter?> GetAsync(string dlqId, CancellationToken cancellationToken = default) =>
        _calls.FindAsync(QStashCalls.Get("/v2/dlq/" + QStashCalls.Segment(dlqId)), json => new DeadLetter(new JsonFields(json)), cancellationToken);

    /// <summary>Delivers a dead letter again, as a new message with a new id; the entry goes away.</summary>
    /// <param name="dlqId">Its own id, not the message's.</param>
    /// <param name="overrides">Options that replace those of the failed message; null to keep them all.</param>
    /// <param name="cancellationToken">Stops waiting for the answer. The message may have been queued all the same.</param>
    /// <returns>The new message, or null when there is no such dead letter.</returns>
    /// <exception cref="ArgumentException">An option breaks a rule; the text names both. Nothing was sent.</exception>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public async Task<PublishedMessage?> RetryAsync(string dlqId, PublishOptions? overrides = null, CancellationToken cancellationToken = default)
    {
        OutgoingRequest request = RetryCall("/v2/dlq/retry/" + QStashCalls.Segment(dlqId), overrides);
        try
        {
            return await _calls.ReadAsync(request, static json => Message(new JsonFields(json)), cancellationToken).ConfigureAwait(false);
        }
        catch (QStashApiException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Delivers these dead letters again. QStash refuses the call when one of them does not exist.</summary>
    /// <param name="dlqIds">Their own ids, at least one.</param>
    /// <param name="overrides">Options that replace those of the failed messages; null to keep them all.</param>
    /// <param name="cancellationToken">Stops waiting for the answer. Messages may have been queued all the same.</param>
    /// <returns>The new messages.</returns>
    /// <exception cref="ArgumentException">There is no id, or an empty one, or an option breaks a rule. Nothing was sent.</exception>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public async Task<IReadOnlyList<PublishedMessage>> RetryAsync(IEnumerable<string> dlqIds, PublishOptions? overrides = null, CancellationToken cancellationToken = default)
    {
        List<PublishedMessage> all = [];
        foreach (string[] ids in QStashCalls.Ids(dlqIds).Chunk(PageSize))
        {
            string path = "/v2/dlq/retry" + new QueryParameters().AddFilter("dlqIds", ids, nameof(dlqIds));
            (PublishedMessage[] messages, _) = await RetryPageAsync(path, overrides, cancellationToken).ConfigureAwait(false);
            all.AddRange(messages);
        }

        return all;
    }

    /// <summary>Delivers the dead letters that match again, page after page.</summary>
    /// <param name="filter">Which ones; it must say something.</param>
    /// <param name="overrides">Options that replace those of the failed messages; null to keep them all.</param>
    /// <param name="max">How many at most, 1 or more; null for all that match.</param>
    /// <param name="cancellationToken">Stops between the pages. What was retried stays retried.</param>
    /// <returns>The new messages.</returns>
    /// <exception cref="ArgumentException">The filter is empty (<see cref="RetryAllAsync"/> retries everything), or an option breaks a rule. Nothing was sent.</exception>
    /// <exception cref="QStashApiException">QStash refused a call, or no answer arrived; earlier pages have been retried.</exception>
    public Task<IReadOnlyList<PublishedMessage>> RetryAsync(DeadLetterFilter filter, PublishOptions? overrides = null, int? max = null, CancellationToken cancellationToken = default)
    {
        if (max < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(max), max, "It must be 1 or more, or null for all that match.");
        }

        return RetryManyAsync(NotEmpty(filter, nameof(RetryAllAsync)), overrides, max ?? int.MaxValue, cancellationToken);
    }

    /// <summary>Delivers every dead letter of the account again.</summary>
    /// <param name="overrides">Options that replace those of the failed messages; null to keep them all.</param>
    /// <param name="cancellationToken">Stops between the pages. What was retried stays retried.</param>
    /// <returns>The new messages.</returns>
    /// <exception cref="QStashApiException">QStash refused a call, or no answer arrived; earlier pages have been retried.</exception>
    public Task<IReadOnlyList<PublishedMessage>> RetryAllAsync(PublishOptions? overrides = null, CancellationToken cancellationToken = default) =>
        RetryManyAsync(new DeadLetterFilter(), overrides, int.MaxValue, cancellationToken);

    /// <summary>Deletes a dead letter.</summary>
    /// <param name="dlqId">Its own id, not the message's.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task<bool> DeleteAsync(string dlqId, CancellationToken cancellationToken = default) =>
        _calls.TrySendAsync(QStashCalls.Put(HttpMethod.Delete, "/v2/dlq/" + QStashCalls.Segment(dlqId)), cancellationToken);

    /// <summary>Deletes these dead letters.</summary>
    /// <param name="dlqIds">Their own ids, at least one.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="ArgumentException">There is no id, or an empty one. Nothing was sent.</exception>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public async Task<int> DeleteAsync(IEnumerable<string> dlqIds, CancellationToken cancellationToken = default)
    {
        int deleted = 0;
        foreach (string[] ids in QStashCalls.Ids(dlqIds).Chunk(PageSize))
        {
            OutgoingRequest request = QStashCalls.Put(HttpMethod.Delete, "/v2/dlq", QStashCalls.Json(json => json.WriteTexts("dlqIds", ids)));
            deleted += (await DeletePageAsync(request, cancellationToken).ConfigureAwait(false)).Deleted;
        }

        return deleted;
    }

    /// <summary>Deletes the dead letters that match, page after page.</summary>
    /// <param name="filter">Which ones; it must say something.</param>
    /// <param name="cancellationToken">Stops between the pages. What was deleted stays deleted.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="ArgumentException">The filter is empty: <see cref="DeleteAllAsync"/> deletes everything. Nothing was sent.</exception>
    /// <exception cref="QStashApiException">QStash refused a call, or no answer arrived; earlier pages have been deleted.</exception>
    public Task<int> DeleteAsync(DeadLetterFilter filter, CancellationToken cancellationToken = default) =>
        DeleteManyAsync(NotEmpty(filter, nameof(DeleteAllAsync)), cancellationToken);

    /// <summary>Deletes every dead letter of the account.</summary>
    /// <param name="cancellationToken">Stops between the pages. What was deleted stays deleted.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="QStashApiException">QStash refused a call, or no answer arrived; earlier pages have been deleted.</exception>
    public Task<int> DeleteAllAsync(CancellationToken cancellationToken = default) => DeleteManyAsync(new DeadLetterFilter(), cancellationToken);

    private static DeadLetterFilter NotEmpty(DeadLetterFilter filter, string all)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return filter.ToQuery().IsEmpty ? throw new ArgumentException($"The filter is empty; {all} takes every dead letter.", nameof(filter)) : filter;
    }

    // A message is made each time, so the call is never repeated on its own.
    private OutgoingRequest RetryCall(string path, PublishOptions? overrides) =>
        new OutgoingRequest(HttpMethod.Post, path, overrides is null ? [] : WireMessage.OptionsOf(overrides, _settings, nameof(overrides)), default, IsRepeatable: false);

    private static PublishedMessage Message(JsonFields fields) => new(fields.Required("messageId"), fields.Text("url"), fields.Flag("deduplicated"));

    private async Task<IReadOnlyList<PublishedMessage>> RetryManyAsync(DeadLetterFilter filter, PublishOptions? overrides, int max, CancellationToken cancellationToken)
    {
        List<PublishedMessage> all = [];
        string? cursor = null;
        do
        {
            string path = "/v2/dlq/retry" + filter.ToQuery().Add("cursor", cursor).Add("count", Math.Min(PageSize, max - all.Count));
            (PublishedMessage[] messages, cursor) = await RetryPageAsync(path, overrides, cancellationToken).ConfigureAwait(false);
            all.AddRange(messages);
        }
        while (!string.IsNullOrEmpty(cursor) && all.Count < max);
        return all;
    }

    private Task<(PublishedMessage[] Messages, string? Cursor)> RetryPageAsync(string path, PublishOptions? overrides, CancellationToken cancellationToken) => _calls.ReadAsync(
        RetryCall(path, overrides),
        static json =>
        {
            JsonFields page = new(json);
            return (page.Objects("responses").Select(Message).ToArray(), page.Text("cursor"));
        },
        cancellationToken);

    private async Task<int> DeleteManyAsync(DeadLetterFilter filter, CancellationToken cancellationToken)
    {
        int all = 0;
        string? cursor = null;
        do
        {
            OutgoingRequest request = QStashCalls.Put(HttpMethod.Delete, "/v2/dlq" + filter.ToQuery().Add("cursor", cursor).Add("count", PageSize));
            (int deleted, cursor) = await DeletePageAsync(request, cancellationToken).ConfigureAwait(false);
            all += deleted;
        }
        while (!string.IsNullOrEmpty(cursor));
        return all;
    }

    private Task<(int Deleted, string? Cursor)> DeletePageAsync(OutgoingRequest request, CancellationToken cancellationToken) => _calls.ReadAsync(
        request,
        static json =>
        {
            JsonFields page = new(json);
            return (page.Count("deleted") ?? throw new FormatException("'deleted' is missing"), page.Text("cursor"));
        },
        cancellationToken);
}
