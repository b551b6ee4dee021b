using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using QStash.Serverless;
using QStash.Serverless.AzureFunctions;

FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();                                           // if you use it, it comes first
builder.UseQStash().AddClient();
builder.Build().Run();

public sealed record Order(string Id, decimal Total);
public sealed record Receipt(string OrderId, decimal Total);

public sealed class OrderFunctions(ILogger<OrderFunctions> log)
{
    [Function("order-placed")]
    [QStashOutput(Url = "%PublicUrl%/api/receipts", Retries = 5)]                     // published before QStash gets its 200
    public QStashResult<Receipt> Placed([QStashTrigger("orders")] Order order) => order.Total switch
    {
        < 0 => QStashResult.DeadLetter("a negative total"),                           // never: 489, to the dead letter queue
        0 => QStashResult.Retry(TimeSpan.FromMinutes(5)),                             // not yet: 503 with Retry-After
        _ => new Receipt(order.Id, order.Total),                                      // done
    };

    [Function("receipt")]
    public void Receipt([QStashTrigger("receipts")] QStashDelivery<Receipt> receipt) =>
        log.LogInformation("Receipt for {OrderId} in {MessageId}", receipt.Payload.OrderId, receipt.MessageId);
}
