using QStash.Serverless.Cli.Demo.Orders;

namespace QStash.Serverless.Cli.Demo;

/// <summary>The columns of the closing table.</summary>
/// <param name="Published">Messages that QStash accepted.</param>
/// <param name="Delivered">Deliveries that the app handled.</param>
/// <param name="Retried">Deliveries that were not the first attempt.</param>
/// <param name="DeadLettered">Messages in the dead letter queue.</param>
/// <param name="Refused">Requests that the app refused.</param>
internal sealed record Tally(int Published, int Delivered, int Retried, int DeadLettered, int Refused)
{
    /// <summary>What a file promises.</summary>
    public static Tally Expected(IReadOnlyList<PlacedOrder> orders)
    {
        int dead = orders.Count(static order => order.Simulate is Simulation.Poison or Simulation.Malformed);
        int handled = orders.Count - dead;
        return new(
            Published: orders.Count + handled,
            Delivered: handled + handled,
            Retried: orders.Count(static order => order.Simulate is Simulation.Transient),
            DeadLettered: dead,
            Refused: Enum.GetValues<Forgery>().Length);
    }

    /// <summary>What was seen, all in all.</summary>
    public static Tally Observed(Observations seen) => new(
        Published: seen.Published.Sum(static order => order.Count()) + seen.InvoicesPublished,
        Delivered: seen.Deliveries.Count(static delivery => delivery.Result == HandlerResult.Handled) + seen.Invoices.Sum(static order => order.Count()),
        Retried: seen.Deliveries.Count(static delivery => delivery.Retried > 0) + seen.Invoices.Sum(static order => order.Count(static delivery => delivery.Retried > 0)),
        DeadLettered: seen.DeadLetters.Sum(static message => message.Count()),
        Refused: seen.Forgeries.Sum(static forgery => forgery.Count(static answer => answer.IsRefused)));

    /// <summary>What was seen, line by line: each way to publish that the file uses, the follow-up messages, and the requests that were not QStash's.</summary>
    public static IEnumerable<(string Label, Tally Tally)> Lines(IReadOnlyList<PlacedOrder> orders, Observations seen)
    {
        foreach (IGrouping<Via, PlacedOrder> way in orders.GroupBy(static order => order.Via).OrderBy(static way => way.Key))
        {
            string[] ids = [.. way.Select(static order => order.Id)];
            OrderPublished[] published = [.. ids.SelectMany(id => seen.Published[id])];
            OrderDelivered[] delivered = [.. ids.SelectMany(id => seen.DeliveriesOf[id])];
            yield return ($"orders via {Word.Of(way.Key)}", new(
                published.Length,
                delivered.Count(static delivery => delivery.Result == HandlerResult.Handled),
                delivered.Count(static delivery => delivery.Retried > 0),
                published.Sum(order => seen.DeadLetters[order.MessageId].Count()),
                0));
        }

        InvoiceDelivered[] invoices = [.. seen.Invoices.SelectMany(static order => order)];
        yield return ("invoices", new(seen.InvoicesPublished, invoices.Length, invoices.Count(static delivery => delivery.Retried > 0), 0, 0));
        yield return ("forgeries", new(0, 0, 0, 0, seen.Forgeries.Sum(static forgery => forgery.Count(static answer => answer.IsRefused))));
    }
}
