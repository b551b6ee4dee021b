namespace QStash.Serverless;

/// <summary>
/// Publishes messages to QStash. The engine publishes what handlers return through it; apps inject it. <c>AddClient()</c> registers
/// the implementation that talks to QStash's REST API; tests can register their own.
/// </summary>
public interface IQStashPublisher
{
    /// <summary>Publishes one message, or enqueues it when it names a queue (protocol 2.1, 2.2).</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Stops waiting; the message may have been accepted.</param>
    /// <returns>The ids QStash gave it: one for a URL, one per endpoint for a URL group.</returns>
    Task<PublishReceipt> PublishAsync(QStashMessage message, CancellationToken cancellationToken = default);

    /// <summary>Publishes and enqueues many messages in one call (protocol 2.3).</summary>
    /// <param name="messages">The messages; the result has one element for each, in the same order.</param>
    /// <param name="cancellationToken">Stops waiting; messages may have been accepted.</param>
    /// <returns>For each message its receipt, or QStash's error text: the others are accepted all the same.</returns>
    Task<IReadOnlyList<BatchItemResult>> PublishBatchAsync(IReadOnlyList<QStashMessage> messages, CancellationToken cancellationToken = default);
}
