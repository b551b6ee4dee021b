using System.Text.Json.Nodes;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.DevServerTests.Server;

public sealed class DurabilityTests : ServerTest
{
    private readonly string _directory = Directory.CreateTempSubdirectory("qstash").FullName;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Restart_GoesOnWithEverythingThatWasPending()
    {
        App.Answers(_ => TestApp.Reply(500));
        string retrying = await PublishAsync("/retrying", "Upstash-Retry-Delay: 60000");
        await PublishAsync("/once", "Upstash-Retries: 0", "Upstash-Deduplication-Id: d");
        await SendAsync("POST", "/v2/enqueue/q/https://app.test/first", "x", "Upstash-Retry-Delay: 30000");
        await SendAsync("POST", "/v2/enqueue/q/https://app.test/second", "x");
        await PublishAsync("/delayed", "Upstash-Delay: 90s");
        await SettleAsync();
        string key = Server.CurrentSigningKey;
        string token = Server.Token;
        await Server.DisposeAsync();

        App.Answers(_ => TestApp.Reply(200));
        int before = App.Received.Length;
        await using QStashDevServer restarted = await QStashDevServer.StartAsync(Options(_directory));
        Assert.Equal((key, token), (restarted.CurrentSigningKey, restarted.Token));
        await restarted.AdvanceAsync(TimeSpan.FromSeconds(90));
        Received[] after = App.Received[before..];
        Assert.Equal(["/first", "/second", "/retrying", "/delayed"], after.Select(r => r.Path));
        Received retried = after.Single(r => r.Path == "/retrying");
        Assert.Equal((retrying, "1"), (retried.Headers["Upstash-Message-Id"], retried.Headers["Upstash-Retried"]));
        Assert.Equal(202, await PublishToAsync(restarted, "/again", "d"));
    }

    [Fact]
    public async Task StopDuringAnAttempt_IsAttemptedAgain()
    {
        TaskCompletionSource arrived = new();
        App.Answer = async (_, ct) =>
        {
            arrived.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
            return TestApp.Reply(200);
        };
        string id = await PublishAsync("/1");
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await Server.DisposeAsync();

        App.Answers(_ => TestApp.Reply(200));
        await using QStashDevServer restarted = await QStashDevServer.StartAsync(Options(_directory));
        await restarted.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal([id, id], App.Received.Select(r => r.Headers["Upstash-Message-Id"]));
        Assert.Equal("0", App.Received[1].Headers["Upstash-Retried"]);
    }

    [Fact]
    public async Task PowerLossImage_HoldsEveryAnsweredMessage()
    {
        List<string> answered = [];
        using CancellationTokenSource stop = new();
        Task[] publishers = [.. Enumerable.Range(0, 8).Select(n => PublishUntilAsync(n, answered, stop.Token))];
        while (Count() < 60)
        {
            await Task.Yield();
        }

        // Publishing goes on while the image is taken: the database first, then its log, so the log is at least as new.
        string[] promised;
        lock (answered)
        {
            promised = [.. answered];
        }

        string image = Path.Combine(_directory, "image");
        Directory.CreateDirectory(image);
        foreach (string file in new[] { "qstash.db", "qstash.db-wal" })
        {
            await using FileStream source = new(Path.Combine(_directory, file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            await using FileStream copy = File.Create(Path.Combine(image, file));
            await source.CopyToAsync(copy);
        }

        await stop.CancelAsync();
        await Task.WhenAll(publishers);
        using TestApp afterwards = new();
        QStashDevServerOptions options = new() { TimeProvider = new DevServerClock(Start), DataDirectory = image };
        options.MapHost("app.test", afterwards);
        await using QStashDevServer restored = await QStashDevServer.StartAsync(options);
        await restored.AdvanceAsync(TimeSpan.FromHours(1));
        HashSet<string> delivered = [.. afterwards.Received.Select(r => r.Headers["Upstash-Message-Id"])];
        Assert.All(promised, id => Assert.Contains(id, delivered));

        int Count()
        {
            lock (answered)
            {
                return answered.Count;
            }
        }
    }

    [Fact]
    public async Task SecondServerOnTheDirectory_IsRefusedAndSaysWhy()
    {
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => QStashDevServer.StartAsync(Options(_directory)));
        Assert.Contains(_directory, refused.Message, StringComparison.Ordinal);
        Assert.Equal(200, await PublishToAsync(Server, "/1", "x"));
    }

    [Fact]
    public async Task StartThatFails_LetsGoOfTheDirectory()
    {
        string other = Path.Combine(_directory, "other");
        QStashDevServerOptions taken = Options(other);
        taken.Port = Server.Url.Port;
        await Assert.ThrowsAnyAsync<IOException>(() => QStashDevServer.StartAsync(taken));
        await using QStashDevServer started = await QStashDevServer.StartAsync(Options(other));
        Assert.NotEqual(Server.Url, started.Url);
    }

    [Fact]
    public async Task Servers_HaveTheirOwnRandomSecretsUnlessAskedForThePublicOnes()
    {
        await using QStashDevServer one = await QStashDevServer.StartAsync();
        await using QStashDevServer two = await QStashDevServer.StartAsync();
        Assert.NotEqual(one.Token, two.Token);
        Assert.NotEqual(one.CurrentSigningKey, two.CurrentSigningKey);
        await using QStashDevServer known = await QStashDevServer.StartAsync(new() { UseWellKnownAccounts = true });
        Assert.Equal("sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r", known.CurrentSigningKey);
        Assert.Equal("""{"UserID":"defaultUser","Password":"defaultPassword"}""", System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(known.Token)));
    }

