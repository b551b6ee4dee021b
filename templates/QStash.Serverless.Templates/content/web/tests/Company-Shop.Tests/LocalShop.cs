using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless;
using QStash.Serverless.Client;
using QStash.Serverless.DevServer;
//#if (!NoInfra)
using QStash.Serverless.Infra;
//#endif

namespace Company.Shop.Tests;

/// <summary>The app and a local QStash in this process; QStash's clock stands still until it is advanced.</summary>
internal sealed class LocalShop : IAsyncDisposable
{
    private readonly WebApplicationFactory<Program> _app;

    private LocalShop(QStashDevServer qstash, DevServerClock clock)
    {
        QStash = qstash;
        Client = new QStashClient(new QStashClientOptions { Url = qstash.Url.ToString(), Token = qstash.Token });
        _app = new WebApplicationFactory<Program>().WithWebHostBuilder(web =>
        {
            web.ConfigureServices(services => services.AddSingleton<TimeProvider>(clock));
            web.UseSetting("QSTASH_PUBLIC_BASE_URL", Url);
            //#if (!NoInfra)
            web.UseSetting("QStash:App", "shop").UseSetting("QStash:Env", "test");
            //#endif
            foreach ((string name, string value) in qstash.Settings)
            {
                web.UseSetting(name, value);
            }
        });
        qstash.MapHost(Url, _app.Server.CreateHandler());
    }

    internal string Url => "https://shop.test";

    internal QStashDevServer QStash { get; }

    internal QStashClient Client { get; }

    internal static async Task<LocalShop> StartAsync()
    {
        DevServerClock clock = new();
        LocalShop shop = new(await QStashDevServer.StartAsync(new() { TimeProvider = clock }), clock);
        //#if (!NoInfra)
        InfraReading declared = InfraReading.Of(typeof(OrdersInfra).Assembly, new InfraTarget(new ResourceScope("shop", "test"), shop.Url));
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
