using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless;
using QStash.Serverless.Client;
using QStash.Serverless.DevServer;
//#if (!NoInfra)
using QStash.Serverless.Infra;
//#endif
using QStash.Serverless.Lambda;

namespace Company.Shop.Tests;

/// <summary>
/// The function behind a URL of its own, and a local QStash in this process. Deliveries reach the function as Lambda's events; QStash's clock stands still
/// until it is advanced.
/// </summary>
internal sealed class LocalShop : IAsyncDisposable
{
    private readonly QStashLambdaHandler _function;
    private readonly LambdaFunctionUrl _url;

    private LocalShop(QStashDevServer qstash, DevServerClock clock)
    {
        QStash = qstash;
        Client = new QStashClient(new QStashClientOptions { Url = qstash.Url.ToString(), Token = qstash.Token });
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(qstash.Settings!)
            //#if (!NoInfra)
            .AddInMemoryCollection([new("QStash:App", "shop"), new("QStash:Env", "test")])
            //#endif
            .Build();
        QStashLambdaBuilder function = OrdersFunction.Configure(QStashLambda.CreateBuilder(configuration: configuration));
        function.Services.AddSingleton<TimeProvider>(clock);
        _function = function.Build();
        _url = LambdaFunctionUrl.Start(_function);
    }

    internal string Url => _url.Url.GetLeftPart(UriPartial.Authority);

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
        await _url.DisposeAsync();
        await _function.DisposeAsync();
    }
}
