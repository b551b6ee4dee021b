using Microsoft.Extensions.Logging;
using QStash.Serverless;

namespace Company.Shop;

[QStashRoute("/receipts")]
public sealed class ReceiptHandler(ILogger<ReceiptHandler> log) : IQStashHandler<Receipt>
{
    public Task<QStashResult> HandleAsync(QStashDelivery<Receipt> delivery, CancellationToken cancellationToken)
    {
        log.LogInformation("Receipt for {OrderId}: {Total}", delivery.Payload.OrderId, delivery.Payload.Total);
        return Task.FromResult(QStashResult.Success());
    }
}
