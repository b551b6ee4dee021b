using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless;
using QStash.Serverless.Testing;

namespace Company.Shop.Tests;

/// <summary>Single deliveries, genuine and not; what the app publishes is kept instead of sent.</summary>
public sealed class DeliveryTests
{
    private readonly SignedDelivery _order = new SignedDelivery("https://shop.test/orders", SignedDelivery.NewSigningKey()).WithJson("""{"id":"o-1","total":42.5}""");
    private readonly FakeQStashPublisher _published = new();

    [Fact]
    public async Task Genuine_order_is_taken_and_its_receipt_published()
    {
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_order));

        Assert.Equal(new Receipt("o-1", 42.50m), _published.AssertPublished<Receipt>().Read<Receipt>());
    }

    [Fact]
    public async Task Order_that_is_not_from_QStash_is_refused()
    {
        foreach (SignedDelivery forged in new[] { _order.Tampered(), _order.Expired(), _order.WithWrongKey(), _order.WithWrongUrl() })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(forged));
        }

        _published.AssertNothingPublished();
    }

    private async Task<HttpStatusCode> StatusAsync(SignedDelivery delivery)
    {
        await using WebApplicationFactory<Program> app = new WebApplicationFactory<Program>().WithWebHostBuilder(web => web
            .UseSetting("QSTASH_PUBLIC_BASE_URL", "https://shop.test")
            .UseSetting("QSTASH_CURRENT_SIGNING_KEY", _order.SigningKey)
            .UseSetting("QSTASH_TOKEN", "none")
            .ConfigureTestServices(services => services.AddSingleton<IQStashPublisher>(_published)));
        using HttpResponseMessage response = await app.CreateClient().SendAsync(delivery.ToRequest());
        return response.StatusCode;
    }
}
