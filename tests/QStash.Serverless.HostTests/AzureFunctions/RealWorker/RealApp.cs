using System.Collections.Concurrent;
using System.Text;
using QStash.Serverless.DevServer;
using QStash.Serverless.Testing;
using QStash.Serverless.Tests.FunctionsHost;

namespace QStash.Serverless.HostTests.AzureFunctions.RealWorker;

/// <summary>The sample app in a process of the vendor's worker, a Functions host of ours around it, and a local QStash that delivers to it as https://shop.test.</summary>
internal sealed class RealApp : IAsyncDisposable
{
    internal const string PublicUrl = "https://shop.test";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _front = new();

    private RealApp(QStashDevServer qstash, FunctionsHost host)
    {
        QStash = qstash;
        Host = host;
        _front.BaseAddress = new(host.Url);
        Deliveries = new(host.Url);
        qstash.MapHost(PublicUrl, Deliveries);
    }

    internal static string? Folder => Environment.GetEnvironmentVariable("QSTASH_AZURE_APP");

    internal QStashDevServer QStash { get; }

    internal FunctionsHost Host { get; }

    /// <summary>What the local QStash has delivered to the app.</summary>
    internal Delivered Deliveries { get; }

    /// <param name="startup">How the app starts.</param>
    /// <param name="changes">Settings besides or instead of the usual ones; null takes one away.</param>
    internal static async Task<RealApp> StartAsync(string startup, params (string Name, string? Value)[] changes)
    {
        QStashDevServer qstash = await QStashDevServer.StartAsync();
        Dictionary<string, string?> settings = qstash.Settings.ToDictionary(static setting => setting.Key, static setting => (string?)setting.Value);
        settings["AZUREAPP_STARTUP"] = startup;
        settings["PublicUrl"] = PublicUrl;
        settings["QSTASH_PUBLIC_BASE_URL"] = PublicUrl;
        foreach ((string name, string? value) in changes)
        {
            settings[name] = value;
        }

        try
        {
            return new(qstash, await FunctionsHost.StartAsync(
                Path.Combine(Folder!, "QStash.Serverless.AzureApp.dll"),
                settings.Where(static setting => setting.Value is not null).Select(static setting => KeyValuePair.Create(setting.Key, setting.Value!))));
        }
        catch
        {
            await qstash.DisposeAsync();
            throw;
        }
    }

    /// <summary>A delivery to a route of the app, signed for its public URL.</summary>
    internal SignedDelivery Delivery(string route, string body) => new SignedDelivery($"{PublicUrl}/api/{route}", QStash.CurrentSigningKey).WithJson(body);

    /// <summary>Sends a delivery straight to the app.</summary>
    internal async Task<HostReply> SendAsync(SignedDelivery delivery)
    {
        using HttpRequestMessage request = delivery.ToRequest();
        request.RequestUri = new Uri(new Uri(Host.Url), request.RequestUri!.PathAndQuery);
        using HttpResponseMessage response = await _front.SendAsync(request);
        return await ReadAsync(response);
    }

    internal async Task<HostReply> RequestAsync(HttpMethod method, string path, string? body = null)
    {
        using HttpRequestMessage request = new(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8) };
        using HttpResponseMessage response = await _front.SendAsync(request);
        return await ReadAsync(response);
    }

    /// <summary>How often a function was invoked.</summary>
    internal int Invoked(string function) => Host.Invocations.Count(invocation => invocation.Function == function);

    /// <summary>Waits until the local QStash has nothing to do now.</summary>
    internal Task DrainAsync() => QStash.DrainAsync(s_patience);

    public async ValueTask DisposeAsync()
    {
        await QStash.DisposeAsync();
        await Host.DisposeAsync();
        Deliveries.Dispose();
        _front.Dispose();
    }

    private static async Task<HostReply> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        response.Headers.Concat(response.Content.Headers).ToDictionary(static header => header.Key, static header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase),
        await response.Content.ReadAsByteArrayAsync());
}

/// <summary>Takes deliveries for the app's public URL to where it really listens, and remembers them.</summary>
internal sealed class Delivered(string url) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
{
    internal ConcurrentQueue<(string Path, string Body, int Status)> All { get; } = new();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string path = request.RequestUri!.PathAndQuery;
        string body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        request.Headers.Host = request.RequestUri.Authority;
        request.RequestUri = new Uri(url + path);
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        All.Enqueue((path, body, (int)response.StatusCode));
        return response;
    }
}
