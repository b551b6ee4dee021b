using QStash.Serverless.DevServer;

namespace QStash.Serverless.DevServerTests.Server;

public sealed class FlowControlDurabilityTests : ServerTest
{
    private readonly string _directory = Directory.CreateTempSubdirectory("qstash").FullName;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Restart_KeepsWaitListsWindowsPinsAndPauses()
    {
        for (int i = 0; i < 3; i++)
        {
            await PublishAsync($"/{i}", "Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: rate=1,period=1m");
            await PublishAsync($"/paused{i}", "Upstash-Flow-Control-Key: p", "Upstash-Flow-Control-Value: parallelism=1");
            await SendAsync("POST", "/v2/flowControl/p/pause");
        }

        await SendAsync("POST", "/v2/flowControl/p/pin?parallelism=1");
        await SettleAsync();
        int before = App.Received.Length;
        await Server.DisposeAsync();
        QStashDevServerOptions options = new() { TimeProvider = Clock, DataDirectory = _directory };
        options.MapHost("app.test", App);
        await using QStashDevServer restarted = await QStashDevServer.StartAsync(options);
        await restarted.AdvanceAsync(TimeSpan.FromSeconds(59));
        Assert.Equal(before, App.Received.Length);
        await restarted.AdvanceAsync(TimeSpan.FromSeconds(61));
        Assert.Equal(["/1", "/2"], App.Paths[before..]);
    }

    protected override void Configure(QStashDevServerOptions options) => options.DataDirectory = _directory;
}
