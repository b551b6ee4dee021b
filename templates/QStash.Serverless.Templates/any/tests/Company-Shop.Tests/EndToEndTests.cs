using QStash.Serverless;
using QStash.Serverless.Client;

namespace Company.Shop.Tests;

public sealed class EndToEndTests
{
    [Fact]
    public async Task Order_is_followed_by_its_receipt()
    {
        await using LocalShop shop = await LocalShop.StartAsync();

        await shop.Client.PublishAsync(Destination.Url($"{shop.Url}/orders"), new Order("o-1", 42.50m));
        await shop.QStash.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(["orders", "receipts"], await shop.DeliveredAsync());
    }

    [Fact]
    public async Task Order_without_a_price_waits_until_it_has_been_tried_often_enough()
    {
        await using LocalShop shop = await LocalShop.StartAsync();

        await shop.Client.PublishAsync(Destination.Url($"{shop.Url}/orders"), new Order("o-1", 0), new PublishOptions { Retries = 2 });
        await shop.QStash.AdvanceAsync(TimeSpan.FromMinutes(9));
        Assert.Empty(await shop.DeadLettersAsync());

        await shop.QStash.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(503, Assert.Single(await shop.DeadLettersAsync()).ResponseStatus);
    }

    [Fact]
    public async Task Order_with_a_negative_total_is_dead_lettered_at_once()
    {
        await using LocalShop shop = await LocalShop.StartAsync();

        await shop.Client.PublishAsync(Destination.Url($"{shop.Url}/orders"), new Order("o-1", -1));
        await shop.QStash.AdvanceAsync(TimeSpan.Zero);

        DeadLetter letter = Assert.Single(await shop.DeadLettersAsync());
        Assert.Equal(489, letter.ResponseStatus);
        Assert.Equal("Order o-1 has a negative total."u8, letter.ResponseBody.Span);
    }
    //#if (!NoInfra)

    [Fact]
    public async Task Day_is_closed_every_night()
    {
        await using LocalShop shop = await LocalShop.StartAsync();

        await shop.QStash.AdvanceAsync(TimeSpan.FromDays(2));

        Assert.Equal(["close-day", "close-day"], await shop.DeliveredAsync());
    }
    //#endif
}
