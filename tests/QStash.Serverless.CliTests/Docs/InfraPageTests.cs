using Microsoft.Azure.Functions.Worker;
using QStash.Serverless.AzureFunctions;
using QStash.Serverless.Infra;

namespace QStash.Serverless.CliTests.Docs;

/// <summary>What docs/infra.md shows, and that it declares what the page says. This assembly declares nothing else.</summary>
public sealed class InfraPageTests
{
    [Fact]
    public void Declaration_HasNoMistakes()
    {
        InfraReading reading = InfraReading.Of(typeof(ShopInfra).Assembly, new InfraTarget(new ResourceScope("shop", "prod"), "https://shop.example.com"));

        Assert.Empty(reading.Mistakes);
    }

    [Theory]
    [InlineData("prod", "close-day close-books remind")]
    [InlineData("test", "close-day close-books")]
    public void Environment_HasWhatThePageSays(string env, string schedules)
    {
        InfraModel model = InfraReading.Of(typeof(ShopInfra).Assembly, new InfraTarget(new ResourceScope("shop", env), "https://shop.example.com/")).Model!;

        Assert.Equal(schedules.Split(' '), model.Schedules.Select(static schedule => schedule.Name));
        Assert.Equal("https://shop.example.com/close-day", model.Schedules[0].Message.Destination.Value);
        Assert.Equal($"shop.{env}.orders", model.Schedules[1].Message.Queue?.Name);
        Assert.Equal("https://shop.example.com/failures", model.Schedules[1].Message.Options.FailureCallback?.Url);
        Assert.Equal($"shop.{env}.partner-api", Assert.Single(model.Pins).PhysicalKey);
        Assert.Equal(
            ["https://shop.example.com/api/receipts", "https://shop.example.com/receipts", "https://audit.example.com/in"],
            Assert.Single(model.UrlGroups).Endpoints.Select(static endpoint => endpoint.Url));
    }

    [QStashRoute("/close-day")]
    [QStashSchedule("close-day", "0 2 * * *", TimeZone = "Europe/Berlin", Retries = 5)]
    public sealed class CloseDayHandler : IQStashHandler
    {
        public Task<QStashResult> HandleAsync(QStashDelivery delivery, CancellationToken cancellationToken) => Task.FromResult(QStashResult.Success());
    }

    public sealed class OrderFunctions
    {
        [Function("receipt")]
        [QStashUrlGroup("receipts")]
        public QStashResult Receipt([QStashTrigger("receipts")] QStashDelivery<Receipt> receipt) => QStashResult.Success();
    }

    public sealed class ShopInfra : IQStashInfra
    {
        public static readonly UrlGroup Receipts = new("receipts");        // also what publishers use

        public void Declare(InfraBuilder infra)
        {
            infra.UrlGroup(Receipts).Endpoint<ReceiptHandler>().Endpoint("https://audit.example.com/in", "audit").Defaults(new() { Retries = 5 });
            infra.Queue("orders").Parallelism(2);
            infra.Pin("partner-api").Rate(10, TimeSpan.FromMinutes(1));
            infra.Schedule("close-books", "0 3 1 * *", "Europe/Berlin")
                .To<CloseBooksHandler>()
                .Body(new CloseBooks("EU"))
                .Queue("orders")
                .FlowControl("partner-api", new() { Parallelism = 2 })
                .FailureCallback("/failures")
                .Label("books");
            if (infra.Scope.Env == "prod")
            {
                infra.Schedule("remind", "0 9 * * MON").ToUrlGroup(Receipts);
            }
        }
    }

    [QStashRoute("/receipts")]
    internal sealed class ReceiptHandler;

    [QStashRoute("/close-books")]
    internal sealed class CloseBooksHandler;

    internal sealed record CloseBooks(string Region);

    public sealed record Receipt(string OrderId);
}
