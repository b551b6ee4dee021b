using System.Text;
using System.Text.Json.Nodes;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.DevServerTests.Server;

/// <summary>A million messages through one server: all delivered, and memory that does not grow with them.</summary>
public sealed class SoakTests : IDisposable
{
    private const int Batch = 1000;

    private readonly string _directory = Directory.CreateTempSubdirectory("qstash").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [SoakFact]
    public async Task MillionMessages_AreDeliveredInBoundedMemory()
    {
        int messages = int.Parse(Environment.GetEnvironmentVariable("QSTASH_SOAK_MESSAGES") ?? "1000000", System.Globalization.CultureInfo.InvariantCulture);
        int delivered = 0;
        using Destination destination = new(() => Interlocked.Increment(ref delivered));
        QStashDevServerOptions options = new() { DataDirectory = _directory };
        options.MapHost("app.test", destination);
        await using QStashDevServer server = await QStashDevServer.StartAsync(options);
        using HttpClient http = new() { BaseAddress = server.Url };
        http.DefaultRequestHeaders.Authorization = new("Bearer", server.Token);
        byte[] batch = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat("""{"destination":"https://app.test/x","headers":{"Upstash-Label":"soak"},"body":"0123456789"}""", Batch))}]");
        long warm = 0;
        long most = 0;
        for (int sent = 0; sent < messages; sent += Batch)
        {
            using HttpResponseMessage response = await http.PostAsync(new Uri("/v2/batch", UriKind.Relative), new ByteArrayContent(batch));
            Assert.True(response.IsSuccessStatusCode);
            if (sent % (messages / 20) == 0)
            {
                await server.DrainAsync(TimeSpan.FromMinutes(10));
                long now = GC.GetTotalMemory(forceFullCollection: true);
                warm = warm == 0 ? now : warm;
                most = Math.Max(most, now);
            }
        }

        await server.DrainAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(messages, delivered);
        Assert.True(most < warm + (64 * 1024 * 1024), $"Memory grew from {warm:N0} to {most:N0} bytes.");
        using HttpResponseMessage last = await http.GetAsync(new Uri("/v2/events?count=1&state=DELIVERED", UriKind.Relative));
        Assert.Single(JsonNode.Parse(await last.Content.ReadAsStringAsync())!["events"]!.AsArray());
    }

    private sealed class Destination(Action arrived) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            arrived();
            return Task.FromResult(TestApp.Reply(200));
        }
    }
}
