using System.Net;
using QStash.Serverless.Client;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.DevServerTests.Client;

/// <summary>What is refused before anything is sent, and what touches a whole account: only ever a local one.</summary>
public sealed class ManagementTests : IAsyncLifetime
{
    private QStashDevServer _server = null!;
    private QStashClient _client = null!;

    public async Task InitializeAsync()
    {
        QStashDevServerOptions options = new() { TimeProvider = new DevServerClock(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)) };
        options.MapHost("app.test", new Refusing());
        _server = await QStashDevServer.StartAsync(options);
        _client = new QStashClient(new QStashClientOptions { Url = _server.Url.ToString(), Token = _server.Token });
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task NothingNamed_IsNeverTakenForEverything()
    {
        await PublishAsync(3, TimeSpan.FromHours(1));

        await Assert.ThrowsAsync<ArgumentException>(() => _client.Messages.CancelAsync(""));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.Messages.CancelAsync(Array.Empty<string>()));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.Messages.CancelAsync(["msg_1", " "]));
        ArgumentException empty = await Assert.ThrowsAsync<ArgumentException>(() => _client.Messages.CancelAsync(new MessageFilter()));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.Messages.CancelAsync(new MessageFilter { Labels = [""] }));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.DeadLetters.DeleteAsync(""));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.DeadLetters.DeleteAsync(Array.Empty<string>()));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.DeadLetters.DeleteAsync(new DeadLetterFilter()));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.DeadLetters.RetryAsync(Array.Empty<string>()));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.DeadLetters.RetryAsync(new DeadLetterFilter()));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.Schedules.DeleteAsync(""));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.Queues.DeleteAsync(""));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.UrlGroups.DeleteAsync(""));

        Assert.Contains("CancelAllAsync", empty.Message, StringComparison.Ordinal);
        Assert.Equal(3, await _client.Messages.CancelAllAsync());
    }

    [Theory]
    [InlineData("a,b", "comma")]
    [InlineData("", "empty")]
    public void FilterValue_ThatQStashWouldReadAsAnother_IsRefused(string value, string reason)
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => _client.Logs.ListAsync(new LogFilter { Urls = [value] }));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0 2 * *", "position")]
    [InlineData("0 25 * * *", "position 3")]
    [InlineData("CRON_TZ=Europe/Nowhere 0 2 * * *", "Europe/Nowhere")]
    public async Task Cron_ThatIsNone_IsRefusedWithThePlace(string cron, string place)
    {
        FormatException refused = await Assert.ThrowsAsync<FormatException>(() => _client.Schedules.CreateAsync(cron, new QStashMessage<byte[]>(Destination.Url("https://app.test/x"), [])));

        Assert.Contains(place, refused.Message, StringComparison.Ordinal);
        Assert.Empty(await _client.Schedules.ListAsync());
    }

    [Fact]
    public async Task Schedule_TakesNoInstantAndNoIdOfOtherCharacters()
    {
        QStashMessage<string> message = new(Destination.Url("https://app.test/x"), "x") { Options = new PublishOptions { NotBefore = DateTimeOffset.UnixEpoch } };

        await Assert.ThrowsAsync<ArgumentException>(() => _client.Schedules.CreateAsync("* * * * *", message));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.Schedules.CreateAsync("* * * * *", message.WithOptions(new()), "a b"));
    }

    [Fact]
    public async Task Schedule_CanBeReplacedAtOnceAndRunsAreNoDuplicates()
    {
        QStashMessage<string> message = new(Destination.Url("https://app.test/x"), "x");
        await _client.Schedules.CreateAsync("* * * * *", message, "tick");
        await _client.Schedules.CreateAsync("* * * * *", message, "tick");

        await _server.AdvanceAsync(TimeSpan.FromMinutes(3));

        LogEntry[] runs = await _client.Logs.ListAsync(new LogFilter { ScheduleIds = ["tick"], State = MessageState.Created }).ToArrayAsync();
        Assert.Equal(3, runs.Select(static run => run.MessageId).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task FlowControl_NothingToPinAndNumbersOutOfRangeAreRefused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _client.FlowControl.PinAsync("k"));
        await Assert.ThrowsAsync<ArgumentException>(() => _client.FlowControl.PinAsync("k", parallelism: 1, period: TimeSpan.FromMinutes(1)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _client.FlowControl.PinAsync("k", rate: 0));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _client.FlowControl.PinAsync("k", rate: 1, period: TimeSpan.FromDays(8)));
    }

    [Fact]
    public async Task DeadLetters_PageAfterPage()
    {
        await PublishAsync(230, delay: null);
        await _server.DrainAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(230, (await _client.DeadLetters.ListAsync().ToArrayAsync()).Select(static letter => letter.DlqId).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(120, (await _client.DeadLetters.RetryAsync(new DeadLetterFilter { ResponseStatuses = [400] }, new PublishOptions { Delay = TimeSpan.FromHours(1) }, max: 120)).Count);
        Assert.Equal(110, await _client.DeadLetters.DeleteAsync(new DeadLetterFilter { ResponseStatuses = [400] }));
    }

    [Fact]
    public async Task Everything_IsRetriedAndDeletedOnlyWhenSaid()
    {
        await PublishAsync(3, delay: null);
        await _server.DrainAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(3, (await _client.DeadLetters.RetryAllAsync(new PublishOptions { Delay = TimeSpan.FromHours(1) })).Count);
        Assert.Equal(3, await _client.Messages.CancelAllAsync());
        Assert.Equal(0, await _client.DeadLetters.DeleteAllAsync());
    }

    [Fact]
    public async Task Keys_AreRotated()
    {
        SigningKeys before = await _client.SigningKeys.GetAsync();

        SigningKeys after = await _client.SigningKeys.RotateAsync();

        Assert.Equal(before.Next, after.Current);
        Assert.NotEqual(before.Next, after.Next);
        Assert.Equal(after, await _client.SigningKeys.GetAsync());
    }

    [Fact]
    public async Task UnknownFieldsAndStates_StayReadable()
    {
        await using ScriptedQStash qstash = await ScriptedQStash.StartAsync(ScriptedQStash.Answer(
            200, """{"events":[{"time":1900000000000,"messageId":"msg_1","state":"TELEPORTED","url":"https://a.test/","speed":7}]}"""));
        QStashClient client = new(new QStashClientOptions { Url = qstash.Url, Token = "t" });

        LogEntry entry = Assert.Single(await client.Logs.ListAsync().ToArrayAsync());

        Assert.Equal(("TELEPORTED", 7), (entry.State.Value, entry.Json.GetProperty("speed").GetInt32()));
    }

    private async Task PublishAsync(int count, TimeSpan? delay)
    {
        QStashMessage[] messages = [.. Enumerable.Range(0, count).Select(i => new QStashMessage<int>(Destination.Url("https://app.test/x"), i) { Options = new PublishOptions { Delay = delay, Retries = 0 } })];
        Assert.All(await _client.PublishBatchAsync(messages), static item => Assert.Null(item.Error));
    }

    private sealed class Refusing : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.BadRequest));
    }
}
