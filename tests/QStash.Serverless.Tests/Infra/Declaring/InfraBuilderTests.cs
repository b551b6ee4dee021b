using System.Text;
using System.Text.Json.Serialization;
using QStash.Serverless.Client;
using QStash.Serverless.Infra;

namespace QStash.Serverless.Tests.Infra.Declaring;

public sealed partial class InfraBuilderTests
{
    private static readonly UrlGroup s_receipts = new("receipts");

    [Fact]
    public void Schedule_IsDeclaredWithItsPhysicalNamesAndAbsoluteUrls()
    {
        DeclaredSchedule schedule = Assert.Single(Declared.Model(static infra => infra
            .Schedule("close-day", "0 2 * * *", "Europe/Berlin")
            .To<CloseDayHandler>()
            .Body(new CloseDay("EU"))
            .Retries(5)
            .Queue("closing")
            .Callback("/reports")
            .FailureCallback(new CallbackOptions("https://audit.example.com/in") { Retries = 1 })
            .FlowControl("books", new FlowControlValue { Parallelism = 2 })
            .Label("night", "books")).Schedules);

        Assert.Equal("shop.prod.close-day", schedule.ScheduleId);
        Assert.Equal("CRON_TZ=Europe/Berlin 0 2 * * *", schedule.Cron.Text);
        Assert.Equal("https://shop.example.com/close-day", schedule.Message.Destination.Value);
        Assert.Equal("shop.prod.closing", schedule.Message.Queue?.ToString());
        PublishOptions options = schedule.Message.Options;
        Assert.Equal(5, options.Retries);
        Assert.Equal("https://shop.example.com/reports", options.Callback?.Url);
        Assert.Equal("https://audit.example.com/in", options.FailureCallback?.Url);
        Assert.Equal("shop.prod.books", options.FlowControl?.Key);
        Assert.Equal(["night", "books"], options.Labels);
        Assert.Equal("application/json", options.ContentType);
        Assert.Equal("""{"region":"EU"}""", BodyOf(schedule));
        Assert.Null(schedule.Paused);
        Assert.Equal("ShopInfra", schedule.At.Member);
        Assert.EndsWith("InfraBuilderTests.cs", schedule.At.File, StringComparison.Ordinal);
    }

    [Fact]
    public void Body_WithTheAppsMetadata_IsWrittenByIt() =>
        Assert.Equal("""{"Region":"EU"}""", BodyOf(Declared.Model(static infra => infra.Schedule("close-day", "0 2 * * *").ToPath("/x").Body(new CloseDay("EU"), ShopJson.Default.CloseDay)).Schedules[0]));

    [Fact]
    public void Body_OfTextOrBytes_IsSentAsItIs()
    {
        InfraModel model = Declared.Model(static infra =>
        {
            infra.Schedule("text", "0 2 * * *").ToPath("/x").Body("good night");
            infra.Schedule("csv", "0 2 * * *").ToPath("/x").Body("a;b"u8.ToArray(), "text/csv");
            infra.Schedule("bare", "0 2 * * *").ToPath("/x");
        });

        Assert.Equal(["good night", "a;b", ""], model.Schedules.Select(BodyOf));
        Assert.Equal(["text/plain", "text/csv", null], model.Schedules.Select(static schedule => schedule.Message.Options.ContentType));
    }

    [Fact]
    public void UrlGroup_DeclaredInSeveralPlaces_HasAllItsEndpoints()
    {
        PublishOptions defaults = new() { Retries = 2, Callback = new("/reports") };
        DeclaredUrlGroup group = Assert.Single(Declared.Model(infra =>
        {
            infra.UrlGroup(s_receipts).Endpoint<CloseDayHandler>().Endpoint("https://audit.example.com/in", "audit");
            infra.UrlGroup(new UrlGroup("receipts")).EndpointPath("/more").Defaults(defaults);
        }).UrlGroups);

        Assert.Equal("shop.prod.receipts", group.PhysicalName);
        Assert.Equal(
            [new UrlGroupEndpoint("https://shop.example.com/close-day", "CloseDayHandler"), new("https://audit.example.com/in", "audit"), new("https://shop.example.com/more")],
            group.Endpoints);
        Assert.Equal(2, group.Defaults?.Retries);
        Assert.Equal("https://shop.example.com/reports", group.Defaults?.Callback?.Url);
    }

    [Fact]
    public void SharedResources_KeepTheirNames()
    {
        InfraModel model = Declared.Model(static infra =>
        {
            infra.UrlGroup(new UrlGroup("all-shops") { Shared = true }).EndpointPath("/x");
            infra.Queue(new Queue("everybody") { Shared = true });
            infra.Pin("partner-api", shared: true).Rate(10, TimeSpan.FromMinutes(1));
            infra.Schedule("ping", "* * * * *").ToUrlGroup(new UrlGroup("of-another-app") { Shared = true });
        });

        Assert.Equal("all-shops", model.UrlGroups[0].PhysicalName);
        Assert.Equal("everybody", model.Queues[0].PhysicalName);
        Assert.Equal("partner-api", model.Pins[0].PhysicalKey);
        Assert.Equal("of-another-app", model.Schedules[0].Message.Destination.Value);
    }

    [Fact]
    public void QueueAndPin_SayWhatWasSaidAndNothingElse()
    {
        InfraModel model = Declared.Model(static infra =>
        {
            infra.Queue("orders").Parallelism(2).Paused();
            infra.Queue("plain");
            infra.Pin("books").Parallelism(3);
        });

        Assert.Equal([("shop.prod.orders", 2, true), ("shop.prod.plain", null, null)], model.Queues.Select(static queue => (queue.PhysicalName, queue.Parallelism, queue.Paused)));
        DeclaredPin pin = Assert.Single(model.Pins);
        Assert.Equal(("shop.prod.books", 3, null, null), (pin.PhysicalKey, pin.Parallelism, pin.Rate, pin.Period));
    }

    private static string BodyOf(DeclaredSchedule schedule) => Encoding.UTF8.GetString(schedule.Message.Encode(new QStashJson()).Body.Span);

    internal sealed record CloseDay(string Region);

    [QStashRoute("/close-day")]
    internal sealed class CloseDayHandler;

    [JsonSerializable(typeof(CloseDay))]
    internal sealed partial class ShopJson : JsonSerializerContext;
}
