using System.Net;
using Microsoft.AspNetCore.Http;
using QStash.Serverless.Client;
using static QStash.Serverless.DevServerTests.Client.ScriptedQStash;

namespace QStash.Serverless.DevServerTests.Client;

/// <summary>What happens when no answer arrives.</summary>
public sealed class TransportRetryTests
{
    private static readonly Destination s_shop = Destination.Url("https://shop.example/api/orders?code=hidden");
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task LostConnection_IsTriedAgainWithTheSameDeduplicationId()
    {
        await using ScriptedQStash server = await StartAsync(Drop, DropMidway, Answer(200, """{"messageId":"msg_1"}"""));
        List<int> waits = [];

        PublishReceipt receipt = await Client(server, retries => { waits.Add(retries); return TimeSpan.Zero; }).PublishAsync(s_shop, "x");

        Assert.Equal("msg_1", receipt.MessageId);
        Assert.Equal([0, 1], waits);
        Assert.Equal(3, server.Requests.Count);
        Assert.Single(server.Requests.Select(request => (request.Headers["Upstash-Deduplication-Id"], request.RawTarget, Convert.ToHexString(request.Body))).Distinct());
    }

    [Fact]
    public async Task TwoPublishes_NeverShareAGeneratedId()
    {
        await using ScriptedQStash server = await StartAsync(Answer(200, """{"messageId":"msg_1"}"""));
        QStashMessage<string> message = new(s_shop, "x");
        QStashClient client = Client(server);

        await client.PublishAsync(message);
        await client.PublishAsync(message);

        Assert.Equal(2, server.Requests.Select(request => request.Headers["Upstash-Deduplication-Id"]).Distinct().Count());
    }

    [Fact]
    public async Task LostBatch_IsTriedAgainWithTheSameIds()
    {
        await using ScriptedQStash server = await StartAsync(DropMidway, Answer(200, """[{"messageId":"m1"},{"messageId":"m2"}]"""));

        await Client(server).PublishBatchAsync([new QStashMessage<string>(s_shop, "a"), new QStashMessage<string>(s_shop, "b")]);

        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(server.Requests[0].Body, server.Requests[1].Body);
    }

