namespace QStash.Serverless;

/// <summary>
/// What a handler decides: success, with a response body or messages to publish; a retry; or the dead letter queue. Middleware and tests can read it.
/// </summary>
public sealed class QStashResult : IQStashResult
{
    /// <summary>The longest wait QStash heeds in <c>Retry-After</c>: one day (protocol 7.3).</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromDays(1);

    private static readonly QStashResult s_success = new(QStashOutcome.Success);

    private readonly Func<QStashJson, EncodedPayload>? _encode;

    private QStashResult(QStashOutcome outcome, object? body = null, Func<QStashJson, EncodedPayload>? encode = null)
    {
        Outcome = outcome;
        Body = body;
        _encode = encode;
    }

    /// <summary>The decision.</summary>
    public QStashOutcome Outcome { get; }

    /// <summary>The response body of a success; null without one.</summary>
    public object? Body { get; }

    /// <summary>The messages that are published before QStash is answered, in this order; empty unless it is a success.</summary>
    public IReadOnlyList<QStashMessage> Messages { get; private init; } = [];

    /// <summary>How long QStash shall wait before the retry; null leaves it to the message's backoff.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>Why the message is dead-lettered; null unless it is.</summary>
    public string? DeadLetterReason { get; private init; }

    /// <inheritdoc/>
    QStashResult IQStashResult.ToResult() => this;

    /// <summary>Done: 200 without a body.</summary>
    public static QStashResult Success() => s_success;

    /// <summary>Done: 200 with a body, which QStash passes on in callbacks.</summary>
    /// <param name="body">The response: JSON by the app's metadata, text, or bytes. Messages to publish are recognized as such.</param>
    /// <exception cref="ArgumentException">The body is itself a result, or a message to publish is null.</exception>
    public static QStashResult Success<T>(T body) => body switch
    {
        IQStashResult => throw new ArgumentException("A result cannot be the body of another result; return it as it is.", nameof(body)),
        QStashMessage message => Success([message]),
        IEnumerable<QStashMessage> messages => Success([.. messages]),
        _ => SuccessWith(body),
    };

    /// <summary>Done, and these messages are published before QStash is answered; if one cannot be, the answer is 500 and QStash retries.</summary>
    /// <param name="messages">The messages, published in this order.</param>
    /// <exception cref="ArgumentException">A message is null.</exception>
    public static QStashResult Success(params IReadOnlyList<QStashMessage> messages)
    {
        return new(QStashOutcome.Success) { Messages = Copy(messages) };
    }

    /// <summary>Done with a response body, and these messages are published before QStash is answered.</summary>
    /// <param name="body">The response.</param>
    /// <param name="messages">The messages, published in this order.</param>
    /// <exception cref="ArgumentException">A message is null.</exception>
    public static QStashResult SuccessWith<T>(T body, params IReadOnlyList<QStashMessage> messages)
    {
        return new(QStashOutcome.Success, body, body is null ? null : json => PayloadCodec.Encode(body, json)) { Messages = Copy(messages) };
    }

    /// <summary>Not now: 503. QStash retries after its backoff, within the message's retries; then the message is dead-lettered.</summary>
    public static QStashResult Retry() => new(QStashOutcome.Retry);

    /// <summary>Not now: 503 with <c>Retry-After</c>. QStash retries when told, within the message's retries; then the message is dead-lettered.</summary>
    /// <param name="after">0 to 1 day; rounded up to whole seconds.</param>
    /// <exception cref="ArgumentOutOfRangeException">The wait is negative or over one day, which QStash would ignore.</exception>
    public static QStashResult Retry(TimeSpan after)
    {
        if (after < TimeSpan.Zero || after > MaxRetryAfter)
        {
            throw new ArgumentOutOfRangeException(nameof(after), after, "QStash heeds a Retry-After of 0 seconds to 1 day.");
        }

        return new(QStashOutcome.Retry) { RetryAfter = after };
    }

    /// <summary>Never: 489. QStash stops retrying and moves the message to the dead letter queue.</summary>
    /// <param name="reason">Shown in the dead letter queue and in callbacks, as the response body.</param>
    public static QStashResult DeadLetter(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return new(QStashOutcome.DeadLetter) { DeadLetterReason = reason };
    }

    /// <summary>The same decision, with further messages to publish after its own; they are published only if it is a success.</summary>
    /// <param name="more">The messages, published in this order.</param>
    /// <exception cref="ArgumentException">A message is null.</exception>
    internal QStashResult WithMessages(params IReadOnlyList<QStashMessage> more) =>
        new(Outcome, Body, _encode) { RetryAfter = RetryAfter, DeadLetterReason = DeadLetterReason, Messages = Outcome == QStashOutcome.Success ? [.. Messages, .. Copy(more)] : [] };

    private static QStashMessage[] Copy(IReadOnlyList<QStashMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return messages.Contains(null) ? throw new ArgumentException("A message to publish is null.", nameof(messages)) : [.. messages];
    }

    internal EncodedPayload? EncodeBody(QStashJson json) => _encode?.Invoke(json);
}

/// <summary>What a handler decides.</summary>
public enum QStashOutcome
{
    /// <summary>Done.</summary>
    Success = 0,
    /// <summary>Not now: QStash retries, within the message's retries.</summary>
    Retry,
    /// <summary>Never: the message goes to the dead letter queue.</summary>
    DeadLetter,
}
