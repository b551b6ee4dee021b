namespace QStash.Serverless;

/// <summary>
/// What a handler decides (the whole status policy is in <c>DeliveryReplies</c>): success, with a response body or messages to publish; a retry;
/// or the dead letter queue.
/// </summary>
public abstract class QStashResult
{
    /// <summary>The longest wait QStash accepts in <c>Retry-After</c>: one day (protocol 7.3).</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromDays(1);

    private static readonly Succeeded s_success = new(null, []);

    private protected QStashResult()
    {
    }

    /// <summary>Done: 200 without a body.</summary>
    public static QStashResult Success() => s_success;

    /// <summary>Done: 200 with a body, which QStash passes on in callbacks.</summary>
    /// <param name="body">The response: JSON by the app's metadata, text, or bytes. Messages to publish are recognized as such.</param>
    public static QStashResult Success<T>(T body) => body switch
    {
        null => s_success,
        QStashResult => throw new ArgumentException("A result cannot be the body of another result; return it as it is.", nameof(body)),
        QStashMessage message => new Succeeded(null, [message]),
        IEnumerable<QStashMessage> messages => new Succeeded(null, [.. messages]),
        _ => new Succeeded(json => PayloadCodec.Encode(body, json), []),
    };

    /// <summary>Done, and these messages are published before QStash is answered; if one cannot be, the answer is 500 and QStash retries.</summary>
    public static QStashResult Success(params IReadOnlyList<QStashMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return new Succeeded(null, [.. messages]);
    }

    /// <summary>Done with a response body, and these messages are published before QStash is answered.</summary>
    /// <param name="body">The response.</param>
    /// <param name="messages">The messages, published in this order.</param>
    public static QStashResult SuccessWith<T>(T body, params IReadOnlyList<QStashMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return new Succeeded(body is null ? null : json => PayloadCodec.Encode(body, json), [.. messages]);
    }

    /// <summary>Not now: 503. QStash retries after its backoff, within the message's retries; then the message is dead-lettered.</summary>
    public static QStashResult Retry() => new Retried(null);

    /// <summary>Not now: 503 with <c>Retry-After</c>. QStash retries when told, within the message's retries; then the message is dead-lettered.</summary>
    /// <param name="after">0 to 1 day; rounded up to whole seconds.</param>
    /// <exception cref="ArgumentOutOfRangeException">The wait is negative or over one day, which QStash would ignore.</exception>
    public static QStashResult Retry(TimeSpan after)
    {
        if (after < TimeSpan.Zero || after > MaxRetryAfter)
        {
            throw new ArgumentOutOfRangeException(nameof(after), after, "QStash accepts a Retry-After of 0 seconds to 1 day.");
        }

        return new Retried(after);
    }

    /// <summary>Never: 489. QStash stops retrying and moves the message to the dead letter queue.</summary>
    /// <param name="reason">Shown in the dead letter queue and in callbacks, as the response body.</param>
    public static QStashResult DeadLetter(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return new DeadLettered(reason);
    }

    internal sealed class Succeeded(Func<QStashJson, EncodedPayload>? body, IReadOnlyList<QStashMessage> messages) : QStashResult
    {
        internal IReadOnlyList<QStashMessage> Messages => messages;

        internal EncodedPayload? EncodeBody(QStashJson json) => body?.Invoke(json);
    }

    internal sealed class Retried(TimeSpan? after) : QStashResult
    {
        internal TimeSpan? After => after;
    }

    internal sealed class DeadLettered(string reason) : QStashResult
    {
        internal string Reason => reason;
    }
}
