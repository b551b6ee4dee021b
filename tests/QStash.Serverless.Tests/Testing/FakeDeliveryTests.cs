using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using QStash.Serverless.Client;
using QStash.Serverless.Testing;

namespace QStash.Serverless.Tests.Testing;

/// <summary>A fake in QStash's place: what is published reaches the app's handlers.</summary>
public sealed class FakeDeliveryTests
{
    private readonly List<string> _seen = [];

    [Fact]
    public async Task Message_ReachesItsHandlerAndWhatTheHandlerReturnsReachesTheNext()
    {
        await using ServiceProvider app = App();
        FakeQStashPublisher qstash = app.GetRequiredService<FakeQStashPublisher>().Map<Order, OrderHandler>("/orders/{region}").Map("receipts", Seeing("receipt"));

        await app.GetRequiredService<IQStashPublisher>().PublishAsync(Destination.Url("https://shop.example/orders/e%20u"), new Order(1), new() { Headers = [new("X-Tenant", "t-9")] });
        Assert.Empty(_seen);
        await qstash.DeliverAsync();

        Assert.Equal(["order 1 in e u of t-9, msg_1", "receipt 1 in msg_2 for receipts"], _seen);
        RecordedMessage receipt = qstash.AssertPublished<string>(to: "receipts");
        Assert.Equal("msg_1.orders__region_.messages.0", receipt.Options.DeduplicationId);
        Assert.Equal(200, Assert.Single(receipt.Replies).Status);
    }

    [Fact]
    public async Task Delivery_IsMadeOnce()
    {
        await using ServiceProvider app = App();
        FakeQStashPublisher qstash = app.GetRequiredService<FakeQStashPublisher>().Map("g", Seeing("one"));

        await qstash.PublishAsync(Destination.UrlGroup("g"), "a");
        await qstash.DeliverAsync();
        await qstash.DeliverAsync();
        await qstash.PublishAsync(Destination.UrlGroup("g"), "b");
        await qstash.DeliverAsync();
        qstash.Clear();
        await qstash.DeliverAsync();

        Assert.Equal(["one a in msg_1 for g", "one b in msg_2 for g"], _seen);
    }

    [Fact]
    public async Task Group_GoesToEachOfItsHandlersAsAMessageOfItsOwnAndAUrlToTheFirst()
    {
        await using ServiceProvider app = App();
        FakeQStashPublisher qstash = app.GetRequiredService<FakeQStashPublisher>().Map("g", Seeing("one")).Map("g", Seeing("two")).Map("/u", Seeing("three")).Map("/{any}", Seeing("four"));

        await qstash.PublishAsync(Destination.UrlGroup("g"), "a");
        await qstash.PublishAsync(Destination.Url("https://shop.example/u"), "b");
        await qstash.DeliverAsync();

        Assert.Equal(["one a in msg_1 for g", "two a in msg_3 for g", "three b in msg_2 for "], _seen);
        Assert.Equal([2, 1], qstash.Messages.Select(static message => message.Replies.Count));
    }

    [Fact]
    public async Task Failures_AreToldTogetherEachWithItsReason()
    {
        await using ServiceProvider app = App(configuration: "QStash:PublicBaseUrl=https://shop.example");
        FakeQStashPublisher qstash = app.GetRequiredService<FakeQStashPublisher>().Map("throws", To(static _ => throw new InvalidOperationException("out of\nink")))
            .Map("later", To(static _ => QStashResult.Retry(TimeSpan.FromMinutes(5)))).Map("never", To(static _ => QStashResult.DeadLetter("a negative total")))
            .Map("fine", To(static _ => QStashResult.Success())).Map<Order, OrderHandler>("/orders").Map("publishes", To(static _ => QStashResult.Success(new QStashMessage<Circular>(Destination.UrlGroup("fine"), new Circular()))));

        foreach (string group in (string[])["throws", "later", "never", "fine", "nobody", "publishes"])
        {
            await qstash.PublishAsync(Destination.UrlGroup(group), "x");
        }

        await qstash.PublishAsync(Destination.Url("https://shop.example/orders"), "not an order");
        await qstash.PublishAsync(Destination.Url("https://elsewhere.example/orders"), new Order(1));
        QStashAssertionException failed = await Assert.ThrowsAsync<QStashAssertionException>(() => qstash.DeliverAsync());

        Assert.StartsWith("Expected that every message is handled, but 7 messages failed.", failed.Message, StringComparison.Ordinal);
        string[] answers = [.. failed.Message.Split('\n').Where(static line => line.StartsWith("  msg_", StringComparison.Ordinal)).Select(static line => line.TrimEnd())];
        Assert.EndsWith("  500: InvalidOperationException: out of ink", answers[0], StringComparison.Ordinal);
        Assert.EndsWith("  503, Retry-After: 300", answers[1], StringComparison.Ordinal);
        Assert.EndsWith("  489: a negative total", answers[2], StringComparison.Ordinal);
        Assert.EndsWith("  200", answers[3], StringComparison.Ordinal);
        Assert.EndsWith("  404: nothing is mapped; call Map(\"nobody\", ...)", answers[4], StringComparison.Ordinal);
        Assert.Contains("  500: ", answers[5], StringComparison.Ordinal);
        Assert.Contains("  489: ", answers[6], StringComparison.Ordinal);
        Assert.EndsWith("  401: the URL is not below QStash:PublicBaseUrl", answers[7], StringComparison.Ordinal);
    }