    [Fact]
    public async Task DirectoryOfOtherCredentials_IsRefusedRatherThanMixed()
    {
        string own = Path.Combine(_directory, "own");
        await (await QStashDevServer.StartAsync(new() { DataDirectory = own })).DisposeAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => QStashDevServer.StartAsync(new() { DataDirectory = own, UseWellKnownAccounts = true }));
        string known = Path.Combine(_directory, "known");
        await (await QStashDevServer.StartAsync(new() { DataDirectory = known, UseWellKnownAccounts = true })).DisposeAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => QStashDevServer.StartAsync(new() { DataDirectory = known }));
    }

    [Fact]
    public async Task HostNoLongerMapped_IsNotSentToTheRealOne()
    {
        string id = await PublishAsync("/1", "Upstash-Delay: 1s", "Upstash-Retries: 0");
        await Server.DisposeAsync();
        await using QStashDevServer restarted = await QStashDevServer.StartAsync(new() { TimeProvider = Clock, DataDirectory = _directory });
        IAsyncEnumerable<DeliveryLog> logs = restarted.WatchLogsAsync();
        await restarted.AdvanceAsync(TimeSpan.FromSeconds(1));
        await restarted.DisposeAsync();
        List<DeliveryLog> seen = [];
        await foreach (DeliveryLog log in logs)
        {
            seen.Add(log);
        }

        Assert.Equal((id, "FAILED"), (seen[^1].MessageId, seen[^1].State));
        Assert.Contains("not sent", seen[^1].Error, StringComparison.Ordinal);
        Assert.Empty(App.Received);
    }

    [Fact]
    public async Task OldLogs_AreForgottenAndFailedMessagesAreNot()
    {
        App.Answers(r => TestApp.Reply(r.Path == "/bad" ? 500 : 200));
        string good = await PublishAsync("/good");
        string bad = await PublishAsync("/bad", "Upstash-Retries: 0");
        await SettleAsync();
        await Server.AdvanceAsync(TimeSpan.FromDays(13));
        await PublishAsync("/later");
        await SettleAsync();
        Assert.NotEmpty(await StatesAsync(good));
        await Server.AdvanceAsync(TimeSpan.FromDays(2));
        await PublishAsync("/last");
        await SettleAsync();
        Assert.Empty(await StatesAsync(good));
        Assert.Equal(4, (await StatesAsync(bad)).Length);
        Assert.Single(await DlqAsync());
    }

    [Fact]
    public async Task AdvancingTheSystemClock_IsRefused()
    {
        await using QStashDevServer server = await QStashDevServer.StartAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.AdvanceAsync(TimeSpan.FromSeconds(1)));
    }

    protected override void Configure(QStashDevServerOptions options) => options.DataDirectory = _directory;

    private QStashDevServerOptions Options(string directory)
    {
        QStashDevServerOptions options = new() { TimeProvider = Clock, DataDirectory = directory };
        options.MapHost("app.test", App);
        return options;
    }

    private async Task PublishUntilAsync(int publisher, List<string> answered, CancellationToken stop)
    {
        for (int i = 0; !stop.IsCancellationRequested; i++)
        {
            string id = await PublishAsync($"/{publisher}/{i}", "Upstash-Delay: 10s");
            lock (answered)
            {
                answered.Add(id);
            }
        }
    }

    private static async Task<int> PublishToAsync(QStashDevServer server, string path, string deduplicationId)
    {
        using HttpClient http = new();
        using HttpRequestMessage request = new(HttpMethod.Post, $"{server.Settings["QSTASH_URL"]}/v2/publish/https://app.test{path}");
        request.Headers.Authorization = new("Bearer", server.Token);
        request.Headers.Add("Upstash-Deduplication-Id", deduplicationId);
        using HttpResponseMessage response = await http.SendAsync(request);
        Assert.NotNull(JsonNode.Parse(await response.Content.ReadAsStringAsync())!["messageId"]);
        return (int)response.StatusCode;
    }
}
