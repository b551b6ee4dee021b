using System.Text.Json;
using QStash.Serverless.Client;
using static QStash.Serverless.DevServerTests.Client.ScriptedQStash;

namespace QStash.Serverless.DevServerTests.Client;

/// <summary>What a client with an app and an environment sends for the names that the code uses.</summary>
public sealed class ScopedNamesTests
{
    private static readonly FlowControlValue s_limits = new() { Parallelism = 1 };
    private static readonly Destination s_receipts = Destination.UrlGroup("receipts");
    private static readonly Destination s_sharedReceipts = Destination.UrlGroup(new UrlGroup("receipts") { Shared = true });
    private static readonly Queue s_sharedQueue = new("orders") { Shared = true };

    [Fact]
    public async Task Publish_SendsTheNamesThatQStashKnows()
    {
        await using ScriptedQStash server = await StartAsync(Answer(200, """{"messageId":"msg_1"}"""));
        QStashClient client = Client(server);

        await client.PublishAsync(s_receipts, "x", new() { FlowControl = new("partner", s_limits) });
        await client.PublishAsync(s_sharedReceipts, "x", new() { FlowControl = new("partner", s_limits) { Shared = true } });
        await client.EnqueueAsync("orders", s_receipts, "x");
        await client.EnqueueAsync(s_sharedQueue, Destination.Url("https://shop.example/receipts"), "x");

        Assert.Equal(
            ["/v2/publish/shop.dev.receipts", "/v2/publish/receipts", "/v2/enqueue/shop.dev.orders/shop.dev.receipts", "/v2/enqueue/orders/https://shop.example/receipts"],
            server.Requests.Select(static request => request.RawTarget));
        Assert.Equal(["shop.dev.partner", "partner"], server.Requests.Take(2).Select(static request => request.Headers["Upstash-Flow-Control-Key"]));
    }

    [Fact]
    public async Task Batch_SendsTheNamesThatQStashKnows()
    {
        await using ScriptedQStash server = await StartAsync(Answer(200, """[{"messageId":"1"},{"messageId":"2"}]"""));

        await Client(server).PublishBatchAsync(
        [
            new QStashMessage<string>(s_receipts, "a") { Queue = "orders", Options = new() { FlowControl = new("partner", s_limits) } },
            new QStashMessage<string>(s_sharedReceipts, "b") { Queue = s_sharedQueue },
        ]);

        JsonElement items = JsonElement.Parse(Assert.Single(server.Requests).Body);
        Assert.Equal(
            [("shop.dev.receipts", "shop.dev.orders"), ("receipts", "orders")],
            items.EnumerateArray().Select(static item => (item.GetProperty("destination").GetString(), item.GetProperty("queue").GetString())));
        Assert.Equal("shop.dev.partner", items[0].GetProperty("headers").GetProperty("Upstash-Flow-Control-Key").GetString());
    }

    [Fact]
    public async Task Schedule_SendsTheNamesThatQStashKnowsAndItsIdAsItIs()
    {
        await using ScriptedQStash server = await StartAsync(Answer(200, """{"scheduleId":"close-day"}"""));

        await Client(server).Schedules.CreateAsync(
            "0 2 * * *", new QStashMessage<string>(s_receipts, "x") { Queue = "orders", Options = new() { FlowControl = new("partner", s_limits) } }, "close-day");

        Received request = Assert.Single(server.Requests);
        Assert.Equal(
            ("/v2/schedules/shop.dev.receipts", "shop.dev.orders", "shop.dev.partner", "close-day"),
            (request.RawTarget, request.Headers["Upstash-Queue-Name"], request.Headers["Upstash-Flow-Control-Key"], request.Headers["Upstash-Schedule-Id"]));
    }

    [Fact]
    public async Task NameThatQStashKnowsAlready_StaysAsItIs()
    {
        await using ScriptedQStash server = await StartAsync(Answer(200, """{"messageId":"msg_1"}"""));

        await Client(server).EnqueueAsync("shop.dev.orders", Destination.UrlGroup("shop.dev.receipts"), "x", new() { FlowControl = new("shop.dev.partner", s_limits) });

        Received request = Assert.Single(server.Requests);
        Assert.Equal(("/v2/enqueue/shop.dev.orders/shop.dev.receipts", "shop.dev.partner"), (request.RawTarget, request.Headers["Upstash-Flow-Control-Key"]));
    }

    [Fact]
    public async Task ManagementByName_TakesQStashsOwnNames()
    {
        await using ScriptedQStash server = await StartAsync(Answer(404, """{"error":"not found"}"""));
        QStashClient client = Client(server);

        Assert.Null(await client.UrlGroups.GetAsync("receipts"));
        Assert.Null(await client.Schedules.GetAsync("close-day"));

        Assert.Equal(["/v2/topics/receipts", "/v2/schedules/close-day"], server.Requests.Select(static request => request.RawTarget));
    }

    [Fact]
    public async Task OptionsOfGroupsAndDeadLetters_NameTheFlowControlKeyThatQStashKnows()
    {
        await using ScriptedQStash server = await StartAsync(Answer(200, "{}"), Answer(200, """{"messageId":"msg_2"}"""));
        QStashClient client = Client(server);
        PublishOptions options = new() { FlowControl = new("partner", s_limits) };

        await client.UrlGroups.SetDefaultsAsync("shop.dev.receipts", options);
        await client.DeadLetters.RetryAsync("dlq-1", options);

        Assert.Equal("shop.dev.partner", JsonElement.Parse(server.Requests[0].Body).GetProperty("headers").GetProperty("Upstash-Flow-Control-Key").GetString());
        Assert.Equal("shop.dev.partner", server.Requests[1].Headers["Upstash-Flow-Control-Key"]);
    }

    [Fact]
    public async Task Refusal_ShowsTheNameThatQStashKnows()
    {
        await using ScriptedQStash server = await StartAsync(Answer(404, """{"error":"topic shop.dev.receipts not found"}"""));

        QStashApiException refused = await Assert.ThrowsAsync<QStashApiException>(() => Client(server).PublishAsync(s_receipts, "x"));

        Assert.Contains("POST /v2/publish/shop.dev.receipts", refused.Message, StringComparison.Ordinal);
    }

    private static QStashClient Client(ScriptedQStash server) => new(new QStashClientOptions { Url = server.Url, Token = "secret", App = "shop", Env = "dev" });
}
