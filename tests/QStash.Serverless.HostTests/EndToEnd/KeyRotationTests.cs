using System.Collections.Concurrent;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.HostTests.EndToEnd;

public sealed class KeyRotationTests
{
    private const int MessagesARound = 60;

    [Fact]
    public async Task Keys_roll_twice_under_traffic_and_no_genuine_delivery_is_refused()
    {
        await using QStashDevServer qstash = await QStashDevServer.StartAsync();
        CapturedLogs logs = new();
        ServerKeys keys = new(qstash);
        ConcurrentDictionary<string, byte> received = new();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(logs);
        builder.AddQStash().UseSigningKeys(keys).AddClient(options => (options.Url, options.Token) = (qstash.Url.ToString(), qstash.Token));
        await using WebApplication app = builder.Build();
        // A path of its own: a retry of some other local QStash, meant for whoever had this port before, must not count as a refusal here.
        string path = $"/orders-{Guid.NewGuid():N}";
        app.MapQStash(path, (QStashDelivery<Purchase> order, CancellationToken _) =>
        {
            received[order.Payload.Id] = 0;
            return Task.CompletedTask;
        });
        await app.StartAsync();
        Destination orders = Destination.Url(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + path);
        IQStashPublisher publisher = app.Services.GetRequiredService<IQStashPublisher>();

        for (int round = 0; round < 3; round++)
        {
            Task roll = round == 0 ? Task.CompletedTask : qstash.RotateSigningKeysAsync();
            await Task.WhenAll([roll, .. Enumerable.Range(0, MessagesARound).Select(i => publisher.PublishAsync(orders, new Purchase($"{round}-{i}", i)))]);
            await qstash.DrainAsync(TimeSpan.FromSeconds(60));
        }

        Assert.Empty(logs.Lines.Where(static line => line.Id.Name == "Refused").Select(static line => line.Text));
        Assert.Equal(3 * MessagesARound, received.Count);
        // At the start, for the delivering region, and once more when the second roll's key was met; the first roll's was known as the next one.
        Assert.Equal(3, keys.Reads);
    }

    /// <summary>The local QStash's keys, read from its API.</summary>
    private sealed class ServerKeys(QStashDevServer qstash) : ISigningKeySource
    {
        private static readonly HttpClient s_http = new();
        private int _reads;

        public int Reads => _reads;

        public async ValueTask<IReadOnlyList<string>> GetSigningKeysAsync(string? region, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _reads);
            using HttpRequestMessage request = new(HttpMethod.Get, new Uri(qstash.Url, "/v2/keys")) { Headers = { Authorization = new("Bearer", qstash.Token) } };
            using HttpResponseMessage response = await s_http.SendAsync(request, cancellationToken);
            Dictionary<string, string>? keys = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<Dictionary<string, string>>(cancellationToken);
            return [keys!["current"], keys["next"]];
        }
    }
}
