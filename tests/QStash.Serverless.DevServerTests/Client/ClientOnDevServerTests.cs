using System.Collections.Concurrent;
using System.Net;
using System.Text;
using QStash.Serverless.Client;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.DevServerTests.Client;

/// <summary>The client and the local QStash read the protocol independently of each other: here they meet.</summary>
public sealed class ClientOnDevServerTests : IAsyncLifetime, IDisposable
{
    private readonly Shop _shop = new();
    private QStashDevServer _server = null!;
    private QStashClient _client = null!;

    public async Task InitializeAsync()
    {
        QStashDevServerOptions options = new() { TimeProvider = new DevServerClock(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)) };
        options.MapHost("shop.test", _shop);
        _server = await QStashDevServer.StartAsync(options);
        _client = new QStashClient(new QStashClientOptions { Url = _server.Url.ToString(), Token = _server.Token });
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _shop.Dispose();

    public static TheoryData<PublishOptions> Options =>
    [
        new() { Method = HttpMethod.Put, ContentType = "text/csv" },
        new() { Delay = new TimeSpan(1, 2, 3, 4), Timeout = TimeSpan.FromMinutes(90) },
        new() { NotBefore = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000) },
        new() { Retries = 5, RetryDelay = RetryDelayExpression.Parse("min(pow(3, retried) * 1000, 300000)") },
        new()
        {
            Callback = new("https://shop.test/done") { Method = HttpMethod.Patch, Timeout = TimeSpan.FromSeconds(9), Retries = 1, RetryDelay = RetryDelayExpression.Parse("1000"), Delay = TimeSpan.FromSeconds(1), Headers = [new("X-A", "1")] },
            FailureCallback = new("https://shop.test/failed") { Method = HttpMethod.Patch, Timeout = TimeSpan.FromSeconds(9), Retries = 1, RetryDelay = RetryDelayExpression.Parse("1000"), Delay = TimeSpan.FromSeconds(1), Headers = [new("X-A", "1")] },
        },
        new() { ContentBasedDeduplication = true },
        new() { Labels = ["orders", "eu"] },
        new() { ForwardRequestHeaders = true },
    ];

    [Theory]
    [MemberData(nameof(Options))]
    public async Task Option_IsUnderstoodOnPublishEnqueueAndBatch(PublishOptions options)
    {
        Destination destination = Destination.Url("https://shop.test/orders");

        await _client.PublishAsync(destination, "published", options);
        if (options.Callback?.Delay is null)
        {
            await _client.EnqueueAsync("fifo", destination, "enqueued", options);
        }

        Assert.Null(Assert.Single(await _client.PublishBatchAsync([new QStashMessage<string>(destination, "batched") { Options = options }])).Error);
    }

    [Fact]
    public async Task Message_ArrivesAsPublishedAndSigned()
    {
        const string url = "https://shop.test/%7Euser/../a//b?x=%2F&y=1+2";
        byte[] body = [0, 0xff, 1];

        PublishReceipt receipt = await _client.PublishAsync(Destination.Url(url), body, new() { Method = HttpMethod.Put, ContentType = "application/octet-stream", Headers = [new("X-Tenant", "t-9")] });
        await _server.DrainAsync(TimeSpan.FromSeconds(60));

        Received received = Assert.Single(_shop.Received);
        Assert.Equal(("PUT", url, receipt.MessageId), (received.Method, received.Url, received.Headers["Upstash-Message-Id"]));
        Assert.Equal(("t-9", "application/octet-stream"), (received.Headers["X-Tenant"], received.Headers["Content-Type"]));
        Assert.Equal(body, received.Body);
    }

    [Fact]
    public async Task SameDeduplicationId_IsReportedAndDeliveredOnce()
    {
        Destination destination = Destination.Url("https://shop.test/orders");

        PublishReceipt first = await _client.PublishAsync(destination, "x", new() { DeduplicationId = "order-42" });
        PublishReceipt second = await _client.PublishAsync(destination, "x", new() { DeduplicationId = "order-42" });
        PublishReceipt other = await _client.PublishAsync(destination, "x");
        await _server.DrainAsync(TimeSpan.FromSeconds(60));

        Assert.Equal((false, true, first.MessageId), (first.Deduplicated, second.Deduplicated, second.MessageId));
        Assert.False(other.Deduplicated);
        Assert.Equal(2, _shop.Received.Count);
    }

    [Fact]
    public async Task Batch_DeliversTheGoodAndReportsTheBad()
    {
        IReadOnlyList<BatchItemResult> results = await _client.PublishBatchAsync(
        [
            new QStashMessage<string>(Destination.Url("https://shop.test/%C3%A7ay"), "çay \"1\""),
            new QStashMessage<string>(Destination.UrlGroup("nobody"), "2"),
            new QStashMessage<string>(Destination.Url("https://shop.test/queued"), "3") { Queue = "fifo" },
        ]);
        await _server.DrainAsync(TimeSpan.FromSeconds(60));

        Assert.Equal([null, "topic nobody not found", null], results.Select(result => result.Error));
        Assert.Equal(["https://shop.test/%C3%A7ay çay \"1\"", "https://shop.test/queued 3"], _shop.Received.Select(received => $"{received.Url} {Encoding.UTF8.GetString(received.Body)}").Order());
    }

    [Fact]
    public async Task WrongTokenAndMissingGroup_SayWhatToDo()
    {
        QStashClient stranger = new(new QStashClientOptions { Url = _server.Url.ToString(), Token = "stranger" });

        QStashApiException unauthorized = await Assert.ThrowsAsync<QStashApiException>(() => stranger.PublishAsync(Destination.Url("https://shop.test/x"), "x"));
        QStashApiException missing = await Assert.ThrowsAsync<QStashApiException>(() => _client.PublishAsync(Destination.UrlGroup("nobody"), "x"));

        Assert.Equal(HttpStatusCode.Unauthorized, unauthorized.StatusCode);
        Assert.Contains("QSTASH_TOKEN", unauthorized.Message, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.NotFound, "topic nobody not found"), (missing.StatusCode, missing.Error));
        Assert.Contains("add an endpoint", missing.Message, StringComparison.Ordinal);
    }

    private sealed record Received(string Method, string Url, IReadOnlyDictionary<string, string> Headers, byte[] Body);

    private sealed class Shop : HttpMessageHandler
    {
        internal ConcurrentQueue<Received> Received { get; } = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Received.Enqueue(new Received(
                request.Method.Method,
                request.RequestUri!.OriginalString,
                request.Headers.Concat(request.Content!.Headers).ToDictionary(pair => pair.Key, pair => string.Join(',', pair.Value), StringComparer.OrdinalIgnoreCase),
                await request.Content.ReadAsByteArrayAsync(cancellationToken)));
            return new HttpResponseMessage(HttpStatusCode.OK);
        }
    }
}
