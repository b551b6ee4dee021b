using System.Text.Json.Nodes;
using QStash.Serverless.DevServer;
using QStash.Serverless.DevServerTests.Server;

namespace QStash.Serverless.DevServerTests.Conformance;

/// <summary>What a row works with: a server of its own on a real port, raw HTTP to it, and the destination <c>https://app.test</c>.</summary>
internal sealed class Bench(Action<QStashDevServerOptions> with) : ServerTest
{
    public static long Now => Start.ToUnixTimeMilliseconds();

    public new TestApp App => base.App;

    public new QStashDevServer Server => base.Server;

    /// <summary>One request, written as <c>POST /v2/publish/https://app.test/a</c>.</summary>
    public Task<Answer> Send(string line, string? body = null, params string[] headers)
    {
        string[] parts = line.Split(' ', 2);
        return SendAsync(parts[0], parts[1], body, headers);
    }

    public Task<Answer> SendBytes(string line, byte[] body, params string[] headers)
    {
        string[] parts = line.Split(' ', 2);
        return SendBytesAsync(parts[0], parts[1], body, headers);
    }

    /// <summary>A request sent as these very bytes.</summary>
    public Task<Answer> Raw(string request) => RawHttp.SendAsync(Server.Url, request);

    /// <summary>A request that succeeds with JSON.</summary>
    public async Task<JsonNode> Json(string line, string? body = null, params string[] headers)
    {
        Answer answer = await Send(line, body, headers);
        Assert.True((int)answer.Status is >= 200 and <= 299, $"{line} answered {(int)answer.Status}: {answer.Text}");
        return answer.Json;
    }

    /// <summary>A request that succeeds, whatever it answers.</summary>
    public async Task Ok(string line, string? body = null, params string[] headers)
    {
        Answer answer = await Send(line, body, headers);
        Assert.True((int)answer.Status is >= 200 and <= 299, $"{line} answered {(int)answer.Status}: {answer.Text}");
    }

    /// <summary>A request that is refused with an error body that holds a text.</summary>
    public async Task Refused(int status, string text, string line, string? body = null, params string[] headers)
    {
        Answer answer = await Send(line, body, headers);
        Assert.Equal(status, (int)answer.Status);
        Assert.Contains(text, answer.Error, StringComparison.Ordinal);
    }

    public async Task<string> Publish(string path = "/a", params string[] headers)
        => (string)(await Json("POST /v2/publish/https://app.test" + path, "hello", headers))["messageId"]!;

    /// <summary>Publishes what fails for good, and returns the id of its DLQ entry.</summary>
    public async Task<string> Fail(string path = "/a", params string[] headers)
    {
        App.Answers(_ => TestApp.Reply(500, "why", "X-Why: because"));
        string id = await Publish(path, ["Upstash-Retries: 0", .. headers]);
        await SettleAsync();
        App.Answers(_ => TestApp.Reply(200));
        return (string)(await Dlq("?messageId=" + id)).Single()["dlqId"]!;
    }

    public Task<JsonNode> Message(string id) => Json("GET /v2/messages/" + id);

    /// <summary>A message published with these headers, as it is read.</summary>
    public async Task<JsonNode> Published(params string[] headers) => await Message(await Publish("/a", headers));

    /// <summary>The one delivery of a message published with these headers.</summary>
    public async Task<Received> Delivered(params string[] headers)
    {
        await Publish("/a", headers);
        await SettleAsync();
        return Assert.Single(App.Received);
    }

    public async Task<JsonNode[]> Events(string query = "") => [.. (await Json("GET /v2/events" + query))["events"]!.AsArray().Select(e => e!)];

    public async Task<JsonNode[]> EventsOf(string id) => await Events($"?order=earliestFirst&messageId={id}");

    public async Task<string> States(string id) => string.Join(' ', (await EventsOf(id)).Select(e => (string)e["state"]!));

    public async Task<JsonNode[]> Dlq(string query = "") => [.. (await Json("GET /v2/dlq" + query))["messages"]!.AsArray().Select(e => e!)];

    public Task<JsonNode> Queue(string name) => Json("GET /v2/queues/" + name);

    /// <summary>A URL group <c>g</c> with one endpoint a path; a name stands before its path as <c>name:/path</c>.</summary>
    public Task Group(params string[] endpoints) => Ok("POST /v2/topics/g/endpoints", new JsonObject
    {
        ["endpoints"] = new JsonArray([.. endpoints.Select(e => e.Split(':')).Select(e => e.Length == 1
            ? new JsonObject { ["url"] = "https://app.test" + e[0] }
            : new JsonObject { ["name"] = e[0], ["url"] = "https://app.test" + e[1] })]),
    }.ToJsonString());

    public Task<JsonNode> Schedule(string id = "s") => Json("GET /v2/schedules/" + id);

    /// <summary>A schedule <c>s</c> every ten minutes.</summary>
    public Task<Answer> CreateSchedule(params string[] headers)
        => Send("POST /v2/schedules/https://app.test/a", "hello", ["Upstash-Cron: */10 * * * *", "Upstash-Schedule-Id: s", .. headers]);

    public Task Settle() => SettleAsync();

    public Task Advance(double seconds) => AdvanceAsync(seconds);

    protected override void Configure(QStashDevServerOptions options) => with(options);
}
