using QStash.Serverless.DevServer;
using QStash.Serverless.DevServerTests.Server;

namespace QStash.Serverless.DevServerTests.Docs;

/// <summary>Runs what docs/dev-server.md shows.</summary>
public sealed class Snippets
{
    [Fact]
    public async Task Page_DoesWhatItSays()
    {
        using TestApp app = new();
        DevServerClock clock = new();                                                     // stands still until it is advanced
        QStashDevServerOptions options = new() { TimeProvider = clock };
        options.MapHost("https://shop.test", app);                                        // an HttpMessageHandler, such as TestServer.CreateHandler()
        await using QStashDevServer qstash = await QStashDevServer.StartAsync(options);   // a free port, random keys, in memory

        string token = qstash.Settings["QSTASH_TOKEN"];                                   // also QSTASH_URL and the two keys
        await qstash.AdvanceAsync(TimeSpan.FromDays(2));                                  // every retry and schedule of two days
        await qstash.DrainAsync(TimeSpan.FromSeconds(30));                                // nothing in progress, nothing due
        await qstash.ResetAsync();                                                        // a clean slate for the next test

        qstash.AddFault(new() { Kind = DevServerFaultKind.Drop, Url = "https://shop.test/*", Probability = 0.1, Seed = 7 });

        Assert.Equal(qstash.Token, token);
        Assert.Equal("https://shop.test/*", Assert.Single(qstash.GetFaults()).Url);
    }
}
