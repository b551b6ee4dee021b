using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless;
using QStash.Serverless.AzureFunctions;
using QStash.Serverless.Testing;

namespace Company.Shop.Tests;

/// <summary>Single deliveries, genuine and not; what the functions publish is kept instead of sent.</summary>
public sealed class DeliveryTests
{
    private readonly SignedDelivery _order = new SignedDelivery("https://shop.test/api/orders", SignedDelivery.NewSigningKey()).WithJson("""{"id":"o-1","total":42.5}""");
    private readonly FakeQStashPublisher _published = new();

    [Fact]
    public async Task Genuine_order_is_taken_and_its_receipt_published()
    {
        Assert.Equal(200, await StatusAsync(_order));

        Assert.Equal(new Receipt("o-1", 42.50m), _published.AssertPublished<Receipt>().Read<Receipt>());
    }

    [Fact]
    public async Task Order_that_is_not_from_QStash_is_refused()
    {
        foreach (SignedDelivery forged in new[] { _order.Tampered(), _order.Expired(), _order.WithWrongKey(), _order.WithWrongUrl() })
        {
            Assert.Equal(401, await StatusAsync(forged));
        }

        _published.AssertNothingPublished();
    }

    private async Task<int> StatusAsync(SignedDelivery delivery)
    {
        await using QStashFunctionsHarness app = await QStashFunctionsHarness.StartAsync(
            builder =>
            {
                builder.Configuration["QSTASH_PUBLIC_BASE_URL"] = "https://shop.test";
                builder.Services.AddSingleton<IQStashPublisher>(_published);
                builder.UseQStash(options => options.CurrentSigningKey = _order.SigningKey).AddJson(OrdersJson.Default);
            },
            typeof(OrderFunctions));
        return (await app.SendAsync(delivery.ToRequest())).Status;
    }
}
