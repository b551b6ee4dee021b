using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using QStash.Serverless.AzureFunctions;
using QStash.Serverless.Client;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.HostTests.EndToEnd;

/// <summary>One app in two environments that share an account.</summary>
public sealed class EnvironmentsTests : IAsyncLifetime
{
    private static readonly UrlGroup s_receipts = new("receipts");
    private static readonly UrlGroup s_audit = new("audit") { Shared = true };
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<string> _seen = new();
    private readonly List<WebApplication> _apps = [];
    private QStashDevServer _qstash = null!;

    public async Task InitializeAsync() => _qstash = await QStashDevServer.StartAsync();

    public async Task DisposeAsync()
    {
        foreach (WebApplication app in _apps)
        {
            await app.DisposeAsync();
        }

        await _qstash.DisposeAsync();
    }

    [Fact]
    public async Task Message_to_a_group_reaches_the_environment_it_was_published_in()
    {
        IQStashPublisher dev = await AppAsync("dev");
        IQStashPublisher prod = await AppAsync("prod");

        await dev.PublishAsync(Destination.UrlGroup(s_receipts), "one");
        await prod.PublishAsync(Destination.UrlGroup(s_receipts), "two");
        await dev.PublishAsync(Destination.UrlGroup(s_audit), "three");
        await _qstash.DrainAsync(s_patience);

        Assert.Equal(
            ["dev: one for shop.dev.receipts", "dev: three for audit", "prod: three for audit", "prod: two for shop.prod.receipts"],
            _seen.Order());
    }

    [Fact]
    public async Task Queue_and_flow_control_key_are_the_environments_own()
    {
        IQStashPublisher dev = await AppAsync("dev");
        IQStashPublisher prod = await AppAsync("prod");
        PublishOptions options = new() { FlowControl = new("partner", new() { Parallelism = 1 }) };

        await dev.EnqueueAsync("orders", Destination.UrlGroup(s_receipts), "one", options);
        await prod.EnqueueAsync("orders", Destination.UrlGroup(s_receipts), "two", options);
        await _qstash.DrainAsync(s_patience);

        QStashClient anyone = Client();
        Assert.Equal(["shop.dev.orders", "shop.prod.orders"], (await anyone.Queues.ListAsync()).Select(static queue => queue.Name).Order());
        Assert.Equal(["shop.dev.partner", "shop.prod.partner"], (await anyone.FlowControl.ListAsync()).Select(static flow => flow.Key).Order());
    }

    [Fact]
    public async Task Group_of_a_delivery_can_be_published_to_as_it_is()
    {
        IQStashPublisher dev = await AppAsync("dev");

        await dev.PublishAsync(Destination.UrlGroup(s_receipts), "again");
        await _qstash.DrainAsync(s_patience);

        Assert.Equal(["dev: again for shop.dev.receipts", "dev: answer for shop.dev.receipts"], _seen);
    }

    [Fact]
    public async Task Output_of_a_function_goes_to_the_group_of_its_environment()
    {
        await AppAsync("dev");
        await using QStashFunctionsHarness functions = await QStashFunctionsHarness.StartAsync(
            builder =>
            {
                builder.Configuration["QStash:Url"] = _qstash.Url.ToString();
                builder.Configuration["QStash:Token"] = _qstash.Token;
                builder.Configuration["QStash:App"] = "shop";
                builder.Configuration["QStash:Env"] = "dev";
                builder.UseQStash().AddClient();
            },
            typeof(Closing));

        await functions.InvokeAsync("close-day", new TimerInfo());
        await _qstash.DrainAsync(s_patience);

        Assert.Equal(["dev: closed for shop.dev.receipts"], _seen);
        Assert.Equal(["shop.dev.closing"], (await Client().Queues.ListAsync()).Select(static queue => queue.Name));
    }

    private QStashClient Client() => new(new QStashClientOptions { Url = _qstash.Url.ToString(), Token = _qstash.Token });

    private async Task<IQStashPublisher> AppAsync(string env)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration["QStash:Url"] = _qstash.Url.ToString();
        builder.Configuration["QStash:Token"] = _qstash.Token;
        builder.Configuration["QStash:App"] = "shop";
        builder.Configuration["QSTASH_ENV"] = env;
        builder.AddQStash().AddClient();
        WebApplication app = builder.Build();
        _apps.Add(app);
        app.MapQStash("/receipts", (QStashDelivery<string> delivery, CancellationToken _) =>
        {
            _seen.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{env}: {delivery.Payload} for {delivery.UrlGroup}"));
            return Task.FromResult(delivery.Payload == "again"
                ? QStashResult.Success(new QStashMessage<string>(Destination.UrlGroup(delivery.UrlGroup!), "answer"))
                : QStashResult.Success());
        });
        await app.StartAsync();

        string url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/receipts";
        await Client().UrlGroups.AddEndpointsAsync($"shop.{env}.receipts", [new(url, env)]);
        await Client().UrlGroups.AddEndpointsAsync("audit", [new(url, env)]);
        return app.Services.GetRequiredService<IQStashPublisher>();
    }

    private static class Closing
    {
        [Function("close-day")]
        [QStashOutput(UrlGroup = "receipts", Queue = "closing")]
        public static string CloseDay([TimerTrigger("0 0 2 * * *")] TimerInfo timer) => "closed";
    }
}
