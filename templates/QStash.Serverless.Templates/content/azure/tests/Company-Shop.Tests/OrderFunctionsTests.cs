using Microsoft.Extensions.Logging.Abstractions;
using QStash.Serverless;

namespace Company.Shop.Tests;

public sealed class OrderFunctionsTests
{
    private readonly OrderFunctions _functions = new(NullLogger<OrderFunctions>.Instance);

    [Fact]
    public void Order_is_answered_with_a_receipt() =>
        Assert.Equal(new Receipt("o-1", 42.50m), _functions.PlaceOrder(new Order("o-1", 42.50m)).Value);

    [Fact]
    public void Order_without_a_price_is_tried_again_in_five_minutes()
    {
        QStashResult result = _functions.PlaceOrder(new Order("o-1", 0)).ToResult();

        Assert.Equal((QStashOutcome.Retry, TimeSpan.FromMinutes(5)), (result.Outcome, result.RetryAfter));
    }

    [Fact]
    public void Order_with_a_negative_total_is_dead_lettered()
    {
        QStashResult result = _functions.PlaceOrder(new Order("o-1", -1)).ToResult();

        Assert.Equal((QStashOutcome.DeadLetter, "Order o-1 has a negative total."), (result.Outcome, result.DeadLetterReason));
    }
}
