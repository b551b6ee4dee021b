using System.Globalization;
using QStash.Serverless.Cli.Demo.Orders;
using Spectre.Console;

namespace QStash.Serverless.Cli.Demo;

/// <summary>Says what happened, one line an event: when, to which order, what, and how.</summary>
internal sealed class Timeline(DateTimeOffset start, IReadOnlyList<PlacedOrder> orders)
{
    private readonly int _width = Math.Clamp(orders.Max(static order => order.Id.Length), "by-hand-1".Length, 24);

    /// <summary>The line of an event, or null for what the lines of others tell already.</summary>
    public IReadOnlyList<Part>? Line(DemoEvent seen) => seen switch
    {
        OrderPublished e => Line(e, e.OrderId, "published", null, $"via {Word.Of(e.Via),-8} {e.MessageId}"),
        OrderNotPublished e => Line(e, e.OrderId, "not published", Part.Bad, $"via {Word.Of(e.Via),-8} {OneLine.Of(e.Error, 200)}"),
        OrderDelivered { Result: HandlerResult.Handled } e => Line(e, e.OrderId, "handled", Part.Good, $"attempt {e.Retried + 1}: {e.Detail}"),
        OrderDelivered { Result: HandlerResult.Failed } e => Line(e, e.OrderId, "failed", Part.Warning, $"attempt {e.Retried + 1}: {e.Detail} To be retried"),
        OrderDelivered e => Line(e, e.OrderId, "refused", Part.Warning, $"attempt {e.Retried + 1}: {e.Detail} Not to be retried"),
        InvoiceDelivered e => Line(e, e.Invoice.OrderId, "invoiced", Part.Good, string.Create(CultureInfo.InvariantCulture, $"{OneLine.Of(e.Invoice.Number, 40)} over {e.Invoice.Total:0.00##} {OneLine.Of(e.Invoice.Currency, 8)}")),
        FailureReported e => Line(e, e.OrderId, "dead letter", Part.Warning, $"callback names {e.DlqId}: {OneLine.Of(e.Reason, 72)}"),
        ForgeryAnswered { IsRefused: true } e => Line(e, Subject(e.Forgery), "refused", Part.Good, $"{What(e.Forgery)}: {e.Status}"),
        ForgeryAnswered e => Line(e, Subject(e.Forgery), "accepted", Part.Bad, $"{What(e.Forgery)}: {e.Status}"),
        _ => null,
    };

    private static string Subject(Forgery forgery) => forgery == Forgery.WrongKey ? "forged" : "tampered";

    private static string What(Forgery forgery) => forgery == Forgery.WrongKey ? "signed with another key" : "signed by QStash, then changed";

    private Part[] Line(DemoEvent seen, string subject, string what, Style? style, string detail) =>
    [
        new(string.Create(CultureInfo.InvariantCulture, $"{(seen.At - start).TotalSeconds,7:0.000}  "), Part.Faint),
        OneLine.Of(subject, _width).PadRight(_width + 2),
        new($"{what,-15}", style),
        new(detail, Part.Faint),
    ];
}
