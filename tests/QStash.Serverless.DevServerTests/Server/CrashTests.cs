using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace QStash.Serverless.DevServerTests.Server;

/// <summary>A server process that is killed again and again while it accepts and delivers.</summary>
public sealed class CrashTests : IAsyncLifetime
{
    private const int Publishers = 6;
    private static readonly HttpClient Http = new();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("qstash").FullName;
    private readonly Channel<(string Path, string Id)> _arrivals = Channel.CreateUnbounded<(string Path, string Id)>();
    private WebApplication _destination = null!;
    private string _origin = null!;

    public async Task InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(o => o.Listen(System.Net.IPAddress.Loopback, 0));
        _destination = builder.Build();
        _destination.Run(http =>
        {
            string id = http.Request.Headers["Upstash-Message-Id"].ToString();
            bool failsFirst = id[^1] < 'D' && http.Request.Headers["Upstash-Retried"] == "0";
            http.Response.StatusCode = failsFirst ? 500 : 200;
            if (!failsFirst)
            {
                _arrivals.Writer.TryWrite((http.Request.Path, id));
            }

            return Task.CompletedTask;
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
    public async Task KilledWithoutWarning_LosesNothingThatWasAnsweredAndKeepsQueuesInOrder()
    {
        int kills = Environment.GetEnvironmentVariable("QSTASH_SOAK") == "1" ? 200 : 3;
        ConcurrentQueue<string> published = new();
        ConcurrentQueue<string> enqueued = new();
        for (int kill = 0; kill < kills; kill++)
        {
            int enough = published.Count + 60;
            using ServerProcess server = await ServerProcess.StartAsync(_directory);
            (string url, string token) = (server.Url, server.Token);
            TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Task[] traffic =
            [
                .. Enumerable.Range(0, Publishers).Select(_ => SendUntilKilledAsync(url, token, "publish", published, () =>
                {
                    if (published.Count >= enough)
                    {
                        reached.TrySetResult();
                    }
                })),
                SendUntilKilledAsync(url, token, "enqueue/q", enqueued, () => { }),
            ];
            await reached.Task.WaitAsync(Patience);
            server.Kill();
            await Task.WhenAll(traffic);
        }

        using ServerProcess last = await ServerProcess.StartAsync(_directory);
        HashSet<string> missing = [.. published, .. enqueued];
        List<string> queueOrder = [];
        HashSet<string> seen = [];
        while (missing.Count > 0)
        {
            using CancellationTokenSource limit = new(Patience);
            if (!await _arrivals.Reader.WaitToReadAsync(limit.Token).AsTask().ContinueWith(arrived => arrived.IsCompletedSuccessfully, TaskScheduler.Default))
            {
                Assert.Fail($"No delivery for {Patience}, and {missing.Count} of {published.Count} published and {enqueued.Count} enqueued messages did not arrive.");
            }

            (string path, string id) = await _arrivals.Reader.ReadAsync();
            missing.Remove(id);
            if (path == "/enqueue/q" && seen.Add(id))
            {
                queueOrder.Add(id);
            }
        }

        HashSet<string> answered = [.. enqueued];
        Assert.Equal(enqueued, queueOrder.Where(answered.Contains));
    }

    private async Task SendUntilKilledAsync(string url, string token, string how, ConcurrentQueue<string> answered, Action onAnswer)
    {
        for (int i = 0; ; i++)
        {
            using HttpRequestMessage request = new(HttpMethod.Post, $"{url}/v2/{how}/{_origin}/{how}");
            request.Headers.Authorization = new("Bearer", token);
            request.Headers.Add("Upstash-Retry-Delay", "1");
            request.Content = new StringContent(i.ToString(CultureInfo.InvariantCulture));
            try
            {
                using HttpResponseMessage response = await Http.SendAsync(request);
                string text = await response.Content.ReadAsStringAsync();
                Assert.True(response.IsSuccessStatusCode, text);
                answered.Enqueue((string)JsonNode.Parse(text)!["messageId"]!);
                onAnswer();
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }
}
