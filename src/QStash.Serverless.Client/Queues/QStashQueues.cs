namespace QStash.Serverless.Client;

/// <summary>FIFO queues (protocol 2.7, 8.2).</summary>
public sealed class QStashQueues
{
    private readonly QStashCalls _calls;

    internal QStashQueues(QStashCalls calls) => _calls = calls;

    /// <summary>Creates a queue, or changes it.</summary>
    /// <param name="name">The name: letters, digits, <c>_</c>, <c>.</c> and <c>-</c>.</param>
    /// <param name="parallelism">How many of its messages may be in flight at once, 1 or more. More than 1 weakens the order.</param>
    /// <param name="paused">Whether it shall deliver nothing; null to leave that as it is.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="ArgumentException">The name has another character, or the parallelism is below 1. Nothing was sent.</exception>
    /// <exception cref="QStashApiException">QStash refused the call, for example because of the plan's limits, or no answer arrived.</exception>
    public Task UpsertAsync(string name, int parallelism = 1, bool? paused = null, CancellationToken cancellationToken = default)
    {
        QStashName.ThrowIfInvalid(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(parallelism, 1);
        byte[] body = QStashCalls.Json(json =>
        {
            json.WriteString("queueName", name);
            json.WriteNumber("parallelism", parallelism);
            if (paused is { } isPaused)
            {
                json.WriteBoolean("paused", isPaused);
            }
        });
        return _calls.SendAsync(QStashCalls.Put(HttpMethod.Post, "/v2/queues", body), cancellationToken);
    }

    /// <summary>Reads a queue.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <returns>The queue, or null when there is none of this name.</returns>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task<QStashQueue?> GetAsync(string name, CancellationToken cancellationToken = default) =>
        _calls.FindAsync(QStashCalls.Get(Path(name)), static json => new QStashQueue(new JsonFields(json)), cancellationToken);

    /// <summary>Reads every queue of the account.</summary>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public async Task<IReadOnlyList<QStashQueue>> ListAsync(CancellationToken cancellationToken = default) =>
        await _calls.ListAsync("/v2/queues", static fields => new QStashQueue(fields), cancellationToken).ConfigureAwait(false);

    /// <summary>Deletes a queue; there need not be one. Messages still in it are lost.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task DeleteAsync(string name, CancellationToken cancellationToken = default) =>
        _calls.TrySendAsync(QStashCalls.Put(HttpMethod.Delete, Path(name)), cancellationToken);

    /// <summary>Lets a queue take messages but deliver none.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task PauseAsync(string name, CancellationToken cancellationToken = default) =>
        _calls.SendAsync(QStashCalls.Put(HttpMethod.Post, Path(name) + "/pause"), cancellationToken);

    /// <summary>Lets a paused queue deliver again, from the earliest message on.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task ResumeAsync(string name, CancellationToken cancellationToken = default) =>
        _calls.SendAsync(QStashCalls.Put(HttpMethod.Post, Path(name) + "/resume"), cancellationToken);

    private static string Path(string name)
    {
        QStashName.ThrowIfInvalid(name);
        return "/v2/queues/" + name;
    }
}
