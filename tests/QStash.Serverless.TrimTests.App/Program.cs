using System.Collections.Concurrent;
using QStash.Serverless;
using QStash.Serverless.TrimTests.App;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.AddQStash().AddJson(ShopJson.Default).AddClient();
builder.Services.AddSingleton<ConcurrentBag<Receipt>>();

WebApplication app = builder.Build();
app.MapQStash<Order, OrderHandler>("/orders");
app.MapQStash("/receipts", (QStashDelivery<Receipt> receipt, ConcurrentBag<Receipt> received, CancellationToken _) =>
{
    received.Add(receipt.Payload);
    return Task.FromResult(new Receipt(receipt.Payload.OrderId, receipt.Payload.Total));
});
app.MapGet("/received", (ConcurrentBag<Receipt> received) => string.Join('\n', received.Select(static receipt => $"{receipt.OrderId} {receipt.Total}")));
await app.RunAsync();
