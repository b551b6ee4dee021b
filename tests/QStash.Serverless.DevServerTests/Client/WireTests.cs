using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using QStash.Serverless.Client;
using static QStash.Serverless.DevServerTests.Client.ScriptedQStash;

namespace QStash.Serverless.DevServerTests.Client;

/// <summary>What arrives at a server's socket.</summary>
public sealed class WireTests
{
    private static readonly Destination s_shop = Destination.Url("https://shop.example/api/orders");

    [Theory]
    [InlineData("https://shop.example/api/orders")]
    [InlineData("https://shop.example/%7Euser/%2f%2F/%41%c3%a7")]
    [InlineData("https://shop.example/a/../b/./c/..")]
    [InlineData("https://shop.example//a///b//")]
    [InlineData("https://shop.example")]
    [InlineData("HTTPS://Shop.EXAMPLE:443/Api")]
    [InlineData("https://shop.example/x?a=%7E&b=../c&c=1+2&a=%20&d=http://other.example//y?z")]
    [InlineData("https://shop.example?x=1")]
    [InlineData("https://shop.example/x?")]
    [InlineData("https://user:pass@shop.example/x")]
    [InlineData("http://[2001:DB8:0:0::1]:8080/x;v=1,2'(a)*!$&=:@")]
    [InlineData("https://shop.example/a|b^c`d{e}\"<f>\\g[h]%zz%")]
    public async Task Destination_ArrivesByteForByte(string url)
    {
        await using ScriptedQStash server = await StartAsync(Answer(200, """{"messageId":"msg_1"}"""));
        QStashClient client = Client(server);

        await client.PublishAsync(Destination.Url(url), "x");
        await client.EnqueueAsync("fifo", Destination.Url(url), "x");

        Assert.Equal(["/v2/publish/" + url, "/v2/enqueue/fifo/" + url], server.Requests.Select(request => request.RawTarget));
    }

    [Fact]
    public async Task BasePath_PrecedesTheApisPath()
    {
        await using ScriptedQStash server = await StartAsync(Answer(200, """{"messageId":"msg_1"}"""));
        QStashClient client = new(new QStashClientOptions { Url = server.Url + "/proxy/qstash/v2/", Token = "secret" });

        await client.PublishAsync(s_shop, "x");

        Assert.Equal("/proxy/qstash/v2/publish/https://shop.example/api/orders", Assert.Single(server.Requests).RawTarget);
    }

    [Fact]
    public async Task Publish_SendsBodyAndHeaders()
    {
        await using ScriptedQStash server = await StartAsync(Answer(200, """{"messageId":"msg_1","url":"https://shop.example/api/orders"}"""));

        PublishReceipt receipt = await Client(server).PublishAsync(
            s_shop, new { Note = "çay" }, new() { Retries = 2, Headers = [new("X-Tenant", "t-9"), new("X-Tenant", "t-10")], RawHeaders = [new("Upstash-Odd", "a:b c")] });

        Received request = Assert.Single(server.Requests);
        Assert.Equal("POST", request.Method);
        Assert.Equal("""{"note":"çay"}""", JsonElement.Parse(request.Body).ToString().Replace("\\u00E7", "ç", StringComparison.Ordinal));
        Assert.Equal("application/json", request.Headers["Content-Type"]);
        Assert.Equal("Bearer secret", request.Headers["Authorization"]);
        Assert.Equal("2", request.Headers["Upstash-Retries"]);
        Assert.Equal("t-9,t-10", request.Headers["Upstash-Forward-X-Tenant"].Replace(", ", ",", StringComparison.Ordinal));
        Assert.Equal("a:b c", request.Headers["Upstash-Odd"]);
        Assert.StartsWith("QStash.Serverless/", request.Headers["User-Agent"], StringComparison.Ordinal);
        Assert.Matches("^[0-9a-f]{32}$", request.Headers["Upstash-Deduplication-Id"]);
        Assert.DoesNotContain("Expect", request.Headers.Keys);
        Assert.Equal(("msg_1", false), (receipt.MessageId, receipt.Deduplicated));
    }

    [Fact]
    public async Task BytesAndNothing_TravelUntouchedAndUnnamed()
    {
        await using ScriptedQStash server = await StartAsync(Answer(200, """{"messageId":"msg_1"}"""));
        byte[] bytes = [0, 0xff, 0x0d, 0x0a, 0xef, 0xbb, 0xbf];

        await Client(server).PublishAsync(s_shop, bytes);
        await Client(server).PublishAsync(s_shop, new PublishOptions { Method = HttpMethod.Get });

        Assert.Equal([bytes, []], server.Requests.Select(request => request.Body));
        Assert.All(server.Requests, request => Assert.DoesNotContain("Content-Type", request.Headers.Keys));
    }

    [Fact]
    public async Task Group_AnswersWithOneMessageAnEndpoint()
    {
        await using ScriptedQStash server = await StartAsync(Answer(200, """[{"messageId":"m1","url":"https://a.example"},{"messageId":"m2","url":"https://b.example","deduplicated":true}]"""));

        PublishReceipt receipt = await Client(server).PublishAsync(Destination.UrlGroup("receipts"), "x");

        Assert.Equal("/v2/publish/receipts", Assert.Single(server.Requests).RawTarget);
        Assert.Equal([new("m1", "https://a.example", false), new("m2", "https://b.example", true)], receipt.Messages);
        Assert.False(receipt.Deduplicated);
    }

