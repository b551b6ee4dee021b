using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless;
using QStash.Serverless.AzureFunctions;
using QStash.Serverless.Client;
using QStash.Serverless.DevServer;
//#if (!NoInfra)
using QStash.Serverless.Infra;
//#endif

namespace Company.Shop.Tests;

/// <summary>The functions and a local QStash in this process; QStash's clock stands still until it is advanced.</summary>
internal sealed class LocalShop : IAsyncDisposable
{
    private const string Site = "https://shop.test";

    private readonly QStashFunctionsHarness _app;

    private LocalShop(QStashDevServer qstash, QStashFunctionsHarness app)
    {
        QStash = qstash;
        Client = new QStashClient(new QStashClientOptions { Url = qstash.Url.ToString(), Token = qstash.Token });
        _app = app;
        qstash.MapHost(Site, app.CreateHandler());
    }

    /// <summary>What the functions' routes are below.</summary>
    internal string Url => Site + "/api";

    internal QStashDevServer QStash { get; }

    internal QStashClient Client { get; }

    internal static async Task<LocalShop> StartAsync()
    {
        DevServerClock clock = new();
        QStashDevServer qstash = await QStashDevServer.StartAsync(new() { TimeProvider = clock });
        LocalShop shop = new(qstash, await QStashFunctionsHarness.StartAsync(
            builder =>
            {
                builder.Configuration.AddInMemoryCollection(qstash.Settings!);
                builder.Configuration["QSTASH_PUBLIC_BASE_URL"] = Site;
                //#if (!NoInfra)
                builder.Configuration["QStash:App"] = "shop";
                builder.Configuration["QStash:Env"] = "test";
                //#endif
                builder.Services.AddSingleton<TimeProvider>(clock);
                builder.UseQStash().AddJson(OrdersJson.Default).AddClient();
            },
            typeof(OrderFunctions)));
        //#if (!NoInfra)
        InfraReading declared = InfraReading.Of(typeof(OrderFunctions).Assembly, new InfraTarget(new ResourceScope("shop", "test"), Site));
        Assert.Empty(declared.Mistakes);
        await InfraApply.ApplyAsync(shop.Client, InfraPlan.Of(declared.Model!, await InfraState.ReadAsync(shop.Client)));
        //#endif
        return shop;
    }

    /// <summary>Where messages were delivered to, by name.</summary>
    internal async Task<string[]> DeliveredAsync() =>
        await Client.Logs.ListAsync(new() { State = MessageState.Delivered }).Select(log => new Uri(log.Url).Segments[^1]).Order().ToArrayAsync();

    internal async Task<DeadLetter[]> DeadLettersAsync() => await Client.DeadLetters.ListAsync().ToArrayAsync();

    public async ValueTask DisposeAsync()
    {
        await QStash.DisposeAsync();
        await _app.DisposeAsync();
    }
}
