using QStash.Serverless.Testing;

namespace QStash.Serverless.Tests.Testing;

public sealed class PublishAssertionTests
{
    private static readonly Destination s_orders = Destination.Url("https://shop.example/api/orders?x=1");

    private readonly FakeQStashPublisher _publisher = new();

    [Theory]
    [InlineData("/api/orders")]
    [InlineData("/api/{kind}")]
    [InlineData("https://shop.example/api/orders?x=1")]
    [InlineData(null)]
    public async Task PublishedMessage_IsFoundAndShowsItsOptions(string? to)
    {
        await _publisher.EnqueueAsync("fifo", s_orders, new Order(42), new() { Retries = 5 });

        RecordedMessage order = _publisher.AssertPublished<Order>(to, where: order => order.OrderId == 42);

        Assert.Equal((5, new Queue("fifo"), new Order(42)), (order.Options.Retries, order.Queue, order.Payload));
    }

    [Fact]
    public async Task UrlGroup_IsMeantByItsName()
    {
        await _publisher.PublishAsync(Destination.UrlGroup("receipts"), "x");

        _publisher.AssertPublished<string>(to: "receipts");
        Assert.Throws<QStashAssertionException>(() => _publisher.AssertPublished<string>(to: "/receipts"));
        Assert.Throws<ArgumentException>(() => _publisher.AssertPublished<string>(to: "the receipts"));
    }

    [Fact]
    public async Task MessageThatIsMissing_IsShownWithEverythingThatWasPublishedAndWhyItIsNotThat()
    {
        await _publisher.PublishAsync(s_orders, new Order(1), new() { Retries = 5, Delay = TimeSpan.FromMinutes(5), Labels = ["eu"] });
        await _publisher.EnqueueAsync("fifo", Destination.UrlGroup("receipts"), new Order(2));
        await _publisher.PublishAsync(s_orders, "line\none");
        await _publisher.PublishAsync(s_orders, new byte[] { 0xff, 1 });
        await _publisher.PublishAsync(Destination.Url("https://shop.example/close"));

        QStashAssertionException missing = Assert.Throws<QStashAssertionException>(() => _publisher.AssertPublished<Order>(to: "receipts", where: order => order.OrderId == 1));

        Assert.Equal(
            """
            Expected 1 message of Order to receipts where order => order.OrderId == 1, but there is none.

            Published:
              id     to                                     type                  body           options                         does not match in
              msg_1  https://shop.example/api/orders?...    Order                 {"orderId":1}  Delay: 5m, Retries: 5, Label: eu  to
              msg_2  URL group receipts by queue fifo       Order                 {"orderId":2}                                  where
              msg_3  https://shop.example/api/orders?...    String                line one                                       type
              msg_4  https://shop.example/api/orders?...    Byte[]                (2 bytes)                                      type
              msg_5  https://shop.example/close             ReadOnlyMemory<Byte>  (none)                                         type

            """,
            missing.Message,
            ignoreLineEndingDifferences: true,
            ignoreAllWhiteSpace: true);
        Assert.Contains("\n  msg_2  URL group receipts by queue fifo     Order ", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MessageThatIsThereTwice_IsNoSingleOne()
    {
        await _publisher.PublishBatchAsync([new QStashMessage<Order>(s_orders, new Order(1)), new QStashMessage<Order>(s_orders, new Order(1))]);

        QStashAssertionException twice = Assert.Throws<QStashAssertionException>(() => _publisher.AssertPublished<Order>());

        Assert.StartsWith("Expected 1 message of Order, but found 2.", twice.Message, StringComparison.Ordinal);
        Assert.Equal(["msg_1", "msg_2"], _publisher.AssertPublished<Order>(2).Select(static message => message.MessageId));
        Assert.Throws<QStashAssertionException>(() => _publisher.AssertPublished<Order>(3));
    }

    [Fact]
    public async Task Nothing_IsAnExpectationToo()
    {
        _publisher.AssertNothingPublished();
        Assert.Empty(_publisher.AssertPublished<object>(0));
        Assert.Contains("Nothing was published.", Assert.Throws<QStashAssertionException>(() => _publisher.AssertPublished<Order>()).Message, StringComparison.Ordinal);

        await _publisher.PublishAsync(s_orders, new Order(1));

        QStashAssertionException published = Assert.Throws<QStashAssertionException>(_publisher.AssertNothingPublished);
        Assert.Contains("""https://shop.example/api/orders?...  Order  {"orderId":1}""", published.Message, StringComparison.Ordinal);
        Assert.Throws<QStashAssertionException>(() => _publisher.AssertPublished<Order>(0));
        Assert.Empty(_publisher.AssertPublished<string>(0));
    }

    [Fact]
    public async Task LongTexts_AreCutAndManyMessagesCounted()
    {
        for (int i = 0; i < 52; i++)
        {
            await _publisher.PublishAsync(s_orders, new string('x', 200));
        }

        string message = Assert.Throws<QStashAssertionException>(_publisher.AssertNothingPublished).Message;

        Assert.Contains("and 2 more", message, StringComparison.Ordinal);
        Assert.DoesNotContain("msg_51", message, StringComparison.Ordinal);
        Assert.DoesNotContain(message.Split('\n'), static line => line.Length > 200);
    }
}
