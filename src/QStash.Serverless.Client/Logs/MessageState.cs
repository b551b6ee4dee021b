namespace QStash.Serverless.Client;

/// <summary>
/// What happened to a message (protocol 9.1). A state that this version does not know is readable all the same.
/// </summary>
/// <param name="Value">QStash's own word.</param>
public readonly record struct MessageState(string Value)
{
    /// <summary>Accepted and stored.</summary>
    public static MessageState Created { get; } = new("CREATED");

    /// <summary>An attempt has begun.</summary>
    public static MessageState Active { get; } = new("ACTIVE");

    /// <summary>An attempt has failed.</summary>
    public static MessageState Error { get; } = new("ERROR");

    /// <summary>The next attempt is planned.</summary>
    public static MessageState Retry { get; } = new("RETRY");

    /// <summary>An attempt was answered with 2xx.</summary>
    public static MessageState Delivered { get; } = new("DELIVERED");

    /// <summary>No attempt follows any more: the message is in the dead letter queue.</summary>
    public static MessageState Failed { get; } = new("FAILED");

    /// <summary>Somebody asked to cancel it.</summary>
    public static MessageState CancelRequested { get; } = new("CANCEL_REQUESTED");

    /// <summary>It is cancelled.</summary>
    public static MessageState Canceled { get; } = new("CANCELED");

    /// <summary>For filters only: <see cref="Active"/>, <see cref="Retry"/> or <see cref="Error"/>.</summary>
    public static MessageState InProgress { get; } = new("IN_PROGRESS");

    /// <summary>QStash's own word.</summary>
    public override string ToString() => Value;
}