    [Fact]
    public async Task FailuresThatTheTestIsAbout_AreInTheReplies()
    {
        await using ServiceProvider app = App();
        FakeQStashPublisher qstash = app.GetRequiredService<FakeQStashPublisher>().Map("never", To(static _ => QStashResult.DeadLetter("a negative total")));

        await qstash.PublishAsync(Destination.UrlGroup("never"), "x");
        await qstash.DeliverAsync(allowFailures: true);

        DeliveryReply reply = Assert.Single(Assert.Single(qstash.Messages).Replies);
        Assert.Equal((489, "a negative total"), (reply.Status, System.Text.Encoding.UTF8.GetString(reply.Body.Span)));
    }

    [Fact]
    public async Task Circle_Ends()
    {
        await using ServiceProvider app = App();
        FakeQStashPublisher qstash = app.GetRequiredService<FakeQStashPublisher>()
            .Map("ping", To(static _ => QStashResult.Success(new QStashMessage<string>(Destination.UrlGroup("pong"), "x"))))
            .Map("pong", To(static _ => QStashResult.Success(new QStashMessage<string>(Destination.UrlGroup("ping"), "x"))));

        await qstash.PublishAsync(Destination.UrlGroup("ping"), "x");
        QStashAssertionException circle = await Assert.ThrowsAsync<QStashAssertionException>(() => qstash.DeliverAsync());

        Assert.StartsWith("Delivered 1000 messages, and there are more: handlers publish to each other in a circle.", circle.Message, StringComparison.Ordinal);
        Assert.Contains("URL group pong", circle.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("QStash:CurrentSigningKey=sig_5ZxKv8mJwQ3nRt7bYcHdLp2sGfAe;QStash:Token=own")]
    [InlineData("EU_CENTRAL_1_QSTASH_CURRENT_SIGNING_KEY=sig_7bYcHdLp2sGfAe5ZxKv8mJwQ3nRt;QSTASH_TOKEN=own")]
    public async Task App_StartsAndHandlesWithAnySettingsOrNone(string configuration)
    {
        await using ServiceProvider app = App(configuration);
        app.GetRequiredService<IStartupValidator>().Validate();
        FakeQStashPublisher qstash = app.GetRequiredService<FakeQStashPublisher>().Map("g", Seeing("one"));

        await app.GetRequiredService<IQStashPublisher>().PublishAsync(Destination.UrlGroup("g"), "a");
        await qstash.DeliverAsync();

        Assert.Single(_seen);
    }

    [Fact]
    public async Task NamedClients_AreFakedEachByItsOwn()
    {
        await using ServiceProvider app = App("Billing:Token=b");

        await app.GetRequiredKeyedService<IQStashPublisher>("Billing").PublishAsync(Destination.UrlGroup("g"), "a");

        app.GetRequiredKeyedService<FakeQStashPublisher>("Billing").AssertPublished<string>(to: "g");
        app.GetRequiredService<FakeQStashPublisher>().AssertNothingPublished();
    }

    [Fact]
    public async Task ClientItself_IsNotFakedAndSaysSo()
    {
        await using ServiceProvider app = App();

        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => app.GetRequiredService<QStashClient>().Schedules.ListAsync());

        Assert.Contains("GET /v2/schedules: AddFakeQStash() fakes IQStashPublisher only", refused.Message, StringComparison.Ordinal);
        Assert.Contains("QStashDevServer", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PublisherWithoutServices_SaysHowToGetThem()
    {
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => new FakeQStashPublisher().DeliverAsync());

        Assert.Contains("services.AddFakeQStash()", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServicesAlone_AreEnough()
    {
        await using ServiceProvider services = new ServiceCollection().AddSingleton(_seen).AddFakeQStash().BuildServiceProvider();
        FakeQStashPublisher qstash = services.GetRequiredService<FakeQStashPublisher>().Map<Order, OrderHandler>("/orders").Map("receipts", Seeing("receipt"));

        await qstash.PublishAsync(Destination.Url("https://shop.example/orders"), new Order(7));
        await qstash.DeliverAsync();

        Assert.Equal(2, _seen.Count);
    }

    private ServiceProvider App(string configuration = "")
    {
        ServiceCollection services = new();
        services.AddLogging().AddSingleton(_seen);
        IConfiguration settings = new ConfigurationBuilder()
            .AddInMemoryCollection(configuration.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(static pair => pair.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => (string?)pair[1]))
            .Build();
        services.AddQStash(settings).AddClient().AddClient("Billing");
        return services.AddFakeQStash().BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
    }

    private DeliveryRoute Seeing(string name) => DeliveryRoute.To(name, (QStashDelivery<string> delivery, CancellationToken _) =>
    {
        _seen.Add($"{name} {delivery.Payload} in {delivery.MessageId} for {delivery.UrlGroup}");
        return Task.FromResult(QStashResult.Success());
    });

    private static DeliveryRoute To(Func<QStashDelivery, QStashResult> handle) => DeliveryRoute.To("handler", (delivery, _, _) => Task.FromResult(handle(delivery)));

    private sealed class Circular
    {
        public Circular Circle => this;
    }

    private sealed class OrderHandler(List<string> seen) : IQStashHandler<Order>
    {
        public Task<QStashResult> HandleAsync(QStashDelivery<Order> delivery, CancellationToken cancellationToken)
        {
            string region = delivery.RouteValues.GetValueOrDefault("region", "");
            seen.Add($"order {delivery.Payload.OrderId} in {region} of {delivery.Headers["X-Tenant"]}, {delivery.MessageId}");
            return Task.FromResult(QStashResult.Success(new QStashMessage<string>(Destination.UrlGroup("receipts"), $"{delivery.Payload.OrderId}")));
        }
    }
}
