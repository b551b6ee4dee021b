using QStash.Serverless.Cli.Demo.Orders;

namespace QStash.Serverless.Cli.Demo.App;

/// <summary>Handles the follow-up message.</summary>
internal sealed class InvoiceHandler(DemoJournal journal) : IQStashHandler<Invoice>
{
    public Task<QStashResult> HandleAsync(QStashDelivery<Invoice> delivery, CancellationToken cancellationToken)
    {
        journal.Add(new InvoiceDelivered(journal.Now, delivery.Payload, delivery.MessageId, delivery.Retried));
        return Task.FromResult(QStashResult.Success());
    }
}
