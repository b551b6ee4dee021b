using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using QStash.Serverless.AzureFunctions;

namespace QStash.Serverless.AzureApp;

/// <summary>Orders, from placed to paid.</summary>
public sealed partial class OrderFunctions(ILogger<OrderFunctions> log)
{
    /// <summary>Decides about an order; its receipt is published before QStash is answered.</summary>
    [Function("order-placed")]
    [QStashOutput(Url = "%PublicUrl%/api/receipts")]
    public Task<QStashResult<Receipt>> Placed([QStashTrigger("orders/placed")] QStashDelivery<Order> order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<QStashResult<Receipt>>(order.Payload switch
        {
            { Total: < 0 } => QStashResult.DeadLetter("a negative total"),
            { Total: 0 } => QStashResult.Retry(TimeSpan.FromSeconds(30)),
            { Id: "broken" } => throw new InvalidOperationException("The till is broken."),
            _ => new Receipt(order.Payload.Id, order.Payload.Total),
        });
    }

    /// <summary>Takes the payload alone and answers with text, which QStash shows in its logs and callbacks.</summary>
    [Function("receipt")]
    public string Receipt([QStashTrigger("receipts")] Receipt receipt)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        Received(receipt.OrderId, receipt.Total);
        return $"receipt {receipt.OrderId}";
    }

    /// <summary>Publishes several messages and fills a storage queue, all of it only when the order is good.</summary>
    [Function("order-split")]
    public Split Split([QStashTrigger("orders/split")] Order order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return new Split
        {
            Receipts = [new(order.Id, order.Total / 2), new(order.Id, order.Total - (order.Total / 2))],
            Packing = $"pack {order.Id}",
            Result = order.Total < 0 ? QStashResult.DeadLetter("a negative total") : QStashResult.Success($"split {order.Id}"),
        };
    }

    /// <summary>A route with a parameter, and text as the payload.</summary>
    [Function("order-note")]
    public string Note([QStashTrigger("orders/{id}/notes")] string note, string id) => $"{id}: {note}";

    /// <summary>Bytes as they came.</summary>
    [Function("order-scan")]
    public string Scan([QStashTrigger("orders/scans")] byte[] scan)
    {
        ArgumentNullException.ThrowIfNull(scan);
        return $"{scan.Length} bytes";
    }

    /// <summary>A delivery whose body has no meaning.</summary>
    [Function("order-sweep")]
    public void Sweep([QStashTrigger("orders/sweep")] QStashDelivery sweep)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        Swept(sweep.MessageId);
    }

    /// <summary>What QStash reports about a delivery that failed for good.</summary>
    [Function("order-failed")]
    public string Failed([QStashTrigger("orders/failed")] QStashDelivery<QStashCallback> failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return $"{failure.Payload.Status} after {failure.Payload.Retried}";
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Receipt of {OrderId} over {Total}")]
    private partial void Received(string? orderId, decimal total);

    [LoggerMessage(Level = LogLevel.Information, Message = "Swept by {MessageId}")]
    private partial void Swept(string? messageId);
}
