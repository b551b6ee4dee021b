namespace QStash.Serverless;

/// <summary>
/// Handles deliveries with a payload. Made in one DI scope for each delivery. A payload that is not JSON of its type never gets here: it is unreadable
/// (<see cref="QStashReceiverOptions.OnUnreadablePayload"/>). What a constructor or property of the payload's own type throws is treated as if the handler
/// had thrown it: 500 and a retry, or what <see cref="QStashBuilder.MapException{TException}"/> says.
/// </summary>
/// <typeparam name="T">The payload's type.</typeparam>
public interface IQStashHandler<T>
{
    /// <summary>Handles one delivery. It may be delivered again: QStash delivers at least once.</summary>
    /// <param name="delivery">The verified delivery.</param>
    /// <param name="cancellationToken">Fires when QStash or the host no longer waits for the answer.</param>
    /// <returns>What QStash shall do; a thrown exception becomes 500 and a retry, unless it is mapped to something else.</returns>
    Task<QStashResult> HandleAsync(QStashDelivery<T> delivery, CancellationToken cancellationToken);
}

/// <summary>Handles deliveries whose body has no meaning, such as those of bare schedules.</summary>
public interface IQStashHandler
{
    /// <inheritdoc cref="IQStashHandler{T}.HandleAsync"/>
    Task<QStashResult> HandleAsync(QStashDelivery delivery, CancellationToken cancellationToken);
}
