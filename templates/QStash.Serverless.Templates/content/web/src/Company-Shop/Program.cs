using Company.Shop;
using QStash.Serverless;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.AddQStash().AddJson(OrdersJson.Default).AddClient();
string baseUrl = builder.Configuration["QSTASH_PUBLIC_BASE_URL"]
    ?? throw new InvalidOperationException("Set QSTASH_PUBLIC_BASE_URL to the URL that QStash calls this app by.");

WebApplication app = builder.Build();
app.MapQStash<Order, OrderHandler>();
app.MapQStash<Receipt, ReceiptHandler>();
//#if (!NoInfra)
app.MapQStash<CloseDayHandler>();
//#endif
app.MapPost("/checkout", async (Order order, IQStashPublisher qstash, CancellationToken cancellationToken) =>
{
    PublishReceipt receipt = await qstash.PublishAsync(Destination.Url($"{baseUrl}/orders"), order, new PublishOptions { Retries = 5 }, cancellationToken);
    return Results.Accepted(value: new { receipt.MessageId });
});
app.Run();
