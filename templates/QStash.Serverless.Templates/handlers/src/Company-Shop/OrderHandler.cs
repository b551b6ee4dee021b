using QStash.Serverless;

namespace Company.Shop;

[QStashRoute("/orders")]
public sealed class OrderHandler : IQStashHandler<Order>
{
    public Task<QStashResult> HandleAsync(QStashDelivery<Order> delivery, CancellationToken cancellationToken)
    {
        Order order = delivery.Payload;
        return Task.FromResult(order.Total switch
        {
            < 0 => QStashResult.DeadLetter($"Order {order.Id} has a negative total."),  // never: a person has to look at it
            0 => QStashResult.Retry(TimeSpan.FromMinutes(5)),                           // not yet: it has no price so far
//#if (NoInfra)
            _ => QStashResult.Success(new QStashMessage<Receipt>(                       // done, once the receipt is on its way
                Destination.Url(new Uri(new Uri(delivery.Url), "receipts")), new Receipt(order.Id, order.Total))),
//#else
            _ => QStashResult.Success(new QStashMessage<Receipt>(                       // done, once the receipt is on its way
                Destination.UrlGroup(Receipt.Group), new Receipt(order.Id, order.Total))),
//#endif
        });
    }
}
