using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless;
using QStash.Serverless.Testing;

namespace Company.Shop.Tests;

public sealed class CheckoutTests
{
    [Fact]
    public async Task Checkout_publishes_the_order()
    {
        FakeQStashPublisher published = new();
        await using WebApplicationFactory<Program> app = new WebApplicationFactory<Program>().WithWebHostBuilder(web => web
            .UseSetting("QSTASH_PUBLIC_BASE_URL", "https://shop.test")
            .UseSetting("QSTASH_CURRENT_SIGNING_KEY", SignedDelivery.NewSigningKey())
            .UseSetting("QSTASH_TOKEN", "none")
            .ConfigureTestServices(services => services.AddSingleton<IQStashPublisher>(published)));

        using HttpResponseMessage response = await app.CreateClient().PostAsJsonAsync("/checkout", new Order("o-1", 42.50m));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        RecordedMessage message = published.AssertPublished<Order>(to: "https://shop.test/orders", where: order => order.Id == "o-1");
        Assert.Equal(5, message.Options.Retries);
    }
}
