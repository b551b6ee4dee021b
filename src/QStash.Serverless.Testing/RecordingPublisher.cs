namespace QStash.Serverless.Testing;

/// <summary>
/// A publisher for tests: it records what the app publishes and answers with ids that count up from <c>msg_1</c>. Register it in place of the client:
/// <c>services.AddSingleton&lt;IQStashPublisher&gt;(publisher)</c>.
/// </summary>
public sealed class RecordingPublisher : IQStashPublisher
{
    private readonly Lock _lock = new();
    private readonly List<QStashMessage> _published = [];
    private Exception? _failure;

    /// <summary>What has been published so far, in order.</summary>
    public IReadOnlyList<QStashMessage> Published
    {
        get
        {
            lock (_lock)
            {
                return [.. _published];
            }
        }
    }

    /// <summary>Lets the next call fail, as if QStash could not be reached; nothing of it is recorded.</summary>
    public void FailNext(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        lock (_lock)
        {
            _failure = failure;
        }
    }

    /// <inheritdoc/>
    public Task<PublishReceipt> PublishAsync(QStashMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        lock (_lock)
        {
            return Fails() is { } failure ? Task.FromException<PublishReceipt>(failure) : Task.FromResult(Record(message));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<BatchItemResult>> PublishBatchAsync(IReadOnlyList<QStashMessage> messages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        lock (_lock)
        {
            return Fails() is { } failure
                ? Task.FromException<IReadOnlyList<BatchItemResult>>(failure)
                : Task.FromResult<IReadOnlyList<BatchItemResult>>([.. messages.Select(message => new BatchItemResult(Record(message), null))]);
        }
    }

    private PublishReceipt Record(QStashMessage message)
    {
        _published.Add(message);
        return new PublishReceipt([new PublishedMessage($"msg_{_published.Count}", message.Destination.IsUrlGroup ? null : message.Destination.Value, false)]);
    }

    private Exception? Fails()
    {
        Exception? failure = _failure;
        _failure = null;
        return failure;
    }
}
