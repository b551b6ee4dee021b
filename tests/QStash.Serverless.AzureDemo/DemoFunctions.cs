using Microsoft.Azure.Functions.Worker;
using QStash.Serverless.AzureFunctions;
using QStash.Serverless.Cli.Demo;
using QStash.Serverless.Cli.Demo.App;
using QStash.Serverless.Cli.Demo.Orders;

namespace QStash.Serverless.AzureDemo;

/// <summary>The demo's app as functions: what a user would write, and no more.</summary>
internal sealed class DemoFunctions(DemoJournal journal)
{
    /// <summary>Handles an order; its invoice is published before QStash is answered.</summary>
    [Function("orders")]
    [QStashOutput(Url = "%PublicUrl%/invoices")]
    public QStashResult<Invoice> Orders([QStashTrigger] QStashDelivery<Order> order) => new OrderDesk(journal).Take(order);

    /// <summary>Handles the invoice.</summary>
    [Function("invoices")]
    public Task<QStashResult> InvoicesAsync([QStashTrigger] QStashDelivery<Invoice> invoice, CancellationToken cancellationToken) =>
        new InvoiceHandler(journal).HandleAsync(invoice, cancellationToken);

    /// <summary>Hears of messages that have failed for good.</summary>
    [Function("failed")]
    public Task<QStashResult> FailedAsync([QStashTrigger] QStashDelivery<QStashCallback> failure, CancellationToken cancellationToken) =>
        new FailureHandler(journal).HandleAsync(failure, cancellationToken);
}
