extern alias azure;

using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless.AzureFunctions;
using QStash.Serverless.DevServer;
using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests.AzureFunctions.Docs;

using Order = azure::Order;
using OrderFunctions = azure::OrderFunctions;
using PublishingFunctions = azure::PublishingFunctions;
using Shop = azure::Shop;

/// <summary>Runs what docs/azure-functions.md and the README show.</summary>
public sealed class FunctionAppTests
{
    [Fact]
    public async Task Order_is_answered_and_its_receipt_published()
    {
        string signingKey = SignedDelivery.NewSigningKey();
        FakeQStashPublisher published = new();
        await using var app = await QStashFunctionsHarness.StartAsync(
            builder =>
            {
                builder.Configuration["PublicUrl"] = "https://shop.test";
                builder.Services.AddSingleton<IQStashPublisher>(published);           // instead of AddClient()
                builder.UseQStash(options => options.CurrentSigningKey = signingKey);
            },
            typeof(OrderFunctions));

        SignedDelivery delivery = new SignedDelivery("https://shop.test/api/orders", signingKey).WithJson("""{"id":"o-1","total":42.5}""");
        QStashFunctionsReply accepted = await app.SendAsync(delivery.ToRequest());
        QStashFunctionsReply refused = await app.SendAsync(delivery.Tampered().ToRequest());   // also Expired(), WithWrongKey(), WithWrongUrl()

        Assert.Equal((200, 401), (accepted.Status, refused.Status));
        Assert.Equal("https://shop.test/api/receipts", Assert.Single(published.Messages).Destination.Value);
    }

    [Fact]
    public async Task Order_ends_with_a_receipt()
    {
        DevServerClock clock = new();                                                 // stands still until it is advanced
        await using var qstash = await QStashDevServer.StartAsync(new() { TimeProvider = clock });
        await using var app = await QStashFunctionsHarness.StartAsync(
            builder =>
            {
                builder.Configuration.AddInMemoryCollection(qstash.Settings!);        // QSTASH_URL, QSTASH_TOKEN and the two keys
                builder.Configuration["PublicUrl"] = "https://shop.test";
                builder.Services.AddSingleton<TimeProvider>(clock);
                builder.UseQStash().AddClient();
            },
            typeof(OrderFunctions));
        qstash.MapHost("https://shop.test", app.CreateHandler());                     // deliveries go straight into the app
        List<string> delivered = [];
        IAsyncEnumerable<DeliveryLog> logs = qstash.WatchLogsAsync();

        IQStashPublisher publisher = app.Services.GetRequiredService<IQStashPublisher>();
        await publisher.PublishAsync(Destination.Url("https://shop.test/api/orders"), new Order("o-1", 42.5m));
        await publisher.PublishAsync(Destination.Url("https://shop.test/api/orders"), new Order("o-2", 0), new() { Retries = 1 });
        await qstash.AdvanceAsync(TimeSpan.FromMinutes(5));                           // o-2 asked to be tried again in five minutes

        await qstash.DisposeAsync();
        await foreach (DeliveryLog log in logs)
        {
            if (log.State is "DELIVERED" or "ERROR")
            {
                delivered.Add($"{new Uri(log.Url).AbsolutePath} {log.State}");
            }
        }

        Assert.Equal(["/api/orders DELIVERED", "/api/orders ERROR", "/api/orders ERROR", "/api/receipts DELIVERED"], delivered.Order());
    }

    [Fact]
    public async Task Outputs_go_where_the_page_says()
    {
        string signingKey = SignedDelivery.NewSigningKey();
        FakeQStashPublisher published = new();
        FakeQStashPublisher billing = new();
        await using var app = await QStashFunctionsHarness.StartAsync(
            builder =>
            {
                builder.Configuration["PublicUrl"] = "https://shop.test";
                builder.Configuration["Mail:Delay"] = "1h";
                builder.Configuration["Billing:Api"] = "https://billing.test";
                builder.Configuration["Billing:Token"] = "b";
                builder.Configuration["QStash:Token"] = "t";
                builder.Configuration["QStash:CurrentSigningKey"] = signingKey;
                builder.Services.AddSingleton<IQStashPublisher>(published).AddKeyedSingleton<IQStashPublisher>("Billing", billing);
                Shop.Configure(builder);
            },
            typeof(PublishingFunctions));

        QStashFunctionsReply paid = await SendAsync(app, "orders/o-1/paid", signingKey, """{"amount":5}""");
        QStashFunctionsReply shipped = await SendAsync(app, "orders/o-1/shipped", signingKey, """{"amount":5}""");
        QStashFunctionsReply nothingDue = await SendAsync(app, "orders/o-2/shipped", signingKey, """{"amount":0}""");
        await app.InvokeAsync("close-day", new TimerInfo());
        using HttpRequestMessage request = new(HttpMethod.Post, "https://shop.test/api/checkout/o-3");
        QStashFunctionsReply checkout = await app.SendAsync(request);

        Assert.Equal((202, "https://shop.test/api/orders"), (checkout.Status, published.Messages[^1].Destination.Value));
        Assert.Equal([200, 200, 200], new[] { paid.Status, shipped.Status, nothingDue.Status });
        Assert.Equal(("", "o-1 is on its way", "o-1"), (paid.Text, shipped.Text, shipped.Outputs["Parcel"]));
        Assert.Equal(["mails", "mails", "reminders", "reminders", "https://shop.test/api/days/close", "https://shop.test/api/days/close"], published.Messages.SkipLast(1).Select(static message => message.Destination.Value));
        RecordedMessage mail = published.Messages[0];
        Assert.Equal((TimeSpan.FromHours(1), "paid,order-o-1", "mails"), (mail.Options.Delay, string.Join(',', mail.Options.Labels), mail.Options.FlowControl?.Key));
        Assert.Equal((TimeSpan.FromDays(14), 5), (published.Messages[2].Options.Delay, published.Messages[2].Options.Retries));
        Assert.Equal(["closing", "closing"], published.Messages.Skip(4).Take(2).Select(static message => message.Queue?.Name));
        Assert.Equal(("https://billing.test/invoices/o-1?of=msg_1", HttpMethod.Put), (Assert.Single(billing.Messages).Destination.Value, billing.Messages[0].Options.Method));
    }

    private static Task<QStashFunctionsReply> SendAsync(QStashFunctionsHarness app, string path, string signingKey, string json) =>
        app.SendAsync(new SignedDelivery("https://shop.test/api/" + path, signingKey) { MessageId = "msg_1" }.WithJson(json).ToRequest());
}
