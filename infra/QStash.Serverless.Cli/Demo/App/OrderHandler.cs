using QStash.Serverless.Cli.Demo.Orders;

namespace QStash.Serverless.Cli.Demo.App;

/// <summary>Handles an order, and answers with the next message: its invoice.</summary>
internal sealed class OrderHandler(DemoJournal journal) : IQStashHandler<Order>
{
    private readonly OrderDesk _desk = new(journal);

    public Task<QStashResult> HandleAsync(QStashDelivery<Order> delivery, CancellationToken cancellationToken)
    {
        QStashResult<Invoice> result = _desk.Take(delivery);
        Destination invoices = Destination.Url(new Uri(new Uri(delivery.Url), "/invoices"));
        return Task.FromResult(result.Value is { } invoice ? QStashResult.Success(new QStashMessage<Invoice>(invoices, invoice)) : result.ToResult());
    }
}
