using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using QStash.Serverless;
using QStash.Serverless.AzureFunctions;

namespace Company.Shop;

public sealed class OrderFunctions(ILogger<OrderFunctions> log)
{
    [Function("order-placed")]
    //#if (NoInfra)
    [QStashOutput(Url = "%QSTASH_PUBLIC_BASE_URL%/api/receipts")]                       // published before QStash gets its 200
    //#else
    [QStashOutput(UrlGroup = "receipts")]                                               // published before QStash gets its 200
    //#endif
    public QStashResult<Receipt> PlaceOrder([QStashTrigger("orders")] Order order) => order.Total switch
    {
        < 0 => QStashResult.DeadLetter($"Order {order.Id} has a negative total."),      // never: a person has to look at it
        0 => QStashResult.Retry(TimeSpan.FromMinutes(5)),                               // not yet: it has no price so far
        _ => new Receipt(order.Id, order.Total),                                        // done, once the receipt is on its way
    };

    [Function("receipt")]
    //#if (!NoInfra)
    [QStashUrlGroup("receipts")]
    //#endif
    public void TakeReceipt([QStashTrigger("receipts")] QStashDelivery<Receipt> receipt) =>
        log.LogInformation("Receipt for {OrderId}: {Total}", receipt.Payload.OrderId, receipt.Payload.Total);
    //#if (!NoInfra)

    [Function("close-day")]
    [QStashSchedule("close-day", "0 2 * * *", TimeZone = "Europe/Berlin", Retries = 5)]
    public void CloseDay([QStashTrigger("close-day")] QStashDelivery delivery) =>
        log.LogInformation("Closing the day for {ScheduleId}", delivery.ScheduleId);
    //#endif
}
