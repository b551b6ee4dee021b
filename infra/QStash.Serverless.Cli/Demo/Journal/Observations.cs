namespace QStash.Serverless.Cli.Demo;

/// <summary>What was seen, ready to be asked by order and by message.</summary>
internal sealed class Observations
{
    public Observations(IReadOnlyList<DemoEvent> events)
    {
        Published = events.OfType<OrderPublished>().ToLookup(static seen => seen.OrderId, StringComparer.Ordinal);
        NotPublished = events.OfType<OrderNotPublished>().ToLookup(static seen => seen.OrderId, StringComparer.Ordinal);
        Deliveries = [.. events.OfType<OrderDelivered>()];
        DeliveriesOf = Deliveries.ToLookup(static seen => seen.OrderId, StringComparer.Ordinal);
        InvoicesPublished = events.OfType<InvoicePublished>().Count();
        Invoices = events.OfType<InvoiceDelivered>().ToLookup(static seen => seen.Invoice.OrderId, StringComparer.Ordinal);
        Failures = events.OfType<FailureReported>().ToLookup(static seen => seen.MessageId, StringComparer.Ordinal);
        DeadLetters = events.OfType<DeadLetterListed>().ToLookup(static seen => seen.MessageId, StringComparer.Ordinal);
        Forgeries = events.OfType<ForgeryAnswered>().ToLookup(static seen => seen.Forgery);
    }

    /// <summary>Acceptances by order.</summary>
    public ILookup<string, OrderPublished> Published { get; }

    /// <summary>Refused publishes by order.</summary>
    public ILookup<string, OrderNotPublished> NotPublished { get; }

    /// <summary>Deliveries to the order handler, as they arrived.</summary>
    public IReadOnlyList<OrderDelivered> Deliveries { get; }

    /// <summary>The same, by order.</summary>
    public ILookup<string, OrderDelivered> DeliveriesOf { get; }

    /// <summary>How many invoices QStash has accepted.</summary>
    public int InvoicesPublished { get; }

    /// <summary>Deliveries to the invoice handler, by order.</summary>
    public ILookup<string, InvoiceDelivered> Invoices { get; }

    /// <summary>Failure callbacks by the message they are about.</summary>
    public ILookup<string, FailureReported> Failures { get; }

    /// <summary>The dead letter queue by message.</summary>
    public ILookup<string, DeadLetterListed> DeadLetters { get; }

    /// <summary>Answers to requests that QStash did not send.</summary>
    public ILookup<Forgery, ForgeryAnswered> Forgeries { get; }
}
