using QStash.Serverless.Cli.Demo.Orders;

namespace QStash.Serverless.Cli.Demo;

/// <summary>Something that happened in the demo, as whoever saw it wrote it down. The timeline shows these, and the expectations are checked against them.</summary>
/// <param name="At">When.</param>
internal abstract record DemoEvent(DateTimeOffset At);

/// <summary>QStash accepted an order.</summary>
/// <param name="At">When its answer had arrived.</param>
/// <param name="OrderId">The order.</param>
/// <param name="Via">How it was published.</param>
/// <param name="MessageId">The id QStash gave it.</param>
/// <param name="AskedAt">When the call began.</param>
internal sealed record OrderPublished(DateTimeOffset At, string OrderId, Via Via, string MessageId, DateTimeOffset AskedAt) : DemoEvent(At);

/// <summary>QStash did not accept an order.</summary>
internal sealed record OrderNotPublished(DateTimeOffset At, string OrderId, Via Via, string Error) : DemoEvent(At);

/// <summary>A verified delivery of an order reached its handler.</summary>
/// <param name="At">When it arrived.</param>
/// <param name="OrderId">The order it carried.</param>
/// <param name="MessageId">The message it came in.</param>
/// <param name="Retried">How many retries came before it.</param>
/// <param name="Result">What the handler made of it.</param>
/// <param name="Detail">Why.</param>
internal sealed record OrderDelivered(DateTimeOffset At, string OrderId, string MessageId, int Retried, HandlerResult Result, string Detail) : DemoEvent(At);

/// <summary>QStash accepted an invoice, the follow-up message that the engine publishes for the order handler; QStash's own log says so.</summary>
internal sealed record InvoicePublished(DateTimeOffset At, string MessageId) : DemoEvent(At);

/// <summary>A verified delivery of an invoice, the follow-up message, reached its handler.</summary>
internal sealed record InvoiceDelivered(DateTimeOffset At, Invoice Invoice, string MessageId, int Retried) : DemoEvent(At);

/// <summary>A failure callback reached the app.</summary>
/// <param name="At">When it arrived.</param>
/// <param name="OrderId">The order it was registered for.</param>
/// <param name="MessageId">The message that failed.</param>
/// <param name="DlqId">Its entry in the dead letter queue.</param>
/// <param name="Reason">The app's last answer.</param>
internal sealed record FailureReported(DateTimeOffset At, string OrderId, string MessageId, string? DlqId, string Reason) : DemoEvent(At);

/// <summary>QStash lists a message in its dead letter queue.</summary>
internal sealed record DeadLetterListed(DateTimeOffset At, string MessageId, string DlqId, int Status) : DemoEvent(At);

/// <summary>The app answered a request that QStash did not send.</summary>
/// <param name="At">When.</param>
/// <param name="Forgery">What was wrong with the request.</param>
/// <param name="Status">The app's answer.</param>
internal sealed record ForgeryAnswered(DateTimeOffset At, Forgery Forgery, int Status) : DemoEvent(At)
{
    public bool IsRefused => Status == 401;
}

/// <summary>What a handler made of a delivery.</summary>
internal enum HandlerResult
{
    /// <summary>It returned a follow-up message.</summary>
    Handled,

    /// <summary>It threw.</summary>
    Failed,

    /// <summary>It refused the message for good.</summary>
    DeadLettered,
}

/// <summary>A request that pretends to come from QStash.</summary>
internal enum Forgery
{
    /// <summary>Signed with a key of the forger's.</summary>
    WrongKey,

    /// <summary>Genuinely signed, but with another body than it has.</summary>
    TamperedBody,
}
