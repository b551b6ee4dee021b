using QStash.Serverless.Cli.Demo.App;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.Cli.Demo;

/// <summary>A local QStash on a temporary folder and the app beside it, both on free loopback ports. Disposing stops both and removes the folder.</summary>
internal sealed class DemoWorld : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qstash-demo-");
    private readonly CancellationTokenSource _stopWatching = new();
    private QStashDevServer? _qstash;
    private IDemoApp? _app;
    private Task _watching = Task.CompletedTask;

    private DemoWorld(DemoJournal journal)
    {
        Journal = journal;
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    }

    /// <summary>What everybody here writes into.</summary>
    public DemoJournal Journal { get; }

    /// <summary>For requests past the client.</summary>
    public HttpClient Http { get; }

    public QStashDevServer QStash => _qstash!;

    public IDemoApp App => _app!;

    /// <summary>Where QStash keeps its SQLite file.</summary>
    public string Folder => _folder.FullName;

    public static async Task<DemoWorld> StartAsync(DemoHost host, DemoJournal journal, CancellationToken cancellationToken)
    {
        DemoWorld world = new(journal);
        try
        {
            world._qstash = await QStashDevServer.StartAsync(new QStashDevServerOptions { DataDirectory = world.Folder }, cancellationToken);
            world._app = await host.StartAsync(world._qstash.Settings, journal, cancellationToken);
            world._watching = world.WatchAsync(world._qstash.WatchLogsAsync(world._stopWatching.Token), $"{world._app.Url}/invoices");
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_qstash is not null)
        {
            await _qstash.DisposeAsync();
        }

        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        await _stopWatching.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopWatching.Dispose();
        Http.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task WatchAsync(IAsyncEnumerable<DeliveryLog> logs, string invoices)
    {
        await foreach (DeliveryLog log in logs)
        {
            if (log.State == "CREATED" && log.Url == invoices)
            {
                Journal.Add(new InvoicePublished(log.Time, log.MessageId));
            }
        }
    }
}
