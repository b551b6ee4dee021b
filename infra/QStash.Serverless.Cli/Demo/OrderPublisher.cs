using QStash.Serverless.Cli.Demo.App;
using QStash.Serverless.Cli.Demo.Orders;
using QStash.Serverless.Client;

namespace QStash.Serverless.Cli.Demo;

/// <summary>Publishes the orders of a file to the app, each in its way.</summary>
internal sealed class OrderPublisher(IQStashPublisher publisher, string appUrl, DemoJournal journal)
{
    /// <summary>How long QStash waits before it tries a failed order again.</summary>
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromMilliseconds(300);

    /// <summary>Publishes in the order of the file; all that go via batch in one call, where the first of them stands.</summary>
    public async Task PublishAsync(IReadOnlyList<PlacedOrder> orders, CancellationToken cancellationToken)
    {
        PlacedOrder[] batch = [.. orders.Where(static order => order.Via == Via.Batch)];
        foreach (PlacedOrder order in orders)
        {
            if (order.Via != Via.Batch)
            {
                await PublishOneAsync(order, cancellationToken);
            }
            else if (order == batch[0])
            {
                await PublishBatchAsync(batch, cancellationToken);
            }
        }
    }

    private async Task PublishOneAsync(PlacedOrder order, CancellationToken cancellationToken)
    {
        DateTimeOffset asked = journal.Now;
        try
        {
            PublishReceipt receipt = await publisher.PublishAsync(Message(order), cancellationToken);
            journal.Add(new OrderPublished(journal.Now, order.Id, order.Via, receipt.MessageId, asked));
        }
        catch (QStashApiException exception)
        {
            journal.Add(new OrderNotPublished(journal.Now, order.Id, order.Via, exception.Message));
        }
    }

    private async Task PublishBatchAsync(PlacedOrder[] orders, CancellationToken cancellationToken)
    {
        DateTimeOffset asked = journal.Now;
        IReadOnlyList<BatchItemResult> results;
        try
        {
            results = await publisher.PublishBatchAsync([.. orders.Select(Message)], cancellationToken);
        }
        catch (QStashApiException exception)
        {
            results = [.. orders.Select(_ => new BatchItemResult(null, exception.Message))];
        }

        foreach ((PlacedOrder order, BatchItemResult result) in orders.Zip(results))
        {
            journal.Add(result.Receipt is { } receipt
                ? new OrderPublished(journal.Now, order.Id, order.Via, receipt.MessageId, asked)
                : new OrderNotPublished(journal.Now, order.Id, order.Via, result.Error ?? "no reason given"));
        }
    }

    private QStashMessage Message(PlacedOrder order)
    {
        Destination destination = Destination.Url($"{appUrl}/orders");
        string? queue = order.Via == Via.Enqueue ? order.Queue : null;
        PublishOptions options = new()
        {
            Delay = order.Via == Via.Delay ? Expectations.Delay : null,
            Retries = 2,
            RetryDelay = RetryDelayExpression.Constant(s_retryDelay),
            FailureCallback = new CallbackOptions($"{appUrl}/failed") { Headers = [new(FailureHandler.OrderIdHeader, Uri.EscapeDataString(order.Id))] },
        };
        return order.Simulate == Simulation.Malformed
            ? new QStashMessage<string>(destination, $"One order of {order.Order.Customer}, please!") { Options = options, Queue = queue }
            : new QStashMessage<Order>(destination, order.Order) { Options = options, Queue = queue };
    }
}
