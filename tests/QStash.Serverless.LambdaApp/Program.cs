using Microsoft.Extensions.Logging;
using QStash.Serverless;
using QStash.Serverless.Lambda;
using QStash.Serverless.LambdaApp;

QStashLambdaBuilder function = QStashLambda.CreateBuilder();
function.QStash.AddJson(ShopJson.Default).AddClient();
function.Map<Order, OrderHandler>("/orders");
function.Map("/receipts", (QStashDelivery<Receipt> receipt, ILogger<Receipt> log, CancellationToken _) =>
{
    log.LogInformation("Receipt for {OrderId}: {Total}", receipt.Payload.OrderId, receipt.Payload.Total);
    return Task.FromResult(receipt.Payload);
});
await function.RunAsync();
