using System.Net;

namespace QStash.Serverless.DevServerTests.Server;

public sealed class DeduplicationTests : ServerTest
{
    [Fact]
    public async Task SameId_IsAcceptedOnceWithinTenMinutesOfTheFirst()
    {
        Answer first = await SendAsync("POST", "/v2/publish/https://app.test/1", "a", "Upstash-Deduplication-Id: order-1");
        await AdvanceAsync(599);
        Answer second = await SendAsync("POST", "/v2/publish/https://app.test/2", "b", "Upstash-Deduplication-Id: order-1");
        Assert.Equal(HttpStatusCode.Accepted, second.Status);
        Assert.Equal((string?)first.Json["messageId"], (string?)second.Json["messageId"]);
        Assert.True((bool?)second.Json["deduplicated"]);
        await AdvanceAsync(1);
        Answer third = await SendAsync("POST", "/v2/publish/https://app.test/3", "c", "Upstash-Deduplication-Id: order-1");
        Assert.Equal(HttpStatusCode.OK, third.Status);
        await SettleAsync();
        Assert.Equal(["/1", "/3"], App.Paths);
    }

    [Theory]
    [InlineData("/a", "body", "Upstash-Forward-X-A: 1", true)]
    [InlineData("/a", "body", "Upstash-Forward-x-a: 1", true)]
    [InlineData("/b", "body", "Upstash-Forward-X-A: 1", false)]
    [InlineData("/a", "other", "Upstash-Forward-X-A: 1", false)]
    [InlineData("/a", "body", "Upstash-Forward-X-A: 2", false)]
    [InlineData("/a", "body", "Content-Type: text/plain", false)]
    public async Task ContentBased_ComparesDestinationBodyAndForwardedHeaders(string path, string body, string header, bool duplicate)
    {
        await SendAsync("POST", "/v2/publish/https://app.test/a", "body", "Upstash-Content-Based-Deduplication: True", "Upstash-Forward-X-A: 1", "Upstash-Retries: 1");
        Answer second = await SendAsync("POST", "/v2/publish/https://app.test" + path, body, "Upstash-Content-Based-Deduplication: true", header);
        Assert.Equal(duplicate ? HttpStatusCode.Accepted : HttpStatusCode.OK, second.Status);
    }

    [Fact]
    public async Task OwnId_BeatsContent()
    {
        await PublishAsync("/a", "Upstash-Deduplication-Id: 1", "Upstash-Content-Based-Deduplication: true");
        await PublishAsync("/a", "Upstash-Deduplication-Id: 2", "Upstash-Content-Based-Deduplication: true");
        await SettleAsync();
        Assert.Equal(2, App.Received.Length);
    }

    [Fact]
    public async Task BatchItems_DeduplicateOneByOne()
    {
        Answer answer = await SendAsync("POST", "/v2/batch", """
            [{"destination":"https://app.test/1","headers":{"Upstash-Deduplication-Id":"x"}},
             {"destination":"https://app.test/2","headers":{"Upstash-Deduplication-Id":"x"}}]
            """);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal((string?)answer.Json[0]!["messageId"], (string?)answer.Json[1]!["messageId"]);
        Assert.Null(answer.Json[0]!["deduplicated"]);
        Assert.True((bool?)answer.Json[1]!["deduplicated"]);
    }

    [Fact]
    public async Task ConcurrentDuplicates_YieldOneMessage()
    {
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAsync("POST", "/v2/publish/https://app.test/1", "a", "Upstash-Deduplication-Id: same")));
        await SettleAsync();
        Assert.Single(App.Received);
        Assert.Single(answers.Select(a => (string?)a.Json["messageId"]).Distinct());
        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
    }
}
