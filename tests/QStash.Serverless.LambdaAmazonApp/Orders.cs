using System.Text.Json.Serialization;
using QStash.Serverless;

namespace Shop;

public sealed record Order(string Id, int Quantity);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Order))]
public sealed partial class ShopJson : JsonSerializerContext;

/// <summary>Takes orders; those that are out of stock, which is what no quantity means here, are tried again.</summary>
public sealed class OrderHandler : IQStashHandler<Order>
{
    public Task<QStashResult> HandleAsync(QStashDelivery<Order> delivery, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        return Task.FromResult(delivery.Payload.Quantity > 0 ? QStashResult.Success(delivery.Payload.Id) : QStashResult.Retry(TimeSpan.FromSeconds(5)));
    }
}
