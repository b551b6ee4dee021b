using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless;
using QStash.Serverless.Lambda;
using QStash.Serverless.Testing;

namespace Company.Shop.Tests;

/// <summary>Single events, as an HTTP API passes them; what the function publishes is kept instead of sent.</summary>
public sealed class EventTests
{
    private readonly SignedDelivery _order = new SignedDelivery("https://shop.test/orders", SignedDelivery.NewSigningKey()).WithJson("""{"id":"o-1","total":42.5}""");
    private readonly FakeQStashPublisher _published = new();

    [Fact]
    public async Task Genuine_order_is_taken_and_its_receipt_published()
    {
        Assert.Equal(200, await StatusAsync(Event(_order), _order.SigningKey));

        Assert.Equal(new Receipt("o-1", 42.50m), _published.AssertPublished<Receipt>().Read<Receipt>());
    }

    [Fact]
    public async Task Order_that_is_not_from_QStash_is_refused()
    {
        foreach (SignedDelivery forged in new[] { _order.Tampered(), _order.Expired(), _order.WithWrongKey(), _order.WithWrongUrl() })
        {
            Assert.Equal(401, await StatusAsync(Event(forged), _order.SigningKey));
        }

        _published.AssertNothingPublished();
    }

    [Theory]
    [InlineData("order", 200)]
    [InlineData("order without a price", 503)]
    [InlineData("order with a negative total", 489)]
    [InlineData("order that nobody signed", 401)]
    public async Task Saved_event_is_answered(string name, int status) =>
        Assert.Equal(status, await StatusAsync(await File.ReadAllBytesAsync(Path.Combine("events", "SavedRequests", "Orders", name + ".json")), "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r"));

    private static byte[] Event(SignedDelivery delivery) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        version = "2.0",
        rawPath = "/orders",
        headers = delivery.AllHeaders().ToDictionary(),
        requestContext = new { domainName = "shop.test" },
        body = Encoding.UTF8.GetString(delivery.Body.Span),
    });

    private async Task<int> StatusAsync(byte[] lambdaEvent, string signingKey)
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("QSTASH_CURRENT_SIGNING_KEY", signingKey), new("QSTASH_TOKEN", "none")]).Build();
        QStashLambdaBuilder builder = OrdersFunction.Configure(QStashLambda.CreateBuilder(configuration: configuration));
        builder.Services.AddSingleton<IQStashPublisher>(_published);
        await using QStashLambdaHandler function = builder.Build();
        await using Stream reply = await function.HandleAsync(new MemoryStream(lambdaEvent), TimeSpan.FromSeconds(30));
        return (int)(await JsonNode.ParseAsync(reply))!["statusCode"]!;
    }
}
