using QStash.Serverless;
using QStash.Serverless.Testing;

namespace Company.Shop.Tests;

public sealed class OrderHandlerTests
{
    [Fact]
    public async Task Order_is_answered_with_a_receipt()
    {
        QStashResult result = await HandleAsync(new Order("o-1", 42.50m));

        Assert.Equal(QStashOutcome.Success, result.Outcome);
        QStashMessage<Receipt> message = Assert.IsType<QStashMessage<Receipt>>(Assert.Single(result.Messages));
        Assert.Equal(new Receipt("o-1", 42.50m), message.Payload);
    }

    [Fact]
    public async Task Order_without_a_price_is_tried_again_in_five_minutes()
    {
        QStashResult result = await HandleAsync(new Order("o-1", 0));

        Assert.Equal((QStashOutcome.Retry, TimeSpan.FromMinutes(5)), (result.Outcome, result.RetryAfter));
    }

    [Fact]
    public async Task Order_with_a_negative_total_is_dead_lettered()
    {
        QStashResult result = await HandleAsync(new Order("o-1", -1));

        Assert.Equal((QStashOutcome.DeadLetter, "Order o-1 has a negative total."), (result.Outcome, result.DeadLetterReason));
    }

    private static Task<QStashResult> HandleAsync(Order order)
    {
        SignedDelivery delivery = new SignedDelivery("https://shop.test/orders", SignedDelivery.NewSigningKey()).WithJson(order, OrdersJson.Default.Order);
        return new OrderHandler().HandleAsync(delivery.ToDelivery<Order>(), CancellationToken.None);
    }
}
