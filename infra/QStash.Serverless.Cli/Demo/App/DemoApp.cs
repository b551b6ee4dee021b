using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using QStash.Serverless.Cli.Demo.Orders;
using QStash.Serverless.Client;

namespace QStash.Serverless.Cli.Demo.App;

/// <summary>The ASP.NET Core app of the demo, on a free loopback port: what a user would write, and no more.</summary>
internal sealed class DemoApp(WebApplication app) : IDemoApp
{
    public static readonly DemoHost Host = new("aspnetcore", "an ASP.NET Core app", StartAsync);

    public string Url { get; private set; } = "";

    public IQStashPublisher Publisher => app.Services.GetRequiredService<IQStashPublisher>();

    private static async Task<IDemoApp> StartAsync(IReadOnlyDictionary<string, string> settings, DemoJournal journal, CancellationToken cancellationToken)
    {
        // Empty: neither files nor variables of the place where the demo happens to run may change it.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings!);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, StoppedByItsOwner>();
        builder.Services.AddSingleton(journal);

        builder.AddQStash(static options =>
        {
            options.PublicBaseUrl = null;
            options.Regions.Clear();
        }).AddJson(DemoJson.Default).AddClient(options => (options.Url, options.Token) = (settings["QSTASH_URL"], settings["QSTASH_TOKEN"]));

        // Everything is on this machine; a proxy of the environment has no part in it.
        builder.Services.AddHttpClient(QStashClientOptions.HttpClientName)
            .ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

        WebApplication app = builder.Build();
        app.UseRouting();
        app.MapQStash<Order, OrderHandler>("/orders");
        app.MapQStash<Invoice, InvoiceHandler>("/invoices");
        app.MapQStash<QStashCallback, FailureHandler>("/failed");

        DemoApp demo = new(app);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            await demo.DisposeAsync();
            throw;
        }

        demo.Url = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        return demo;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    /// <summary>Ctrl+C is the tool's to handle, for the app and the local QStash together.</summary>
    private sealed class StoppedByItsOwner : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
