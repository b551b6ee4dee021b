namespace QStash.Serverless;

/// <summary>A message to publish: where it goes, how, and (in <see cref="QStashMessage{T}"/>) what it carries.</summary>
public abstract class QStashMessage
{
    private protected QStashMessage(Destination destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        Destination = destination;
    }

    /// <summary>Where the message goes.</summary>
    public Destination Destination { get; }

    /// <summary>The publish options; an option left unset is not sent, and QStash's own default applies.</summary>
    public PublishOptions Options { get; init; } = new();

    /// <summary>
    /// The FIFO queue to go through (enqueue, protocol 2.2), or null to publish at once. QStash creates a missing queue with parallelism 1.
    /// A message that waits (its delay, its retries) holds up those behind it. A text converts to the queue of that name.
    /// </summary>
    public Queue? Queue { get; init; }

    /// <summary>What the message carries, whatever its type.</summary>
    internal abstract object Content { get; }

    /// <summary>The output it came from; null for a message that a handler returned in its result.</summary>
    internal MessageOutput? Output { get; init; }

    /// <summary>Turns the payload into the bytes that are sent, and their content type.</summary>
    /// <param name="json">The app's JSON metadata.</param>
    /// <exception cref="InvalidOperationException">No JSON metadata is known for the payload's type.</exception>
    public abstract EncodedPayload Encode(QStashJson json);

    /// <summary>The same message with other options.</summary>
    public QStashMessage WithOptions(PublishOptions options) => With(options, Queue, Output);

    internal abstract QStashMessage With(PublishOptions options, Queue? queue, MessageOutput? output);
}

/// <summary>
/// A message with a payload: JSON by the app's metadata; <see cref="string"/> is sent as UTF-8 text, <see cref="byte"/>[] and
/// <see cref="ReadOnlyMemory{T}"/> or <see cref="Memory{T}"/> of bytes are sent as they are; no bytes are a message without a body.
/// </summary>
/// <typeparam name="T">The payload's type.</typeparam>
/// <param name="destination">Where the message goes.</param>
/// <param name="payload">What the message carries. Null is refused: a receiver takes a JSON <c>null</c> for an unreadable payload.</param>
/// <exception cref="ArgumentNullException"><paramref name="payload"/> is null.</exception>
public sealed class QStashMessage<T>(Destination destination, T payload) : QStashMessage(destination)
{
    /// <summary>What the message carries.</summary>
    public T Payload { get; } = payload ?? throw new ArgumentNullException(nameof(payload), "A message carries a payload; for one without a body publish an empty byte array.");

    internal override object Content => Payload!;

    /// <inheritdoc/>
    public override EncodedPayload Encode(QStashJson json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return PayloadCodec.Encode(Payload, json);
    }

    internal override QStashMessage With(PublishOptions options, Queue? queue, MessageOutput? output) =>
        new QStashMessage<T>(Destination, Payload) { Options = options, Queue = queue, Output = output };
}

/// <summary>The bytes of a payload and what they are.</summary>
/// <param name="Body">The bytes, sent untouched.</param>
/// <param name="ContentType">The content type to send unless the options name one, or null for none.</param>
public readonly record struct EncodedPayload(ReadOnlyMemory<byte> Body, string? ContentType);
