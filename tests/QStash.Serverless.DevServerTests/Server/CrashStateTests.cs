using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace QStash.Serverless.DevServerTests.Server;

/// <summary>A server process that is killed while everything it can hold is pending.</summary>
public sealed class CrashStateTests : IAsyncLifetime
{
    private static readonly HttpClient Http = new();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("qstash").FullName;
    private readonly ConcurrentDictionary<string, int> _arrived = new();
    private WebApplication _destination = null!;
    private string _origin = null!;
    private int _running;
    private int _most;

    public async Task InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(o => o.Listen(System.Net.IPAddress.Loopback, 0));
        _destination = builder.Build();
        _destination.Run(async http =>
        {
            string path = http.Request.Path;
            _arrived.AddOrUpdate(path, 1, (_, n) => n + 1);
            if (path.StartsWith("/pair", StringComparison.Ordinal))
            {
                lock (_arrived)
                {
                    _most = Math.Max(_most, ++_running);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
                lock (_arrived)
                {
                    _running--;
                }
            }

            http.Response.StatusCode = path == "/bad" ? 500 : 200;
        });
        await _destination.StartAsync();
        _origin = _destination.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    public async Task DisposeAsync()
    {
        await _destination.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task KilledWithEverythingPending_ShowsTheSameAfterwardsAndGoesOn()
    {
        string[] reads = ["schedules", "topics", "queues", "flowControl", "dlq", "keys", "events?state=CREATED"];
        string[] before;
        using (ServerProcess server = await ServerProcess.StartAsync(_directory))
        {
            await SendAsync(server, "POST", $"schedules/{_origin}/tick", "tick", "Upstash-Cron: 0 0 1 1 *", "Upstash-Schedule-Id: yearly", "Upstash-Flow-Control-Key: held", "Upstash-Flow-Control-Value: rate=1");
            await SendAsync(server, "PATCH", "schedules/yearly/pause");
            await SendAsync(server, "POST", "topics/group/endpoints", $$"""{"endpoints":[{"name":"one","url":"{{_origin}}/g1"},{"url":"{{_origin}}/g2"}]}""");
            await SendAsync(server, "POST", "queues", """{"queueName":"mail","parallelism":2,"paused":true}""");
            await SendAsync(server, "POST", "flowControl/held/pause");
            await SendAsync(server, "POST", "flowControl/pair/pin?parallelism=2");
            await SendAsync(server, "POST", $"publish/{_origin}/bad", "x", "Upstash-Retries: 0");
            while (JsonNode.Parse(await SendAsync(server, "GET", "dlq"))!["messages"]!.AsArray().Count == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }

            await SendAsync(server, "POST", "flowControl/pair/pause");
            for (int i = 0; i < 20; i++)
            {
                await SendAsync(server, "POST", $"publish/{_origin}/held{i}", "x", "Upstash-Flow-Control-Key: held", "Upstash-Flow-Control-Value: parallelism=1");
                await SendAsync(server, "POST", $"publish/{_origin}/pair{i}", "x", "Upstash-Flow-Control-Key: pair", "Upstash-Flow-Control-Value: parallelism=9");
                await SendAsync(server, "POST", $"enqueue/mail/{_origin}/mail{i}", "x");
            }

            await SendAsync(server, "POST", $"publish/group", "x", "Upstash-Delay: 1h");
            before = await Task.WhenAll(reads.Select(path => SendAsync(server, "GET", path)));
            server.Kill();
        }

        using ServerProcess again = await ServerProcess.StartAsync(_directory);
        Assert.Equal(before, await Task.WhenAll(reads.Select(path => SendAsync(again, "GET", path))));
        Assert.Equal(["/bad"], _arrived.Keys);
        await SendAsync(again, "POST", "flowControl/pair/resume");
        await SendAsync(again, "POST", "flowControl/held/resume");
        await SendAsync(again, "POST", "queues/mail/resume");
        using CancellationTokenSource limit = new(Patience);
        while (_arrived.Count < 61)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit.Token);
        }

        Assert.All(_arrived.Values, times => Assert.Equal(1, times));
        Assert.InRange(_most, 1, 2);
    }

    private static async Task<string> SendAsync(ServerProcess server, string method, string path, string? body = null, params string[] headers)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), $"{server.Url}/v2/{path}");
        request.Headers.Authorization = new("Bearer", server.Token);
        request.Content = body is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        foreach (string header in headers)
        {
            request.Headers.TryAddWithoutValidation(header.Split(": ")[0], header.Split(": ")[1]);
        }

        using HttpResponseMessage response = await Http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {text}");
        return text;
    }
}
