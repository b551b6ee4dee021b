using System.Text;
using System.Text.Json;
using QStash.Serverless.Lambda;
using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests.Lambda.Docs;

/// <summary>Runs what docs/aws-lambda.md shows.</summary>
public sealed class LambdaPageTests
{
    [Fact]
    public async Task Function_is_tested_with_an_event_of_a_few_lines()
    {
        string signingKey = SignedDelivery.NewSigningKey();

        await using QStashLambdaHandler function = QStashLambda.CreateBuilder(options => options.CurrentSigningKey = signingKey)
            .Map<Order, OrderHandler>("/orders").Build();
        SignedDelivery delivery = new SignedDelivery("https://shop.test/orders", signingKey).WithJson("""{"id":"o-1","total":-1}""");
        byte[] lambdaEvent = JsonSerializer.SerializeToUtf8Bytes(new
        {
            version = "2.0",
            rawPath = "/orders",
            headers = delivery.AllHeaders().ToDictionary(),
            requestContext = new { domainName = "shop.test" },
            body = Encoding.UTF8.GetString(delivery.Body.Span),
        });

        using JsonDocument reply = JsonDocument.Parse(await function.HandleAsync(new MemoryStream(lambdaEvent), Timeout.InfiniteTimeSpan));

        Assert.Equal(489, reply.RootElement.GetProperty("statusCode").GetInt32());   // a negative total is dead-lettered
    }

    private sealed record Order(string Id, decimal Total);

    private sealed class OrderHandler : IQStashHandler<Order>
    {
        public Task<QStashResult> HandleAsync(QStashDelivery<Order> delivery, CancellationToken cancellationToken) =>
            Task.FromResult(delivery.Payload.Total < 0 ? QStashResult.DeadLetter("a negative total") : QStashResult.Success());
    }
}
