using System.Text.Json.Serialization;

namespace QStash.Serverless.Cli.Demo.Orders;

/// <summary>What is published: one order, as the demo's app receives it.</summary>
internal sealed record Order(string Id, string Customer, string Currency, IReadOnlyList<OrderLine> Lines, Simulation? Simulate = null)
{
    /// <summary>What the order costs.</summary>
    [JsonIgnore]
    public decimal Total => Lines.Sum(static line => line.Quantity * line.UnitPrice);
}

/// <summary>So many pieces of one article.</summary>
internal sealed record OrderLine(string Sku, int Quantity, decimal UnitPrice);

/// <summary>The follow-up message: what the app publishes for an order it has handled.</summary>
internal sealed record Invoice(string Number, string OrderId, string Customer, string Currency, decimal Total);

/// <summary>An order of the file, and the way it is to be published.</summary>
internal sealed record PlacedOrder(Order Order, Via Via)
{
    public string Id => Order.Id;

    public Simulation? Simulate => Order.Simulate;

    /// <summary>The FIFO queue of enqueued orders: one for each currency.</summary>
    public string Queue => $"orders-{Order.Currency}";
}

/// <summary>A way to publish.</summary>
internal enum Via
{
    /// <summary>One call, delivered at once.</summary>
    Publish,

    /// <summary>One call, delivered a second later.</summary>
    Delay,

    /// <summary>All such orders in one call.</summary>
    Batch,

    /// <summary>Through a FIFO queue.</summary>
    Enqueue,
}

/// <summary>What is to go wrong with an order.</summary>
internal enum Simulation
{
    /// <summary>Its handler fails on the first attempt.</summary>
    Transient,

    /// <summary>Its handler refuses it for good.</summary>
    Poison,

    /// <summary>What is published is not an order at all.</summary>
    Malformed,
}

/// <summary>How choices are written, in files and on the screen.</summary>
internal static class Word
{
    public static string Of<T>(T choice)
        where T : struct, Enum => choice.ToString().ToLowerInvariant();
}
