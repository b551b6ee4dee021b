using System.Net;
using System.Text.Json.Nodes;

namespace QStash.Serverless.DevServerTests.Server;

/// <summary>The filters that logs, bulk cancel and the dead letter queue share.</summary>
public sealed class FilterTests : ServerTest
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        App.Answers(r => TestApp.Reply(r.Path switch { "/a" => 500, "/b/c" => 404, _ => 503 }));
    }

    public static TheoryData<string, string> Filters => new()
    {
        { "label=red", "/a /b/c" },
        { "label=blue", "/b/c" },
        { "label=red&label=green", "/a /b/c /d" },
        { "label=red,green", "/a /b/c /d" },
        { "label=red&queueName=q", "/b/c" },
        { "label=none", "" },
        { "url=https://app.test/a", "/a" },
        { "url=https://app.test/a&url=https://app.test/d", "/a /d" },
        { "queueName=q", "/b/c" },
        { "queueName=q&url=https://app.test/a", "" },
        { "callerIp=127.0.0.1&label=green", "/d" },
        { "callerIP=127.0.0.1&label=green", "/d" },
        { "callerIp=203.0.113.7", "" },
        { "topicName=none", "" },
        { "scheduleId=none", "" },
        { "flowControlKey=none", "" },
        { "fromDate=1893456060000", "/b/c /d /e" },
        { "toDate=1893456060000", "/a /b/c" },
        { "fromDate=1893456060000&toDate=1893456060000", "/b/c" },
    };

    public static TheoryData<string, string> PlaceFilters => new()
    {
        { "path=/b/c", "/b/c" },
        { "path=/a&path=/d", "/a /d" },
        { "host=app.test", "/a /b/c /d /e" },
        { "host=APP.TEST:8443", "/e" },
        { "host=app.test:8443,other.test", "/e" },
        { "host=other.test", "" },
    };

    [Theory]
    [MemberData(nameof(Filters))]
    [MemberData(nameof(PlaceFilters))]
    public async Task Logs_ShowWhatEveryFilterLetsThrough(string filter, string expected)
    {
        await PublishFourAsync("Upstash-Retries: 0");
        Answer found = await GetAsync("/v2/events?state=CREATED&order=earliestFirst&" + filter);
        Assert.Equal(expected, Paths(found.Json["events"]!));
        Answer grouped = await GetAsync("/v2/events?groupBy=messageId&state=CREATED&order=earliestFirst&" + filter);
        Assert.Equal(expected, string.Join(' ', grouped.Json["messages"]!.AsArray().Select(g => Paths(g!["events"]!))));
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task DeadLetters_AreListedDeletedAndRetriedByFilter(string filter, string expected)
    {
        await PublishFourAsync("Upstash-Retries: 0");
        Assert.Equal(expected, Paths((await GetAsync("/v2/dlq?" + filter)).Json["messages"]!));
        int count = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        JsonNode retried = (await SendAsync("POST", "/v2/dlq/retry?" + filter)).Json;
        Assert.Equal(expected, Paths(retried["responses"]!));
        Assert.Equal("", (string?)retried["cursor"]);
        await SettleAsync();
        Assert.Equal(4, (await DlqAsync()).Length);
        if (!filter.Contains("Date", StringComparison.Ordinal))
        {
            Assert.Equal(count, (int?)(await SendAsync("DELETE", "/v2/dlq?" + filter)).Json["deleted"]);
            Assert.Equal(4 - count, (await DlqAsync()).Length);
        }
    }

    [Theory]
    [InlineData("responseStatus=503", "/d /e")]
    [InlineData("responseStatus=500,404", "/a /b/c")]
    [InlineData("responseStatus=503&label=green", "/d")]
    [InlineData("responseStatus=0", "")]
    public async Task DeadLetters_AreFilteredByTheLastStatus(string filter, string expected)
    {
        await PublishFourAsync("Upstash-Retries: 0");
        Assert.Equal(expected, Paths((await GetAsync("/v2/dlq?" + filter)).Json["messages"]!));
        Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync("/v2/dlq?responseStatus=bad")).Status);
    }

    [Theory]
    [MemberData(nameof(Filters))]
    [MemberData(nameof(PlaceFilters))]
    public async Task Cancel_TakesFiltersFromTheQuery(string filter, string expected)
    {
        await PublishFourAsync("Upstash-Delay: 1d");
        int count = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        Assert.Equal($$"""{"cancelled":{{count}}}""", (await SendAsync("DELETE", "/v2/messages?" + filter)).Text);
        Answer canceled = await GetAsync("/v2/events?state=CANCELED&order=earliestFirst");
        Assert.Equal(expected, Paths(canceled.Json["events"]!));
    }

    [Theory]
    [InlineData("""{"label":"red"}""", 2)]
    [InlineData("""{"label":["red","green"],"count":2}""", 2)]
    [InlineData("""{"label":["red"],"queueName":["q"]}""", 1)]
    [InlineData("""{"fromDate":1893456060000,"toDate":1893456060000}""", 1)]
    [InlineData("""{"messageIds":[],"label":null}""", 4)]
    [InlineData("{}", 4)]
    public async Task Cancel_TakesFiltersFromTheBody(string body, int cancelled)
    {
        await PublishFourAsync("Upstash-Delay: 1d");
        Assert.Equal($$"""{"cancelled":{{cancelled}}}""", (await SendAsync("DELETE", "/v2/messages", body)).Text);
    }

    [Fact]
    public async Task Cancel_ByIds_IgnoresOtherFilters()
    {
        string[] ids = await PublishFourAsync("Upstash-Delay: 1d");
        Assert.Equal("""{"cancelled":2}""", (await SendAsync("DELETE", $"/v2/messages?messageIds={ids[0]},{ids[2]}&label=none&count=1")).Text);
        Assert.Equal("""{"cancelled":1}""", (await SendAsync("DELETE", "/v2/messages?label=blue", $$"""{"messageIds":["{{ids[3]}}"]}""")).Text);
        Assert.Equal("""{"cancelled":1}""", (await SendAsync("DELETE", "/v2/messages?count=500")).Text);
    }

    [Theory]
    [InlineData("DELETE", "/v2/messages?labels=red", null)]
    [InlineData("DELETE", "/v2/messages?label=", null)]
    [InlineData("DELETE", "/v2/messages?messageIds=", null)]
    [InlineData("DELETE", "/v2/messages?count=0", null)]
    [InlineData("DELETE", "/v2/messages?toDate=now", null)]
    [InlineData("DELETE", "/v2/messages", """{"labels":["red"]}""")]
    [InlineData("DELETE", "/v2/messages", """{"label":{"a":1}}""")]
    [InlineData("DELETE", "/v2/messages", """["red"]""")]
    [InlineData("DELETE", "/v2/messages", "red")]
    [InlineData("DELETE", "/v2/dlq?host=app.test", null)]
    [InlineData("DELETE", "/v2/dlq?path=/a", null)]
    [InlineData("DELETE", "/v2/dlq?dlqId=1-0", null)]
    [InlineData("POST", "/v2/dlq/retry?lable=red", null)]
    [InlineData("POST", "/v2/dlq/retry", """{"host":["app.test"]}""")]
    public async Task BulkWriteThatIsNotUnderstood_IsRefusedAndChangesNothing(string method, string path, string? body)
    {
        await PublishFourAsync("Upstash-Delay: 1d");
        Answer refused = await SendAsync(method, path, body);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.NotNull(refused.Error);
        Assert.Equal("""{"cancelled":4}""", (await SendAsync("DELETE", "/v2/messages")).Text);
    }

    [Fact]
    public async Task GroupedLogs_PageByMessageAndDoNotShift()
    {
        string[] ids = await PublishFourAsync("Upstash-Retries: 1", "Upstash-Retry-Delay: 3600000");
        JsonNode first = (await GetAsync("/v2/logs?groupBy=messageId&count=3")).Json;
        Assert.Equal(ids[1..].Reverse(), first["messages"]!.AsArray().Select(m => (string)m!["messageId"]!));
        Assert.Equal(["RETRY", "ERROR", "ACTIVE", "CREATED"], first["messages"]![0]!["events"]!.AsArray().Select(e => (string)e!["state"]!));
        await AdvanceAsync(3600);
        JsonNode rest = (await GetAsync("/v2/logs?groupBy=messageId&count=3&cursor=" + first["cursor"])).Json;
        JsonNode group = Assert.Single(rest["messages"]!.AsArray())!;
        Assert.Equal((ids[0], 7), ((string?)group["messageId"], group["events"]!.AsArray().Count));
        Assert.False(rest.AsObject().ContainsKey("cursor"));
        Assert.False(rest.AsObject().ContainsKey("events"));
    }

    [Fact]
    public async Task TrimBody_CutsWhatListsShow()
    {
        App.Answers(_ => TestApp.Reply(500, "because"));
        await SendAsync("POST", "/v2/publish/https://app.test/", "ab\u00e7d", "Upstash-Retries: 0");
        await SettleAsync();
        JsonObject none = (await GetAsync("/v2/events?state=ERROR&trimBody=0")).Json["events"]![0]!.AsObject();
        Assert.False(none.ContainsKey("body"));
        Assert.Equal("", (string?)none["responseBody"]);
        JsonObject entry = (await GetAsync("/v2/dlq?trimBody=3")).Json["messages"]![0]!.AsObject();
        Assert.Equal("ab", (string?)entry["body"]);
        Assert.Equal("bec", (string?)entry["responseBody"]);
        Assert.Equal("ab\u00e7d", (string?)(await DlqAsync())[0]["body"]);
    }

    /// <summary>Four messages that differ in everything a filter can ask for, a minute apart.</summary>
    private async Task<string[]> PublishFourAsync(params string[] headers)
    {
        string[] ids =
        [
            await SendOneAsync("publish/https://app.test/a", ["Upstash-Label: red", .. headers]),
            await SendOneAsync("enqueue/q/https://app.test/b/c?x=1", ["Upstash-Label: red, blue", .. headers]),
            await SendOneAsync("publish/https://app.test/d", ["Upstash-Label: green", .. headers]),
            await SendOneAsync("publish/https://app.test:8443/e", headers),
        ];
        return ids;
    }

    private async Task<string> SendOneAsync(string target, string[] headers)
    {
        string id = (string)(await SendAsync("POST", "/v2/" + target, "hello", headers)).Json["messageId"]!;
        await SettleAsync();
        await AdvanceAsync(60);
        return id;
    }

    private static string Paths(JsonNode list) => string.Join(' ', list.AsArray().Select(m => new Uri((string)m!["url"]!).AbsolutePath));
}
