using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace QStash.Serverless.LambdaApp;

/// <param name="Id">The order.</param>
/// <param name="Total">What it comes to; nothing is sold for less than nothing.</param>
/// <param name="Fails">Whether its first attempt does.</param>
/// <param name="Stock">Who is asked before it is handled on its first attempt, as slow as they may be.</param>
internal sealed record Order(string Id, decimal Total, bool Fails = false, Uri? Stock = null);

internal sealed record Receipt(string OrderId, decimal Total);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Receipt))]
internal sealed partial class ShopJson : JsonSerializerContext;

internal sealed class OrderHandler(IHttpClientFactory http, ILogger<OrderHandler> log) : IQStashHandler<Order>
{
    public async Task<QStashResult> HandleAsync(QStashDelivery<Order> delivery, CancellationToken cancellationToken)
    {
        Order order = delivery.Payload;
        if (order.Total < 0)
        {
            return QStashResult.DeadLetter("a negative total");
        }

        if (order.Fails && delivery.Retried == 0)
        {
            throw new TimeoutException("The stock service did not answer.");
        }

        if (order.Stock is not null && delivery.Retried == 0)
        {
            log.LogInformation("Asking for the stock of {OrderId}", order.Id);
            using HttpClient client = http.CreateClient();
            await client.GetStringAsync(order.Stock, cancellationToken);
        }

        Receipt receipt = new(order.Id, order.Total);
        return QStashResult.SuccessWith(receipt, new QStashMessage<Receipt>(Destination.Url(new Uri(new Uri(delivery.Url), "/receipts")), receipt));
    }
}
