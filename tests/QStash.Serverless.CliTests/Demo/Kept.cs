using QStash.Serverless.Cli.Demo;
using QStash.Serverless.Cli.Demo.Orders;

namespace QStash.Serverless.CliTests.Demo;

/// <summary>A file of orders and a record in which everything it promises was observed, to be falsified.</summary>
internal static class Kept
{
    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static IReadOnlyList<PlacedOrder> Orders { get; } =
    [
        Order("plain", Via.Publish),
        Order("late", Via.Delay),
        Order("shaky", Via.Batch, Simulation.Transient),
        Order("bad", Via.Batch, Simulation.Poison),
        Order("text", Via.Publish, Simulation.Malformed),
        Order("q1", Via.Enqueue),
        Order("q2", Via.Enqueue, Simulation.Transient),
        Order("q3", Via.Enqueue),
    ];

    public static List<DemoEvent> Events()
    {
        List<DemoEvent> events = [];
        foreach (PlacedOrder order in Orders)
        {
            string message = $"msg_{order.Id}";
            events.Add(new OrderPublished(Start, order.Id, order.Via, message, Start));
            DateTimeOffset arrived = Start + (order.Via == Via.Delay ? Expectations.Delay : TimeSpan.Zero);
            if (order.Simulate is Simulation.Transient)
            {
                events.Add(new OrderDelivered(arrived, order.Id, message, 0, HandlerResult.Failed, ""));
            }

            if (order.Simulate is Simulation.Poison)
            {
                events.Add(new OrderDelivered(arrived, order.Id, message, 0, HandlerResult.DeadLettered, ""));
            }

            if (order.Simulate is Simulation.Poison or Simulation.Malformed)
            {
                events.Add(new DeadLetterListed(arrived, message, $"dlq-{order.Id}", 489));
                events.Add(new FailureReported(arrived, order.Id, message, $"dlq-{order.Id}", ""));
                continue;
            }

            events.Add(new OrderDelivered(arrived, order.Id, message, order.Simulate is null ? 0 : 1, HandlerResult.Handled, ""));
            events.Add(new InvoicePublished(arrived, $"msg_invoice_{order.Id}"));
            events.Add(new InvoiceDelivered(arrived, new Invoice("1", order.Id, order.Order.Customer, order.Order.Currency, order.Order.Total), $"msg_invoice_{order.Id}", 0));
        }

        events.Add(new ForgeryAnswered(Start, Forgery.WrongKey, 401));
        events.Add(new ForgeryAnswered(Start, Forgery.TamperedBody, 401));
        return events;
    }

    private static PlacedOrder Order(string id, Via via, Simulation? simulate = null) => new(new Order(id, "Ada", "EUR", [new OrderLine("MUG", 3, 4.50m)], simulate), via);
}
