using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless.Client;
using QStash.Serverless.DevServer;
using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests.Readme;

/// <summary>Runs what the README shows.</summary>
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
        await qstash.DrainAsync(TimeSpan.FromSeconds(30));                            // the order, and then the receipt
        await shop.PostAsJsonAsync("/checkout", new Order("o-2", 0));
        await shop.PostAsJsonAsync("/checkout", new Order("o-3", -1));
        await qstash.AdvanceAsync(TimeSpan.FromMinutes(24));

        string[] ends = await EndsAsync(qstash);
        Assert.Equal(["/orders DELIVERED", "/receipts DELIVERED"], ends.Take(2).Order(StringComparer.Ordinal)); // the receipt is out before the order is answered
        Assert.Equal(["/orders 489"], ends.Where(static end => end.EndsWith("489", StringComparison.Ordinal)));
        Assert.Equal(1 + 4, ends.Count(static end => end == "/orders 503"));           // the first attempt and four retries, five minutes apart
    }

    [Fact]
    public async Task Checkout_is_tested_with_a_fake()
    {
        await using var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(web => web
            .UseSetting("PublicUrl", "https://shop.test").ConfigureTestServices(services => services.AddFakeQStash()));
        HttpClient shop = factory.CreateClient();
        FakeQStashPublisher qstash = factory.Services.GetRequiredService<FakeQStashPublisher>();

        await shop.PostAsJsonAsync("/checkout", new Order("o-1", 42.50m));
        RecordedMessage published = qstash.AssertPublished<Order>(to: "/orders", where: order => order.Id == "o-1");
        Assert.Equal(5, published.Options.Retries);

        qstash.Map<Order, OrderHandler>("/orders").Map("/receipts", DeliveryRoute.To("receipts", (QStashDelivery<Receipt> _, CancellationToken _) => Task.CompletedTask));
        await qstash.DeliverAsync();                                                  // the order, and then the receipt
        qstash.AssertPublished<Receipt>(to: "/receipts", where: receipt => receipt.Total == 42.50m);
    }

    [Fact]
    public async Task Signed_deliveries_reach_the_app_and_broken_ones_do_not()
    {
        string signingKey = SignedDelivery.NewSigningKey();
        await using var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(web => web
            .UseSetting("PublicUrl", "https://shop.test").UseSetting("QStash:CurrentSigningKey", signingKey).UseSetting("QStash:Token", "token"));
        HttpClient client = factory.CreateClient();

        SignedDelivery delivery = new SignedDelivery("https://shop.test/receipts", signingKey).WithJson("""{"orderId":"o-1","total":42.5}""");
        HttpResponseMessage accepted = await client.SendAsync(delivery.ToRequest());
        HttpResponseMessage refused = await client.SendAsync(delivery.Tampered().ToRequest());   // also Expired(), WithWrongKey(), WithWrongUrl()

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (accepted.StatusCode, refused.StatusCode));
    }

    [Fact]
    public async Task Handlers_are_called_directly()
    {
        OrderHandler handler = new(new ConfigurationBuilder().Build());
        SignedDelivery delivery = new SignedDelivery("https://shop.test/orders", SignedDelivery.NewSigningKey()).WithJson("""{"id":"o-1","total":-1}""");

        QStashResult result = await handler.HandleAsync(delivery.ToDelivery<Order>(), CancellationToken.None);

        Assert.Equal((QStashOutcome.DeadLetter, "a negative total"), (result.Outcome, result.DeadLetterReason));
        Assert.Throws<JsonException>(() => delivery.WithJson("null").ToDelivery<Order>());
    }

    [Fact]
    public async Task Existing_endpoints_are_protected()
    {
        string signingKey = SignedDelivery.NewSigningKey();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.AddQStash(options => options.CurrentSigningKey = signingKey);
        builder.Services.AddControllers().ConfigureApplicationPartManager(static parts => parts.ApplicationParts.Add(new AssemblyPart(typeof(LegacyController).Assembly)));
        await using WebApplication app = builder.Build();
        Snippets.Existing(app);
        app.MapControllers();
        await app.StartAsync();
        HttpClient client = app.GetTestClient();

        foreach (string path in (string[])["/existing", "/legacy/orders"])
        {
            SignedDelivery delivery = new SignedDelivery("https://shop.test" + path, signingKey).WithJson("""{"id":"o-1","total":42.5}""");
            HttpResponseMessage accepted = await client.SendAsync(delivery.ToRequest());
            HttpResponseMessage refused = await client.SendAsync(delivery.Expired().ToRequest());

            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (accepted.StatusCode, refused.StatusCode));
            Assert.Contains("o-1", await accepted.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    private static async Task<string[]> EndsAsync(QStashDevServer qstash)
    {
        using HttpClient http = new() { DefaultRequestHeaders = { Authorization = new("Bearer", qstash.Token) } };
        JsonElement answer = await http.GetFromJsonAsync<JsonElement>(new Uri(qstash.Url, "/v2/events?order=earliestFirst"));
        return
        [
            .. answer.GetProperty("events").EnumerateArray()
                .Where(static log => log.GetProperty("state").GetString() is "DELIVERED" or "ERROR")
                .Select(static log => $"{new Uri(log.GetProperty("url").GetString()!).AbsolutePath} {(log.TryGetProperty("responseStatus", out JsonElement status) ? status.ToString() : "DELIVERED")}"),
        ];
    }

    [Fact]
    public async Task Everything_else_is_managed_through_the_client()
    {
        QStashDevServerOptions options = new() { TimeProvider = new DevServerClock() };
        using Refusing shop = new();
        options.MapHost("shop.example", shop);
        await using QStashDevServer qstash = await QStashDevServer.StartAsync(options);
        QStashClient client = new(new QStashClientOptions { Url = qstash.Url.ToString(), Token = qstash.Token });
        await client.PublishAsync(Destination.Url("https://shop.example/orders"), "x", new PublishOptions { Retries = 0 });
        await qstash.AdvanceAsync(TimeSpan.Zero);

        for (int run = 0; run < 2; run++)
        {
            await Snippets.Manage(client);
            await qstash.AdvanceAsync(TimeSpan.Zero);
        }

        QStashSchedule schedule = Assert.Single(await client.Schedules.ListAsync());
        Assert.Equal(("close-day", "https://shop.example/close", 5), (schedule.ScheduleId, schedule.Destination, schedule.Retries));
        Assert.Equal(3, shop.Attempts);
    }

    [Fact]
    public async Task Receiver_verifies_without_a_host()
    {
        string current = SignedDelivery.NewSigningKey();
        string next = SignedDelivery.NewSigningKey();
        SignedDelivery delivery = new SignedDelivery("https://shop.example/orders", next).WithJson("{}");

        Assert.Equal("genuine", await Snippets.Verify(current, next, delivery.Sign(), Encoding.UTF8.GetBytes("{}")));
        Assert.Equal("refused: BodyMismatch", await Snippets.Verify(current, next, delivery.Sign(), Encoding.UTF8.GetBytes("{ }")));
    }

    private sealed class Refusing : HttpMessageHandler
    {
        private int _attempts;

        internal int Attempts => _attempts;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _attempts);
            return Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.NotFound));
        }
    }
}
