using System.Net;
using System.Text.Json.Nodes;

namespace QStash.Serverless.DevServerTests.Server;

public sealed class DlqTests : ServerTest
{
    private int _status = 500;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        App.Answers(_ => TestApp.Reply(_status, "why"));
    }

    [Fact]
    public async Task Retry_CreatesANewMessageAndRemovesTheEntry()
    {
        string failed = await FailAsync("/1", "Upstash-Forward-X-A: 1", "Upstash-Deduplication-Id: once", "Upstash-Delay: 5s");
        string dlqId = await DlqIdAsync(failed);
        _status = 200;
        Answer retried = await SendAsync("POST", "/v2/dlq/retry/" + dlqId, null, "Upstash-Retries: 2", "Upstash-Forward-X-B: 2");
        Assert.Equal(HttpStatusCode.Created, retried.Status);
        string id = (string)retried.Json["messageId"]!;
        Assert.NotEqual(failed, id);
        await SettleAsync();
        Assert.Equal(["CREATED", "ACTIVE", "DELIVERED"], await StatesAsync(id));
        Received received = App.Received[^1];
        Assert.Equal("hello", received.Text);
        Assert.Equal("1", received.Headers["X-A"]);
        Assert.Equal("2", received.Headers["X-B"]);
        Assert.Equal(2, (int?)(await GetAsync("/v2/messages/" + id)).Json["maxRetries"]);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("/v2/dlq/" + dlqId)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("POST", "/v2/dlq/retry/" + dlqId)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("DELETE", "/v2/dlq/" + dlqId)).Status);
    }

    [Fact]
    public async Task RetryWithABadOverride_IsRefusedAndTheEntryStays()
    {
        string dlqId = await DlqIdAsync(await FailAsync("/1"));
        Answer refused = await SendAsync("POST", "/v2/dlq/retry/" + dlqId, null, "Upstash-Retries: x");
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/v2/dlq/" + dlqId)).Status);
    }

    [Fact]
    public async Task RetryMany_TakesIdsFromQueryOrBody()
    {
        string first = await DlqIdAsync(await FailAsync("/1"));
        string second = await DlqIdAsync(await FailAsync("/2"));
        string third = await DlqIdAsync(await FailAsync("/3"));
        _status = 200;
        Answer unknown = await SendAsync("POST", $"/v2/dlq/retry?dlqIds={first}&dlqIds=1-99");
        Assert.Equal(HttpStatusCode.NotFound, unknown.Status);
        Answer two = await SendAsync("POST", $"/v2/dlq/retry?dlqIds={first},{second}");
        Assert.Equal(HttpStatusCode.Created, two.Status);
        Assert.Equal(2, two.Json["responses"]!.AsArray().Count);
        Assert.Equal("", (string?)two.Json["cursor"]);
        Assert.Single((await SendAsync("POST", "/v2/dlq/retry", $$"""{"dlqIds":["{{third}}"]}""")).Json["responses"]!.AsArray());
        Assert.Empty((await SendAsync("POST", "/v2/dlq/retry?messageId=msg_none")).Json["responses"]!.AsArray());
        await SettleAsync();
        Assert.Equal(["/1", "/2", "/3"], App.Paths[3..].Order());
        Assert.Empty(await DlqAsync());
    }

    [Fact]
    public async Task List_PagesWithoutShiftingAndFiltersByMessage()
    {
        string[] ids = [await FailAsync("/1"), await FailAsync("/2"), await FailAsync("/3")];
        Answer first = await GetAsync("/v2/dlq?count=2");
        Assert.Equal(ids[..2], first.Json["messages"]!.AsArray().Select(m => (string)m!["messageId"]!));
        await FailAsync("/4");
        Answer rest = await GetAsync("/v2/dlq?count=2&cursor=" + first.Json["cursor"]);
        Assert.Equal(["https://app.test/3", "https://app.test/4"], rest.Json["messages"]!.AsArray().Select(m => (string)m!["url"]!));
        Assert.Null(rest.Json["cursor"]);
        Assert.Single((await GetAsync("/v2/dlq?messageId=" + ids[1])).Json["messages"]!.AsArray());
        Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync("/v2/dlq?host=app.test")).Status);
    }

    [Fact]
    public async Task Delete_ByIdByIdsAndAll()
    {
        string first = await DlqIdAsync(await FailAsync("/1"));
        string second = await DlqIdAsync(await FailAsync("/2"));
        await FailAsync("/3");
        await FailAsync("/4");
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("DELETE", "/v2/dlq/" + first)).Status);
        Assert.Equal("""{"deleted":1}""", (await SendAsync("DELETE", $"/v2/dlq?dlqIds={first}&dlqIds={second}")).Text);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("DELETE", "/v2/dlq?mesageId=x")).Status);
        Answer one = await SendAsync("DELETE", "/v2/dlq?count=1");
        Assert.Equal(1, (int?)one.Json["deleted"]);
        Assert.NotNull(one.Json["cursor"]);
        Assert.Equal("""{"deleted":1}""", (await SendAsync("DELETE", "/v2/dlq")).Text);
        Assert.Equal("""{"deleted":0}""", (await SendAsync("DELETE", "/v2/dlq")).Text);
    }

    [Fact]
    public async Task Get_ShowsTheMessageAndItsLastResponse()
    {
        string id = await FailAsync("/1", "Upstash-Label: a,b");
        JsonNode entry = (await GetAsync("/v2/dlq/" + await DlqIdAsync(id))).Json;
        Assert.Matches("^[0-9]+-[0-9]+$", (string)entry["dlqId"]!);
        Assert.Equal("why", (string?)entry["responseBody"]);
        Assert.Equal("a", (string?)entry["label"]);
        Assert.Equal("https://app.test/1", (string?)entry["url"]);
    }

    private async Task<string> FailAsync(string path, params string[] headers)
    {
        string id = await PublishAsync(path, ["Upstash-Retries: 0", .. headers]);
        await AdvanceAsync(5);
        return id;
    }

    private async Task<string> DlqIdAsync(string messageId)
        => (string)Assert.Single((await GetAsync("/v2/dlq?messageId=" + messageId)).Json["messages"]!.AsArray())!["dlqId"]!;
}