    [Fact]
    public async Task NoAnswerAtAll_IsReportedAfterTheLastAttempt()
    {
        await using ScriptedQStash server = await StartAsync(Drop);

        QStashApiException failure = await Assert.ThrowsAsync<QStashApiException>(() => Client(server).PublishAsync(s_shop, "x"));

        Assert.Equal(6, server.Requests.Count);
        Assert.Null(failure.StatusCode);
        Assert.IsAssignableFrom<HttpRequestException>(failure.InnerException);
        Assert.Contains("after 6 attempts", failure.Message, StringComparison.Ordinal);
        Assert.Contains(server.Requests[0].Headers["Upstash-Deduplication-Id"], failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RetriesOff_TriesOnceAndStillSendsAnId()
    {
        await using ScriptedQStash server = await StartAsync(Drop);
        QStashClient client = new(new QStashClientOptions { Url = server.Url, Token = "secret", TransportRetries = { MaxAttempts = 1 } });

        await Assert.ThrowsAsync<QStashApiException>(() => client.PublishAsync(s_shop, "x"));

        Assert.Contains("Upstash-Deduplication-Id", Assert.Single(server.Requests).Headers.Keys);
    }

    [Fact]
    public async Task MessageThatQStashCannotRecognise_IsTriedOnce()
    {
        await using ScriptedQStash server = await StartAsync(Drop);

        await Assert.ThrowsAsync<QStashApiException>(() => Client(server).PublishAsync(s_shop, "x", new() { RawHeaders = [new("Upstash-Deduplication-Id", "")] }));

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task ContentBasedDeduplication_IsEnoughToTryAgain()
    {
        await using ScriptedQStash server = await StartAsync(Drop, Answer(200, """{"messageId":"msg_1"}"""));

        await Client(server).PublishAsync(s_shop, "x", new() { ContentBasedDeduplication = true });

        Assert.Equal(2, server.Requests.Count);
        Assert.All(server.Requests, request => Assert.DoesNotContain("Upstash-Deduplication-Id", request.Headers.Keys));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task AnyStatus_IsAnAnswerAndNotTriedAgain(int status)
    {
        await using ScriptedQStash server = await StartAsync(Answer(status, """{"error":"no"}"""), Answer(200, """{"messageId":"msg_1"}"""));

        QStashApiException refused = await Assert.ThrowsAsync<QStashApiException>(() => Client(server).PublishAsync(s_shop, "x"));

        Assert.Equal(((HttpStatusCode)status, "no"), (refused.StatusCode, refused.Error));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task UnreachableServer_IsTriedAgain()
    {
        ScriptedQStash server = await StartAsync(Drop);
        string url = server.Url;
        await server.DisposeAsync();
        QStashClient client = new(new QStashClientOptions { Url = url, Token = "secret", TransportRetries = { MaxAttempts = 3, Backoff = static _ => TimeSpan.FromSeconds(-1) } });

        QStashApiException failure = await Assert.ThrowsAsync<QStashApiException>(() => client.PublishAsync(s_shop, "x"));

        Assert.Contains("after 3 attempts", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SilentServer_TimesOutByTheClockAndIsTriedAgainAfterTheBackoff()
    {
        await using ScriptedQStash server = await StartAsync(Hang, Answer(200, """{"messageId":"msg_1"}"""));
        ManualTimeProvider time = new();
        QStashClientOptions options = new() { Url = server.Url, Token = "secret", Timeout = TimeSpan.FromSeconds(20), TransportRetries = { Backoff = static retries => TimeSpan.FromSeconds(7 + retries) } };
        using CancellationTokenSource patience = new(s_patience);

        Task<PublishReceipt> publishing = new QStashClient(options, timeProvider: time).PublishAsync(s_shop, "x", cancellationToken: patience.Token);
        await server.ArrivedAsync(patience.Token);
        time.Advance(TimeSpan.FromSeconds(20));
        await time.WaitForTimersAsync(1, patience.Token);
        time.Advance(TimeSpan.FromSeconds(7) - TimeSpan.FromTicks(1));
        Assert.Single(server.Requests);
        time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal("msg_1", (await publishing).MessageId);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task HttpClientsOwnTimeout_CountsAsNoAnswer()
    {
        await using ScriptedQStash server = await StartAsync(Hang, Answer(200, """{"messageId":"msg_1"}"""));
        using HttpClient http = new() { Timeout = TimeSpan.FromSeconds(1) };
        QStashClient client = new(http, new QStashClientOptions { Url = server.Url, Token = "secret", TransportRetries = { Backoff = static _ => TimeSpan.Zero } });

        Assert.Equal("msg_1", (await client.PublishAsync(s_shop, "x")).MessageId);
    }

    [Fact]
    public async Task Cancellation_EndsTheAttemptAndItsRetries()
    {
        using CancellationTokenSource cancelled = new();
        Task CancelAndHang(HttpContext context)
        {
            cancelled.Cancel();
            return Hang(context);
        }

        await using ScriptedQStash server = await StartAsync(CancelAndHang);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client(server).PublishAsync(s_shop, "x", cancellationToken: cancelled.Token));

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Cancellation_EndsTheBackoff()
    {
        using CancellationTokenSource cancelled = new();
        await using ScriptedQStash server = await StartAsync(Drop);
        QStashClient client = Client(server, _ => { cancelled.Cancel(); return TimeSpan.FromHours(1); });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.PublishAsync(s_shop, "x", cancellationToken: cancelled.Token));

        Assert.Single(server.Requests);
    }

    private static QStashClient Client(ScriptedQStash server, Func<int, TimeSpan>? backoff = null) =>
        new(new QStashClientOptions { Url = server.Url, Token = "secret", TransportRetries = { Backoff = backoff ?? (static _ => TimeSpan.Zero) } });
}
