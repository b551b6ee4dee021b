using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless.Client;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.HostTests.Docs;

/// <summary>Runs what docs/client.md shows.</summary>
public sealed class ClientPageTests : IAsyncLifetime, IDisposable
{
    private readonly Shop _shop = new();
    private QStashDevServer? _qstash;
    private QStashClient? _client;

    private QStashDevServer Qstash => _qstash!;

    private IQStashPublisher Publisher => _client!;

    [Fact]
    public async Task Publishing_and_its_options()
    {
        IQStashPublisher qstash = Publisher;
        Order order = new("o-1", 42.50m);

        PublishReceipt receipt = await qstash.PublishAsync(Destination.Url("https://shop.test/orders"), order, new PublishOptions
        {
            Delay = TimeSpan.FromMinutes(5),
            Retries = 5,
            RetryDelay = RetryDelayExpression.Parse("min(pow(2, retried) * 1000, 60000)"),
            Timeout = TimeSpan.FromSeconds(30),
            Headers = [new("X-Tenant", "acme")],
            Labels = ["checkout"],
            DeduplicationId = "order-o-1",
            FailureCallback = new CallbackOptions("https://shop.test/failures"),
        });

        Assert.Equal(["checkout"], (await _client!.Messages.GetAsync(receipt.MessageId))!.Labels);
    }

    [Fact]
    public async Task Queues_groups_and_limits()
    {
        IQStashPublisher qstash = Publisher;
        await _client!.UrlGroups.AddEndpointsAsync("receipts", [new("https://shop.test/receipts"), new("https://audit.test/in", "audit")]);

        await qstash.EnqueueAsync("orders", Destination.Url("https://shop.test/orders"), new Order("o-1", 1));
        await qstash.PublishAsync(Destination.UrlGroup("receipts"), new Order("o-2", 2));
        await qstash.PublishAsync(Destination.Url("https://shop.test/orders"), new Order("o-3", 3), new PublishOptions
        {
            FlowControl = new FlowControl("payments", new FlowControlValue { Rate = 10, Period = TimeSpan.FromSeconds(1), Parallelism = 2 }),
        });

        await Qstash.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal(["/in", "/orders", "/orders", "/receipts"], _shop.Paths.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Batches_report_each_message()
    {
        IQStashPublisher qstash = Publisher;
        Order[] orders = [new("o-1", 1), new("o-2", 2)];

        IReadOnlyList<BatchItemResult> results = await qstash.PublishBatchAsync(
            [.. orders.Select(order => new QStashMessage<Order>(Destination.Url("https://shop.test/orders"), order) { Queue = "orders" })]);
        foreach (BatchItemResult failed in results.Where(result => result.Error is not null))
        {
            Console.Error.WriteLine(failed.Error);
        }

        Assert.All(results, static result => Assert.NotNull(result.Receipt));
    }

    [Fact]
    public async Task Names_belong_to_the_app_and_the_environment()
    {
        UrlGroup receipts = new("receipts");
        UrlGroup everyones = new("audit") { Shared = true };
        foreach (string name in (string[])["shop.prod.receipts", "audit"])
        {
            await _client!.UrlGroups.AddEndpointsAsync(name, [new("https://shop.test/" + name)]);
        }

        QStashClient qstash = new(new QStashClientOptions { Url = Qstash.Url.ToString(), Token = Qstash.Token, App = "shop", Env = "prod" });

        await qstash.PublishAsync(Destination.UrlGroup(receipts), new Order("o-1", 1));           // to shop.prod.receipts
        await qstash.PublishAsync(Destination.UrlGroup(everyones), new Order("o-1", 1));          // to audit

        await Qstash.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal(["/audit", "/shop.prod.receipts"], _shop.Paths.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Reads_page_by_themselves_and_everything_is_a_call_of_its_own()
    {
        QStashClient qstash = _client!;
        await qstash.PublishAsync(Destination.Url("https://shop.test/refused"), "x", new PublishOptions { Retries = 0, Labels = ["checkout"] });
        await Qstash.AdvanceAsync(TimeSpan.Zero);
        List<LogEntry> entries = [];

        await foreach (LogEntry entry in qstash.Logs.ListAsync(new() { Labels = ["checkout"], State = MessageState.Failed }))
        {
            entries.Add(entry);
        }

        await qstash.DeadLetters.RetryAsync(new DeadLetterFilter { Labels = ["checkout"] }, new PublishOptions { Retries = 0 });
        await qstash.Messages.CancelAllAsync();

        Assert.Single(entries);
        await Assert.ThrowsAsync<ArgumentException>(() => qstash.DeadLetters.RetryAsync(new DeadLetterFilter()));
    }

    [Fact]
    public async Task Refusals_are_one_exception()
    {
        QStashClient qstash = new(new QStashClientOptions { Url = Qstash.Url.ToString(), Token = "wrong" });
        string? told = null;

        try
        {
            await qstash.Queues.UpsertAsync("orders", parallelism: 2);
        }
        catch (QStashApiException refused) when (refused.StatusCode == System.Net.HttpStatusCode.Unauthorized)
        {
            told = refused.Message;
        }

        Assert.Contains("QSTASH_TOKEN", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_accounts_are_several_clients()
    {
        ServiceCollection services = new();
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["QStash:Token"] = "one",
            ["Billing:Token"] = "two",
            ["Billing:Url"] = "https://qstash-us-east-1.upstash.io",
        }).Build();

        services.AddQStash(configuration).AddClient().AddClient("Billing");

        using ServiceProvider provider = services.BuildServiceProvider();
        Assert.NotSame(provider.GetRequiredService<IQStashPublisher>(), provider.GetRequiredKeyedService<IQStashPublisher>("Billing"));
    }

    public async Task InitializeAsync()
    {
        QStashDevServerOptions options = new() { TimeProvider = new DevServerClock() };
        options.MapHost("shop.test", _shop);
        options.MapHost("audit.test", _shop);
        _qstash = await QStashDevServer.StartAsync(options);
        _client = new QStashClient(new QStashClientOptions { Url = _qstash.Url.ToString(), Token = _qstash.Token });
    }

    public async Task DisposeAsync() => await Qstash.DisposeAsync();

    public void Dispose() => _shop.Dispose();

    private sealed record Order(string Id, decimal Total);

    private sealed class Shop : HttpMessageHandler
    {
        internal System.Collections.Concurrent.ConcurrentBag<string> Paths { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string path = request.RequestUri!.AbsolutePath;
            Paths.Add(path);
            return Task.FromResult(new HttpResponseMessage(path == "/refused" ? System.Net.HttpStatusCode.InternalServerError : System.Net.HttpStatusCode.OK));
        }
    }
}
