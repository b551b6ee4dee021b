using System.Text.Json;
using System.Text.Json.Serialization;

namespace QStash.Serverless.TrimTests.App;

internal sealed record Order(string Id, decimal Total);

internal sealed record Receipt(string OrderId, decimal Total);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Receipt))]
internal sealed partial class ShopJson : JsonSerializerContext;

internal sealed class OrderHandler : IQStashHandler<Order>
{
    public Task<QStashResult> HandleAsync(QStashDelivery<Order> delivery, CancellationToken cancellationToken)
    {
        Receipt receipt = new(delivery.Payload.Id, delivery.Payload.Total);
        return Task.FromResult(QStashResult.SuccessWith(receipt, new QStashMessage<Receipt>(Destination.Url(new Uri(new Uri(delivery.Url), "/receipts")), receipt)));
    }
}
