using System.Runtime.CompilerServices;

namespace QStash.Serverless;

/// <summary>Publishing one message without building a <see cref="QStashMessage{T}"/> first.</summary>
public static class QStashPublisherExtensions
{
    /// <summary>Publishes a payload (protocol 2.1): text as UTF-8, bytes as they are, anything else as JSON.</summary>
    /// <typeparam name="T">The payload's type; one of the app's JSON metadata unless it is text or bytes.</typeparam>
    /// <param name="publisher">The publisher.</param>
    /// <param name="destination">A URL or a URL group.</param>
    /// <param name="payload">The payload, not null.</param>
    /// <param name="options">The publish options; what is unset is not sent.</param>
    /// <param name="cancellationToken">Stops waiting; the message may have been accepted.</param>
    /// <returns>The ids QStash gave it: one for a URL, one per endpoint for a URL group.</returns>
    /// <exception cref="ArgumentException">An option breaks a rule; the text names both.</exception>
    public static Task<PublishReceipt> PublishAsync<T>(
        this IQStashPublisher publisher, Destination destination, T payload, PublishOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(publisher);
        return publisher.PublishAsync(new QStashMessage<T>(destination, payload) { Options = options ?? new() }, cancellationToken);
    }

    /// <summary>Publishes a message without a body (protocol 2.1).</summary>
    /// <inheritdoc cref="PublishAsync{T}(IQStashPublisher, Destination, T, PublishOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)] // options alone are options, never a payload of that type
    public static Task<PublishReceipt> PublishAsync(
        this IQStashPublisher publisher, Destination destination, PublishOptions? options = null, CancellationToken cancellationToken = default) =>
        publisher.PublishAsync(destination, ReadOnlyMemory<byte>.Empty, options, cancellationToken);

    /// <summary>Puts a payload on a FIFO queue (protocol 2.2), which QStash creates when it is missing.</summary>
    /// <param name="publisher">The publisher.</param>
    /// <param name="queue">The queue, or its name: letters, digits, <c>_</c>, <c>.</c> and <c>-</c>.</param>
    /// <param name="destination">A URL or a URL group.</param>
    /// <param name="payload">The payload, not null.</param>
    /// <param name="options">The publish options; what is unset is not sent.</param>
    /// <param name="cancellationToken">Stops waiting; the message may have been accepted.</param>
    /// <inheritdoc cref="PublishAsync{T}(IQStashPublisher, Destination, T, PublishOptions?, CancellationToken)"/>
    public static Task<PublishReceipt> EnqueueAsync<T>(
        this IQStashPublisher publisher, Queue queue, Destination destination, T payload, PublishOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(publisher);
        ArgumentNullException.ThrowIfNull(queue);
        return publisher.PublishAsync(new QStashMessage<T>(destination, payload) { Options = options ?? new(), Queue = queue }, cancellationToken);
    }

    /// <summary>Puts a message without a body on a FIFO queue (protocol 2.2), which QStash creates when it is missing.</summary>
    /// <inheritdoc cref="EnqueueAsync{T}(IQStashPublisher, Queue, Destination, T, PublishOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)] // options alone are options, never a payload of that type
    public static Task<PublishReceipt> EnqueueAsync(
        this IQStashPublisher publisher, Queue queue, Destination destination, PublishOptions? options = null, CancellationToken cancellationToken = default) =>
        publisher.EnqueueAsync(queue, destination, ReadOnlyMemory<byte>.Empty, options, cancellationToken);
}
