using System.Globalization;
using QStash.Serverless.Cli.Demo.Orders;

namespace QStash.Serverless.Cli.Demo;

/// <summary>Everything that must be observed for a file of orders, and nothing that could go unobserved: computed from the file alone.</summary>
internal static class Expectations
{
    /// <summary>How much later than its publish an order that goes via delay arrives at the earliest.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<Expectation> For(IReadOnlyList<PlacedOrder> orders)
    {
        HashSet<string> ids = orders.Select(static order => order.Id).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. orders.SelectMany(Of),
            .. orders.Where(static order => order.Via == Via.Enqueue).GroupBy(static order => order.Queue, StringComparer.Ordinal)
                .Select(static queue => InOrder(queue.Key, [.. queue.Where(static order => order.Simulate != Simulation.Malformed).Select(static order => order.Id)])),
            Refused(Forgery.WrongKey, "forged request"),
            Refused(Forgery.TamperedBody, "tampered body"),
            new("handlers", "nothing but the file's orders reaches them", seen => seen.Deliveries.FirstOrDefault(delivery => !ids.Contains(delivery.OrderId)) is { } stranger
                ? $"the order '{OneLine.Of(stranger.OrderId)}' did" : null),
            Tallied("published", static tally => tally.Published, orders),
            Tallied("delivered", static tally => tally.Delivered, orders),
            Tallied("retried", static tally => tally.Retried, orders),
            Tallied("dead-lettered", static tally => tally.DeadLettered, orders),
            Tallied("refused", static tally => tally.Refused, orders),
        ];
    }

    /// <summary>Those that were not kept.</summary>
    public static IReadOnlyList<Unmet> Check(IReadOnlyList<Expectation> expectations, Observations seen) =>
    [
        .. from expectation in expectations
           let instead = expectation.Instead(seen)
           where instead is not null
           select new Unmet(expectation.Subject, expectation.Promise, instead),
    ];

    private static IEnumerable<Expectation> Of(PlacedOrder order)
    {
        string id = order.Id;
        yield return new(id, $"accepted by QStash, via {Word.Of(order.Via)}", seen => seen.Published.Contains(id) ? null
            : seen.NotPublished[id].FirstOrDefault() is { } refused ? refused.Error : "it was not");
        if (order.Via == Via.Delay && order.Simulate != Simulation.Malformed)
        {
            yield return new(id, "first delivered when its delay is over, and no sooner", seen => Early(seen, id));
        }

        switch (order.Simulate)
        {
            case null:
                yield return new(id, "handled on the first attempt", seen => Attempts(seen, id, static all => all is [{ Retried: 0, Result: HandlerResult.Handled }]));
                break;
            case Simulation.Transient:
                yield return new(id, "failed on the first attempt, handled on a later one",
                    seen => Attempts(seen, id, static all => all is [{ Retried: 0, Result: HandlerResult.Failed }, .., { Retried: > 0, Result: HandlerResult.Handled }]));
                break;
            case Simulation.Poison:
                yield return new(id, "refused by its handler on the only attempt", seen => Attempts(seen, id, static all => all is [{ Retried: 0, Result: HandlerResult.DeadLettered }]));
                break;
            default:
                yield return new(id, "never shown to a handler", seen => seen.DeliveriesOf.Contains(id) ? Attempts(seen, id, static _ => false) : null);
                break;
        }

        if (order.Simulate is null or Simulation.Transient)
        {
            decimal total = order.Order.Total;
            string amount = Amount(total, order.Order.Currency);
            yield return new(id, $"its invoice over {amount} delivered", seen => seen.Invoices[id].ToArray() switch
            {
                [] => "no invoice arrived",
                [var one] => one.Invoice.Total == total && one.Invoice.Currency == order.Order.Currency && one.Invoice.Customer == order.Order.Customer ? null
                    : $"an invoice over {Amount(one.Invoice.Total, one.Invoice.Currency)} for '{OneLine.Of(one.Invoice.Customer)}' arrived",
                var several => $"{several.Length} invoices arrived",
            });
        }
        else
        {
            yield return new(id, "in the dead letter queue", seen => DeadLetter(seen, id) is null ? "it is not listed there" : null);
            yield return new(id, "its failure callback delivered, naming that dead letter", seen => Callback(seen, id));
        }
    }

    private static string? Attempts(Observations seen, string id, Func<OrderDelivered[], bool> areRight)
    {
        OrderDelivered[] all = [.. seen.DeliveriesOf[id]];
        return areRight(all) ? null
            : all.Length == 0 ? "no delivery reached its handler"
            : string.Join(", then ", all.Select(static attempt => $"attempt {attempt.Retried + 1} {Outcome(attempt.Result)}"));
    }

    private static string Outcome(HandlerResult result) => result switch
    {
        HandlerResult.Handled => "was handled",
        HandlerResult.Failed => "failed",
        _ => "was refused for good",
    };

    // QStash counts in milliseconds, and cuts off what is finer.
    private static string? Early(Observations seen, string id) =>
        seen.Published[id].FirstOrDefault() is not { } published || seen.DeliveriesOf[id].FirstOrDefault() is not { } first ? "no delivery reached its handler"
        : first.At.ToUnixTimeMilliseconds() - published.AskedAt.ToUnixTimeMilliseconds() is var after && after < (long)Delay.TotalMilliseconds ? $"it arrived after {after} ms"
        : null;

    private static DeadLetterListed? DeadLetter(Observations seen, string id) =>
        seen.Published[id].FirstOrDefault() is { } published ? seen.DeadLetters[published.MessageId].FirstOrDefault() : null;

    private static string? Callback(Observations seen, string id) =>
        seen.Published[id].FirstOrDefault() is not { } published || seen.Failures[published.MessageId].FirstOrDefault() is not { } failure ? "no callback arrived"
        : DeadLetter(seen, id) is not { } listed ? $"it names {failure.DlqId ?? "nothing"}, which is not listed"
        : failure.DlqId != listed.DlqId ? $"it names {failure.DlqId ?? "nothing"}, but {listed.DlqId} is listed"
        : failure.OrderId != id ? $"it came with the order id '{OneLine.Of(failure.OrderId)}'"
        : null;

    private static Expectation InOrder(string queue, string[] ids)
    {
        HashSet<string> mine = ids.ToHashSet(StringComparer.Ordinal);
        return new($"queue {queue}", $"its {ids.Length} orders in the order of their enqueueing, each settled before the next begins", seen =>
        {
            List<string> arrived = [];
            foreach (OrderDelivered delivery in seen.Deliveries.Where(delivery => mine.Contains(delivery.OrderId)))
            {
                if (arrived.Count == 0 || arrived[^1] != delivery.OrderId)
                {
                    arrived.Add(delivery.OrderId);
                }
            }

            return arrived.SequenceEqual(ids, StringComparer.Ordinal) ? null
                : arrived.Count == 0 ? "none arrived"
                : $"they arrived as {string.Join(", ", arrived.Select(static id => OneLine.Of(id, 40)))}";
        });
    }

    private static Expectation Refused(Forgery forgery, string subject) => new(subject, "refused with 401", seen => seen.Forgeries[forgery].FirstOrDefault() switch
    {
        null => "it was not answered",
        { IsRefused: true } => null,
        var answered => string.Create(CultureInfo.InvariantCulture, $"the app answered {answered.Status}"),
    });

    private static Expectation Tallied(string name, Func<Tally, int> count, IReadOnlyList<PlacedOrder> orders)
    {
        int expected = count(Tally.Expected(orders));
        return new("total", string.Create(CultureInfo.InvariantCulture, $"{expected} {name}"), seen =>
            count(Tally.Observed(seen)) is var observed && observed != expected ? string.Create(CultureInfo.InvariantCulture, $"{observed}") : null);
    }

    private static string Amount(decimal total, string currency) => string.Create(CultureInfo.InvariantCulture, $"{total:0.00##} {currency}");
}
