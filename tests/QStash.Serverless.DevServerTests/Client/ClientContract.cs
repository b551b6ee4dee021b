using System.Net;
using System.Text;
using QStash.Serverless.Client;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.DevServerTests.Client;

/// <summary>
/// Every operation of the client, its success and its documented errors, against a local QStash on a real port; where <c>QSTASH_URL</c> and
/// <c>QSTASH_TOKEN</c> are set, against what they name. Everything made here has a name of its own and is removed, and nothing else is touched.
/// <c>QSTASH_CONTRACT_DESTINATION</c> names a URL that answers 200 to POST and 404 below <c>/missing</c>; without it one is made up for the local QStash.
/// </summary>
public sealed class ClientContract : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private readonly string _own = "contract-" + Guid.NewGuid().ToString("N")[..12];
    private readonly Answering _destination = new();
    private QStashDevServer? _server;
    private QStashClient _client = null!;
    private string _base = "https://contract.test";

    public async Task InitializeAsync()
    {
        string? url = Environment.GetEnvironmentVariable("QSTASH_URL");
        string? token = Environment.GetEnvironmentVariable("QSTASH_TOKEN");
        if (string.IsNullOrWhiteSpace(url) || string.IsNullOrWhiteSpace(token))
        {
            QStashDevServerOptions options = new();
            options.MapHost("contract.test", _destination);
            _server = await QStashDevServer.StartAsync(options);
            (url, token) = (_server.Url.ToString(), _server.Token);
        }
        else
        {
            _base = (Environment.GetEnvironmentVariable("QSTASH_CONTRACT_DESTINATION") ?? "https://example.com").TrimEnd('/');
        }

        _client = new QStashClient(new QStashClientOptions { Url = url, Token = token });
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    public void Dispose() => _destination.Dispose();

    // --- messages ---------------------------------------------------------------------------------------------------------

    [Fact]
    public async Task PendingMessage_IsReadWithEverythingItWasPublishedWith()
    {
        PublishReceipt receipt = await _client.PublishAsync(To("/orders"), "grüße", new PublishOptions
        {
            Method = HttpMethod.Put,
            Delay = TimeSpan.FromMinutes(10),
            Retries = 2,
            RetryDelay = RetryDelayExpression.Parse("1000 * (1 + retried)"),
            Headers = [new("X-Tenant", "t-9")],
            Labels = [_own, "second"],
            Callback = new CallbackOptions(_base + "/done"),
            FlowControl = new FlowControl(_own, new FlowControlValue { Parallelism = 3, Rate = 5, Period = TimeSpan.FromMinutes(1) }),
        });

        StoredMessage? message = await _client.Messages.GetAsync(receipt.MessageId);
        await _client.Messages.CancelAsync(receipt.MessageId);

        Assert.NotNull(message);
        Assert.Equal((receipt.MessageId, _base + "/orders", "PUT", 2), (message.MessageId, message.Url, message.Method, message.MaxRetries));
        Assert.Equal("grüße", Encoding.UTF8.GetString(message.Body.Span));
        Assert.Equal(["t-9"], message.Headers["x-tenant"]);
        Assert.Equal([_own, "second"], message.Labels);
        Assert.Equal((_base + "/done", "1000 * (1 + retried)"), (message.Callback, message.RetryDelay));
        Assert.Equal((_own, 3, 5, TimeSpan.FromMinutes(1)), (message.FlowControlKey, message.Parallelism, message.Rate, message.Period));
        Assert.Equal(TimeSpan.FromMinutes(10), message.NotBefore - message.CreatedAt);
    }

    [Fact]
    public async Task UnknownMessage_IsNullAndCannotBeCancelled()
    {
        Assert.Null(await _client.Messages.GetAsync("msg_unknown"));
        Assert.False(await _client.Messages.CancelAsync("msg_unknown"));
    }

    [Fact]
    public async Task Messages_AreCancelledOneById_SomeByIdsAndTheRestByFilter()
    {
        string[] ids = [.. (await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => PublishLaterAsync()))).Select(static receipt => receipt.MessageId)];

        bool one = await _client.Messages.CancelAsync(ids[0]);
        int some = await _client.Messages.CancelAsync(ids[1..3]);
        int atMost = await _client.Messages.CancelAsync(new MessageFilter { Labels = [_own] }, max: 1);
        int rest = await _client.Messages.CancelAsync(new MessageFilter { Labels = [_own, "other"], From = DateTimeOffset.UnixEpoch.AddSeconds(1) });

        Assert.Equal((true, 2, 1, 2), (one, some, atMost, rest));
        Assert.Equal(0, await _client.Messages.CancelAsync(new MessageFilter { Labels = [_own] }));
    }

    // --- logs -------------------------------------------------------------------------------------------------------------

    [Fact]
    public async Task Logs_TellTheWayOfAMessageInEitherOrderAndPageAfterPage()
    {
        PublishReceipt receipt = await _client.PublishAsync(To("/orders"), "x", new PublishOptions { Labels = [_own] });
        LogFilter filter = new() { MessageIds = [receipt.MessageId], EarliestFirst = true, PageSize = 1 };

        LogEntry[] entries = await UntilAsync(() => ListAsync(_client.Logs.ListAsync(filter)), static entries => entries.Length >= 3);

        Assert.Equal([MessageState.Created, MessageState.Active, MessageState.Delivered], entries.Select(static entry => entry.State));
        Assert.All(entries, entry => Assert.Equal((receipt.MessageId, _base + "/orders"), (entry.MessageId, entry.Url)));
        Assert.Equal("x", Encoding.UTF8.GetString(entries[0].Body.Span));
        Assert.Equal(
            entries.Select(static entry => entry.State).Reverse(),
            (await ListAsync(_client.Logs.ListAsync(filter with { EarliestFirst = false, PageSize = null }))).Select(static entry => entry.State));
        Assert.Equal(MessageState.Delivered, Assert.Single(await ListAsync(_client.Logs.ListAsync(new LogFilter { Labels = [_own], State = MessageState.Delivered }))).State);
        Assert.Empty(await ListAsync(_client.Logs.ListAsync(filter with { To = DateTimeOffset.UnixEpoch.AddSeconds(1) })));
    }

    // --- dead letters -----------------------------------------------------------------------------------------------------

    [Fact]
    public async Task DeadLetter_IsListedReadRetriedWithOverridesAndDeleted()
    {
        PublishReceipt receipt = await FailAsync();
        DeadLetter letter = Assert.Single(await DeadLettersAsync(count: 1));

        DeadLetter? read = await _client.DeadLetters.GetAsync(letter.DlqId);
        PublishedMessage? again = await _client.DeadLetters.RetryAsync(letter.DlqId, new PublishOptions { Retries = 0, Delay = TimeSpan.FromMinutes(30) });
        StoredMessage? pending = await _client.Messages.GetAsync(again!.MessageId);
        await _client.Messages.CancelAsync(again.MessageId);

        Assert.Equal((receipt.MessageId, 404), (letter.MessageId, letter.ResponseStatus));
        Assert.Equal(letter.DlqId, read?.DlqId);
        Assert.NotEqual(receipt.MessageId, again.MessageId);
        Assert.Equal((_base + "/missing", 0), (pending?.Url, pending?.MaxRetries));
        Assert.Null(await _client.DeadLetters.GetAsync(letter.DlqId));
        Assert.Null(await _client.DeadLetters.RetryAsync(letter.DlqId));
        Assert.False(await _client.DeadLetters.DeleteAsync(letter.DlqId));
    }

    [Fact]
    public async Task DeadLetters_AreDeletedOneByIdSomeByIdsAndTheRestByFilter()
    {
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => FailAsync()));
        DeadLetter[] letters = await DeadLettersAsync(count: 5);

        bool one = await _client.DeadLetters.DeleteAsync(letters[0].DlqId);
        int some = await _client.DeadLetters.DeleteAsync(letters[1..3].Select(static letter => letter.DlqId));
        int rest = await _client.DeadLetters.DeleteAsync(Mine() with { ResponseStatuses = [404, 500] });

        Assert.Equal((true, 2, 2), (one, some, rest));
        Assert.Empty(await ListAsync(_client.DeadLetters.ListAsync(Mine())));
    }

    [Fact]
    public async Task DeadLetters_AreRetriedByIdsAndByFilter()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => FailAsync()));
        DeadLetter[] letters = await DeadLettersAsync(count: 4);
        PublishOptions later = new() { Delay = TimeSpan.FromMinutes(30) };

        IReadOnlyList<PublishedMessage> some = await _client.DeadLetters.RetryAsync(letters[..2].Select(static letter => letter.DlqId), later);
        IReadOnlyList<PublishedMessage> one = await _client.DeadLetters.RetryAsync(Mine(), later, max: 1);
        IReadOnlyList<PublishedMessage> rest = await _client.DeadLetters.RetryAsync(Mine(), later);
        await _client.Messages.CancelAsync(some.Concat(one).Concat(rest).Select(static message => message.MessageId));

        Assert.Equal((2, 1, 1), (some.Count, one.Count, rest.Count));
        Assert.Empty(await ListAsync(_client.DeadLetters.ListAsync(Mine())));
        Assert.Empty(await _client.DeadLetters.RetryAsync(Mine()));
    }

    // --- queues -----------------------------------------------------------------------------------------------------------

    [Fact]
    public async Task Queue_IsCreatedChangedPausedResumedAndDeleted()
    {
        await _client.Queues.UpsertAsync(_own, parallelism: 2);
        QStashQueue? created = await _client.Queues.GetAsync(_own);
        await _client.Queues.PauseAsync(_own);
        await _client.EnqueueAsync(_own, To("/orders"), "x");
        QStashQueue? paused = await _client.Queues.GetAsync(_own);
        await _client.Queues.UpsertAsync(_own, parallelism: 3);
        await _client.Queues.ResumeAsync(_own);
        QStashQueue resumed = (await _client.Queues.ListAsync()).Single(queue => queue.Name == _own);
        await _client.Queues.DeleteAsync(_own);

        Assert.Equal((2, false, 0L), (created!.Parallelism, created.IsPaused, created.Lag));
        Assert.Equal((2, true, 1L), (paused!.Parallelism, paused.IsPaused, paused.Lag));
        Assert.Equal((3, false), (resumed.Parallelism, resumed.IsPaused));
        Assert.NotNull(resumed.CreatedAt);
        Assert.Null(await _client.Queues.GetAsync(_own));
        await _client.Queues.DeleteAsync(_own);
    }

    [Fact]
    public async Task Queue_IsCreatedPaused()
    {
        await _client.Queues.UpsertAsync(_own, paused: true);
        QStashQueue? queue = await _client.Queues.GetAsync(_own);
        await _client.Queues.DeleteAsync(_own);

        Assert.True(queue!.IsPaused);
    }

    // --- schedules --------------------------------------------------------------------------------------------------------

    [Fact]
    public async Task Schedule_IsCreatedReadReplacedPausedResumedAndDeleted()
    {
        QStashMessage<string> first = new(To("/close?day=1"), "now")
        {
            Queue = _own,
            Options = new PublishOptions { Retries = 5, Delay = TimeSpan.FromSeconds(90), Labels = [_own], Headers = [new("X-Tenant", "t-9")], FailureCallback = new CallbackOptions(_base + "/failed") },
        };

        string id = await _client.Schedules.CreateAsync("CRON_TZ=Europe/Berlin 0 2 * * *", first, _own);
        QStashSchedule? created = await _client.Schedules.GetAsync(_own);
        await _client.Schedules.PauseAsync(_own);
        bool paused = (await _client.Schedules.ListAsync()).Single(schedule => schedule.ScheduleId == _own).IsPaused;
        await _client.Schedules.ResumeAsync(_own);
        await _client.Schedules.CreateAsync("*/5 * * * *", new QStashMessage<byte[]>(To("/close"), []), _own);
        QStashSchedule? replaced = await _client.Schedules.GetAsync(_own);
        await _client.Schedules.DeleteAsync(_own);
        await _client.Queues.DeleteAsync(_own);

        Assert.Equal(_own, id);
        Assert.NotNull(created);
        Assert.Equal(("CRON_TZ=Europe/Berlin 0 2 * * *", _base + "/close?day=1", _own, 5), (created.Cron, created.Destination, created.Queue, created.Retries));
        Assert.Equal((TimeSpan.FromSeconds(90), _base + "/failed", "now"), (created.Delay, created.FailureCallback, Encoding.UTF8.GetString(created.Body.Span)));
        Assert.Equal(["t-9"], created.Headers["X-Tenant"]);
        Assert.False(created.IsPaused);
        Assert.True(paused);
        Assert.NotNull(replaced);
        Assert.Equal(("*/5 * * * *", _base + "/close", null, 0), (replaced.Cron, replaced.Destination, replaced.Queue, replaced.Body.Length));
        Assert.Empty(replaced.Labels);
        Assert.Null(await _client.Schedules.GetAsync(_own));
    }

    [Fact]
    public async Task Schedule_NextTimeIsTheOneComputedHere()
    {
        CronSchedule cron = CronSchedule.Parse("CRON_TZ=America/New_York 15 4 1 * *");

        await _client.Schedules.CreateAsync(cron, new QStashMessage<byte[]>(To("/close"), []), _own);
        QStashSchedule? schedule = await _client.Schedules.GetAsync(_own);
        await _client.Schedules.DeleteAsync(_own);

        Assert.Equal(cron.NextAfter(schedule!.CreatedAt!.Value)?.ToUniversalTime(), schedule.NextTime);
    }

    [Fact]
    public async Task Schedule_WithoutAnIdGetsOne()
    {
        string id = await _client.Schedules.CreateAsync("0 0 1 1 *", new QStashMessage<byte[]>(To("/close"), []));
        QStashSchedule? schedule = await _client.Schedules.GetAsync(id);
        await _client.Schedules.DeleteAsync(id);

        Assert.Equal(id, schedule?.ScheduleId);
    }

    // --- URL groups -------------------------------------------------------------------------------------------------------

    [Fact]
    public async Task UrlGroup_GetsAndLosesEndpointsAndMessages()
    {
        await _client.UrlGroups.AddEndpointsAsync(_own, [new(_base + "/a", "first"), new(_base + "/b")]);
        await _client.UrlGroups.AddEndpointsAsync(_own, [new(_base + "/c", "first")]);
        QStashUrlGroup? group = await _client.UrlGroups.GetAsync(_own);
        PublishReceipt receipt = await _client.PublishAsync(Destination.UrlGroup(_own), "x", new PublishOptions { Delay = TimeSpan.FromMinutes(10) });
        await _client.Messages.CancelAsync(receipt.Messages.Select(static message => message.MessageId));
        await _client.UrlGroups.RemoveEndpointsAsync(_own, [new(_base + "/b")]);
        QStashUrlGroup one = (await _client.UrlGroups.ListAsync()).Single(group => group.Name == _own);
        await _client.UrlGroups.DeleteAsync(_own);

        Assert.Equal([new UrlGroupEndpoint(_base + "/c", "first"), new UrlGroupEndpoint(_base + "/b")], group!.Endpoints);
        Assert.Equal([_base + "/c", _base + "/b"], receipt.Messages.Select(static message => message.Url));
        Assert.Equal([new UrlGroupEndpoint(_base + "/c", "first")], one.Endpoints);
        Assert.Null(await _client.UrlGroups.GetAsync(_own));
        await _client.UrlGroups.DeleteAsync(_own);
        QStashApiException unknown = await Assert.ThrowsAsync<QStashApiException>(() => _client.PublishAsync(Destination.UrlGroup(_own), "x"));
        Assert.Equal($"topic {_own} not found", unknown.Error);
    }

    [Fact]
    public async Task UrlGroup_DefaultsApplyToMessagesThatDoNotSayOtherwise()
    {
        await _client.UrlGroups.AddEndpointsAsync(_own, [new(_base + "/a")]);
        await _client.UrlGroups.SetDefaultsAsync(_own, new PublishOptions { Retries = 1, Delay = TimeSpan.FromMinutes(10) });

        PublishReceipt defaults = await _client.PublishAsync(Destination.UrlGroup(_own), "x");
        PublishReceipt own = await _client.PublishAsync(Destination.UrlGroup(_own), "x", new PublishOptions { Retries = 2 });
        StoredMessage?[] messages = [await _client.Messages.GetAsync(defaults.MessageId), await _client.Messages.GetAsync(own.MessageId)];
        await _client.Messages.CancelAsync([defaults.MessageId, own.MessageId]);
        await _client.UrlGroups.DeleteAsync(_own);

        Assert.Equal([1, 2], messages.Select(static message => message?.MaxRetries));
        Assert.All(messages, message => Assert.Equal(_own, message?.UrlGroup));
    }

    // --- flow control and keys ----------------------------------------------------------------------------------------------

    [Fact]
    public async Task FlowControlKey_IsReadPausedPinnedAndReleased()
    {
        PublishReceipt receipt = await PublishLaterAsync(new FlowControl(_own, new FlowControlValue { Rate = 5, Period = TimeSpan.FromMinutes(1) }));
        FlowControlState? state = await _client.FlowControl.GetAsync(_own);
        await _client.FlowControl.PauseAsync(_own);
        await _client.FlowControl.PinAsync(_own, parallelism: 2, rate: 9, period: TimeSpan.FromHours(1));
        FlowControlState pinned = await UntilAsync(async () => (await _client.FlowControl.ListAsync(_own)).Single(), static key => key is { IsPaused: true, IsRatePinned: true });
        await _client.FlowControl.ResumeAsync(_own);
        await _client.FlowControl.UnpinAsync(_own, rate: false);
        await _client.FlowControl.ResetRateAsync(_own);
        FlowControlState released = await UntilAsync(async () => (await _client.FlowControl.GetAsync(_own))!, static key => key is { IsPaused: false, IsParallelismPinned: false });
        await _client.FlowControl.UnpinAsync(_own);
        await _client.Messages.CancelAsync(receipt.MessageId);

        Assert.Equal((5, TimeSpan.FromMinutes(1), false, false), (state!.MaxRate, state.Period, state.IsPaused, state.IsRatePinned));
        Assert.Equal((2, 9, TimeSpan.FromHours(1), true), (pinned.MaxParallelism, pinned.MaxRate, pinned.Period, pinned.IsParallelismPinned));
        Assert.True(released.IsRatePinned);
        Assert.Null(await _client.FlowControl.GetAsync(_own + "-unknown"));
        Assert.True((await _client.FlowControl.GetGlobalParallelismAsync()).Max > 0);
    }

    [Fact]
    public async Task SigningKeys_AreReadAndNotShown()
    {
        SigningKeys keys = await _client.SigningKeys.GetAsync();

        Assert.StartsWith("sig_", keys.Current, StringComparison.Ordinal);
        Assert.StartsWith("sig_", keys.Next, StringComparison.Ordinal);
        Assert.DoesNotContain(keys.Current, keys.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongToken_IsAnErrorThatNamesTheSetting()
    {
        QStashClient stranger = new(new QStashClientOptions { Url = _server?.Url.ToString() ?? Environment.GetEnvironmentVariable("QSTASH_URL"), Token = "wrong" });

        QStashApiException refused = await Assert.ThrowsAsync<QStashApiException>(() => stranger.Queues.ListAsync());

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("QSTASH_TOKEN", refused.Message, StringComparison.Ordinal);
    }

    private Destination To(string path) => Destination.Url(_base + path);

    private DeadLetterFilter Mine() => new() { Labels = [_own] };

    private Task<PublishReceipt> PublishLaterAsync(FlowControl? flowControl = null) =>
        _client.PublishAsync(To("/orders"), "x", new PublishOptions { Delay = TimeSpan.FromMinutes(10), Labels = [_own], FlowControl = flowControl });

    private Task<PublishReceipt> FailAsync() => _client.PublishAsync(To("/missing"), "x", new PublishOptions { Retries = 0, Labels = [_own] });

    private Task<DeadLetter[]> DeadLettersAsync(int count) => UntilAsync(() => ListAsync(_client.DeadLetters.ListAsync(Mine())), letters => letters.Length == count);

    private static async Task<T[]> ListAsync<T>(IAsyncEnumerable<T> items) => await items.ToArrayAsync();

    private static async Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> holds)
    {
        using CancellationTokenSource patience = new(s_patience);
        while (true)
        {
            T value = await read();
            if (holds(value))
            {
                return value;
            }

            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private sealed class Answering : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(request.RequestUri!.AbsolutePath.StartsWith("/missing", StringComparison.Ordinal) ? HttpStatusCode.NotFound : HttpStatusCode.OK));
    }
}
