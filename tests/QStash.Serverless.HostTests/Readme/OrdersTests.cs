using System.Net.Http.Json;
using Microsoft.AspNetCore.Mvc.Testing;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.HostTests.Readme;

public sealed class OrdersTests
{
    [Fact]
    public async Task Checkout_ends_with_a_receipt()
    {
        DevServerClock clock = new();                                                 // stands still until it is advanced
        await using var qstash = await QStashDevServer.StartAsync(new() { TimeProvider = clock });
        await using var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(web =>
        {
            web.UseSetting("PublicUrl", "https://shop.test");
            foreach ((string name, string value) in qstash.Settings)                  // QSTASH_URL, QSTASH_TOKEN and the two keys
            {
                web.UseSetting(name, value);
            }
        });
        HttpClient shop = factory.CreateClient();
        qstash.MapHost("https://shop.test", factory.Server.CreateHandler());          // deliveries go straight into the app

        await shop.PostAsJsonAsync("/checkout", new Order("o-1", 42.50m));
        await qstash.DrainAsync(TimeSpan.FromSeconds(30));

        await shop.PostAsJsonAsync("/checkout", new Order("o-2", 0));                 // retried every five minutes, then dead-lettered
        await qstash.AdvanceAsync(TimeSpan.FromMinutes(25));
    }
}
