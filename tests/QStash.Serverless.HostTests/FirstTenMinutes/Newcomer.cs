using System.Text.RegularExpressions;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using QStash.Serverless.Client;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.HostTests.FirstTenMinutes;

/// <summary>Somebody who tries it for the first time: a local QStash, an app on a real port, and what they read when something goes wrong.</summary>
public abstract class Newcomer : IAsyncLifetime
{
    private readonly List<WebApplication> _apps = [];
    private readonly Channel<DeliveryLog> _failures = Channel.CreateUnbounded<DeliveryLog>();
    private Task _watching = Task.CompletedTask;

    protected QStashDevServer QStash { get; private set; } = null!;

    protected QStashClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        QStash = await QStashDevServer.StartAsync(new QStashDevServerOptions { UseWellKnownAccounts = true });
        Client = new QStashClient(new QStashClientOptions { Url = QStash.Url.ToString(), Token = QStash.Token });
        IAsyncEnumerable<DeliveryLog> logs = QStash.WatchLogsAsync();
        _watching = WatchAsync(logs);
    }

    public async Task DisposeAsync()
    {
        foreach (WebApplication app in _apps)
        {
            await app.DisposeAsync();
        }

        await QStash.DisposeAsync();
        await _watching;
    }

    /// <summary>The settings that are right.</summary>
    protected Dictionary<string, string?> Settings() => QStash.Settings.ToDictionary(static setting => setting.Key, static setting => (string?)setting.Value);

    /// <summary>Starts the app, and returns its URL.</summary>
    protected async Task<string> StartAsync(
        Action<WebApplication> map, Dictionary<string, string?>? settings = null, string environment = "Development", Action<WebApplicationBuilder>? configure = null, bool addQStash = true)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().Services.AddSingleton<ILoggerProvider, CapturedLogs>();
        foreach ((string name, string? value) in settings ?? Settings())
        {
            builder.Configuration[name] = value;
        }

        if (addQStash)
        {
            builder.AddQStash();
        }

        configure?.Invoke(builder);
        WebApplication app = builder.Build();
        _apps.Add(app);
        map(app);
        await app.StartAsync();
        return app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    protected static void MapOrders(WebApplication app) => app.MapQStash("/orders", (QStashDelivery<Purchase> _, CancellationToken _) => Task.CompletedTask);

    /// <summary>Publishes an order once, without retries, and waits for its end.</summary>
    protected async Task OrderAsync(string url, PublishOptions? options = null)
    {
        await Client.PublishAsync(Destination.Url(url), new Purchase("o-1", 1), (options ?? new()) with { Retries = 0 });
        await QStash.DrainAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>The warnings and errors that the app has logged, one text.</summary>
    protected string Log() => string.Join('\n', _apps[^1].Services.GetServices<ILoggerProvider>().OfType<CapturedLogs>().Single().Lines.Where(static line => line.Level >= LogLevel.Warning).Select(static line => line.Text));

    /// <summary>How QStash's side of the attempt that failed ended.</summary>
    protected async Task<DeliveryLog> FailedAttemptAsync() => await _failures.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));

    /// <summary>Expects that a message is there, that it says what to do, and that the troubleshooting page has it as a heading.</summary>
    protected static void Reads(string actual, params string[] parts)
    {
        Assert.All(parts, part => Assert.Contains(part, actual, StringComparison.Ordinal));
        Assert.Contains(TroubleshootingPage.Headings, heading => Regex.IsMatch(actual, TroubleshootingPage.Pattern(heading), RegexOptions.None, TimeSpan.FromSeconds(5)));
    }

    private async Task WatchAsync(IAsyncEnumerable<DeliveryLog> logs)
    {
        await foreach (DeliveryLog log in logs)
        {
            if (log.State == "ERROR")
            {
                await _failures.Writer.WriteAsync(log);
            }
        }
    }
}
