using QStash.Serverless;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.AddQStash().AddClient();

WebApplication app = builder.Build();
app.MapQStash<Order, OrderHandler>("/orders");
app.MapQStash("/receipts", (QStashDelivery<Receipt> receipt, ILogger<Program> log, CancellationToken _) =>
{
    log.LogInformation("Receipt for {OrderId}: {Total}", receipt.Payload.OrderId, receipt.Payload.Total);
    return Task.CompletedTask;
});
app.MapPost("/checkout", (Order order, IQStashPublisher qstash, IConfiguration config, CancellationToken ct) =>
    qstash.PublishAsync(Destination.Url($"{config["PublicUrl"]}/orders"), order, new PublishOptions { Retries = 5 }, ct));
app.Run();

public sealed record Order(string Id, decimal Total);
public sealed record Receipt(string OrderId, decimal Total);

public sealed class OrderHandler(IConfiguration config) : IQStashHandler<Order>
{
    public Task<QStashResult> HandleAsync(QStashDelivery<Order> delivery, CancellationToken cancellationToken)
    {
        Order order = delivery.Payload;
        return Task.FromResult(order.Total switch
        {
            < 0 => QStashResult.DeadLetter("a negative total"),                       // never: 489, to the dead letter queue
            0 => QStashResult.Retry(TimeSpan.FromMinutes(5)),                         // not yet: 503 with Retry-After
            _ => QStashResult.Success(new QStashMessage<Receipt>(                     // done: published before QStash gets its 200
                Destination.Url($"{config["PublicUrl"]}/receipts"), new Receipt(order.Id, order.Total))),
        });
    }
}