    [Fact]
    public async Task Duplicate_IsReported()
    {
        await using ScriptedQStash server = await StartAsync(Answer(202, """{"messageId":"first","deduplicated":true}"""), Answer(202, """{"messageId":"first"}"""), Answer(201, """{"messageId":"new"}"""));
        QStashClient client = Client(server);

        Assert.True((await client.PublishAsync(s_shop, "x")).Deduplicated);
        Assert.True((await client.PublishAsync(s_shop, "x")).Deduplicated);
        Assert.False((await client.PublishAsync(s_shop, "x")).Deduplicated);
    }

    [Fact]
    public async Task Batch_AnswersItemByItem()
    {
        await using ScriptedQStash server = await StartAsync(Answer(200, """[[{"messageId":"g1"},{"messageId":"g2"}],{"error":"topic no not found"},{"messageId":"s1","deduplicated":true}]"""));

        IReadOnlyList<BatchItemResult> results = await Client(server).PublishBatchAsync(
        [
            new QStashMessage<string>(Destination.UrlGroup("yes"), "a"),
            new QStashMessage<string>(Destination.UrlGroup("no"), "b") { Queue = "fifo" },
            new QStashMessage<string>(s_shop, "c"),
        ]);

        Received request = Assert.Single(server.Requests);
        Assert.Equal(("/v2/batch", "application/json"), (request.RawTarget, request.Headers["Content-Type"]));
        Assert.DoesNotContain(request.Headers.Keys, name => name.StartsWith("Upstash-", StringComparison.OrdinalIgnoreCase));
        JsonElement items = JsonElement.Parse(request.Body);
        Assert.Equal(["a", "b", "c"], items.EnumerateArray().Select(item => item.GetProperty("body").GetString()));
        Assert.Equal("fifo", items[1].GetProperty("queue").GetString());
        Assert.Equal(3, items.EnumerateArray().Select(item => item.GetProperty("headers").GetProperty("Upstash-Deduplication-Id").GetString()).Distinct().Count());
        Assert.Equal(["g1", "g2"], results[0].Receipt!.Messages.Select(message => message.MessageId));
        Assert.Equal((null, "topic no not found"), (results[1].Receipt, results[1].Error));
        Assert.True(results[2].Receipt!.Deduplicated);
    }

    [Fact]
    public async Task EmptyBatch_SendsNothing()
    {
        await using ScriptedQStash server = await StartAsync(Answer(500, ""));

        Assert.Empty(await Client(server).PublishBatchAsync([]));

        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task BrokenMessageInABatch_KeepsTheWholeBatchAtHome()
    {
        await using ScriptedQStash server = await StartAsync(Answer(200, "[]"));

        await Assert.ThrowsAsync<ArgumentException>(() => Client(server).PublishBatchAsync(
            [new QStashMessage<string>(s_shop, "a"), new QStashMessage<string>(s_shop, "b") { Options = new() { Retries = -1 } }]));

        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task CurrentActivity_TravelsWithTheMessage()
    {
        await using ScriptedQStash server = await StartAsync(Answer(200, """{"messageId":"msg_1"}"""));
        // The listener makes HttpClient write the request's URL into a span of its own, which must cope with an unnormalised one.
        ConcurrentQueue<string> urls = new();
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == "System.Net.Http",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => urls.Enqueue(activity.GetTagItem("url.full") as string ?? ""),
        };
        ActivitySource.AddActivityListener(listener);
        using Activity activity = new Activity("publishing").SetIdFormat(ActivityIdFormat.W3C).Start();

        await Client(server).PublishAsync(Destination.Url("https://shop.example/%7E/../x?code=hidden"), "x");
        await new QStashClient(new QStashClientOptions { Url = server.Url, Token = "secret", PropagateTraceContext = false }).PublishAsync(s_shop, "x");

        Assert.Equal(activity.Id, server.Requests[0].Headers["Upstash-Forward-traceparent"]);
        Assert.DoesNotContain("Upstash-Forward-traceparent", server.Requests[1].Headers.Keys);
        Assert.Contains(urls, url => url.Contains("/v2/publish/", StringComparison.Ordinal));
        Assert.DoesNotContain(urls, url => url.Contains("hidden", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(307)]
    public async Task Redirect_IsNotFollowed(int status)
    {
        await using ScriptedQStash elsewhere = await StartAsync(Answer(200, """{"messageId":"msg_1"}"""));
        await using ScriptedQStash server = await StartAsync(Answer(status, "", ("Location", elsewhere.Url + "/v2/publish/x")));

        QStashApiException refused = await Assert.ThrowsAsync<QStashApiException>(() => Client(server).PublishAsync(s_shop, "x"));

        Assert.Equal((HttpStatusCode)status, refused.StatusCode);
        Assert.Empty(elsewhere.Requests);
    }

    private static QStashClient Client(ScriptedQStash server) => new(new QStashClientOptions { Url = server.Url, Token = "secret" });
}
