using System.Globalization;
using QStash.Serverless.Cli.Demo.Orders;

namespace QStash.Serverless.Cli.Demo.App;

/// <summary>What the app makes of an order, on every host: its invoice, a refusal for good, or a failure that passes.</summary>
internal sealed class OrderDesk(DemoJournal journal)
{
    public QStashResult<Invoice> Take(QStashDelivery<Order> delivery)
    {
        Order order = delivery.Payload;
        if (order.Simulate == Simulation.Poison)
        {
            const string reason = "The article is no longer sold.";
            Note(delivery, HandlerResult.DeadLettered, reason);
            return QStashResult.DeadLetter(reason);
        }

        if (order.Simulate == Simulation.Transient && delivery.Retried == 0)
        {
            const string reason = "The stock service did not answer.";
            Note(delivery, HandlerResult.Failed, reason);
            throw new TimeoutException(reason);
        }

        Invoice invoice = new($"INV-{order.Id}", order.Id, order.Customer, order.Currency, order.Total);
        Note(delivery, HandlerResult.Handled, string.Create(CultureInfo.InvariantCulture, $"{order.Lines.Count} {(order.Lines.Count == 1 ? "line" : "lines")}, {invoice.Total:0.00##} {invoice.Currency}"));
        return invoice;
    }

    private void Note(QStashDelivery<Order> delivery, HandlerResult result, string detail) =>
        journal.Add(new OrderDelivered(journal.Now, delivery.Payload.Id, delivery.MessageId, delivery.Retried, result, detail));
}
