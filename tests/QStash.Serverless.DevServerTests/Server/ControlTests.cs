using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.DevServerTests.Server;

/// <summary>The control routes: what tests in any language steer the server with.</summary>
public sealed class ControlTests : ServerTest
{
    [Fact]
    public async Task Clock_AdvancesSetsAndFreezes()
    {
        await PublishAsync("/1", "Upstash-Delay: 1m");
        await PublishAsync("/2", "Upstash-Delay: 1h");
        JsonNode advanced = (await SendAsync("POST", "/_dev/clock", """{"advance":"90s"}""")).Json;
        Assert.Equal((Start.AddSeconds(90).ToUnixTimeMilliseconds(), true, 1), ((long)advanced["now"]!, (bool)advanced["frozen"]!, (int)advanced["attempts"]!));
        long target = Start.AddHours(2).ToUnixTimeMilliseconds();
        JsonNode set = (await SendAsync("POST", "/_dev/clock", $$"""{"set":{{target}}}""")).Json;
        Assert.Equal((target, 1), ((long)set["now"]!, (int)set["attempts"]!));
        Assert.Equal(["/1", "/2"], App.Paths);
        Assert.False((bool?)(await SendAsync("POST", "/_dev/clock", """{"freeze":false}""")).Json["frozen"]);
        Assert.False(Clock.IsFrozen);
        JsonNode frozen = (await SendAsync("POST", "/_dev/clock", """{"freeze":true}""")).Json;
        Assert.True((bool?)frozen["frozen"]);
        Assert.Equal((long)frozen["now"]!, (long)(await SendAsync("POST", "/_dev/clock", """{"advance":0}""")).Json["now"]!);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"advance":"1s","freeze":true}""")]
    [InlineData("""{"advance":"soon"}""")]
    [InlineData("""{"advance":-1}""")]
    [InlineData("""{"set":1}""")]
    [InlineData("""{"set":-1}""")]
    [InlineData("""{"freeze":"yes"}""")]
    [InlineData("[]")]
    [InlineData("now")]
    public async Task ClockThatIsNotUnderstood_IsRefusedAndStays(string body)
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("POST", "/_dev/clock", body)).Status);
        Assert.Equal((Start, true), (Clock.GetUtcNow(), Clock.IsFrozen));
    }

    [Fact]
    public async Task ClockThatIsNotTheServers_IsRefused()
    {
        await using QStashDevServer server = await QStashDevServer.StartAsync();
        using HttpClient http = new();
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(server.Url, "/_dev/clock")) { Content = new StringContent("""{"freeze":true}""") };
        request.Headers.Authorization = new("Bearer", server.Token);
        Assert.Equal(HttpStatusCode.Conflict, (await http.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Drain_WaitsForWhatIsInProgressAndNamesWhatDoesNotEnd()
    {
        TaskCompletionSource<HttpResponseMessage> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        App.Answer = (_, _) => answer.Task;
        string id = await PublishAsync("/slow");
        Answer late = await SendAsync("POST", "/_dev/drain?timeout=1s");
        Assert.Equal(HttpStatusCode.RequestTimeout, late.Status);
        Assert.Equal((id, "https://app.test/slow"), ((string?)late.Json["pending"]![0]!["messageId"], (string?)late.Json["pending"]![0]!["url"]));
        Assert.NotNull(late.Error);
        Answer others = await SendAsync("POST", "/_dev/drain?timeout=0s", null, "Authorization: Bearer other");
        Assert.Empty(others.Json["pending"]!.AsArray());
        answer.SetResult(TestApp.Reply(200));
        Answer drained = await SendAsync("POST", "/_dev/drain");
        Assert.Equal(HttpStatusCode.OK, drained.Status);
        Assert.Equal(["CREATED", "ACTIVE", "DELIVERED"], await StatesAsync(id));
    }

    [Fact]
    public async Task Reset_DeletesEverythingOfOneAccountAndNothingElse()
    {
        App.Answers(_ => TestApp.Reply(500));
        foreach (string token in new[] { Server.Token, "other" })
        {
            string auth = "Authorization: Bearer " + token;
            await SendAsync("POST", "/v2/publish/https://app.test/failed", "x", auth, "Upstash-Retries: 0", "Upstash-Deduplication-Id: d");
            await SendAsync("POST", "/v2/publish/https://app.test/later", "x", auth, "Upstash-Delay: 1h", "Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: rate=1");
            await SendAsync("POST", "/v2/enqueue/q/https://app.test/queued", "x", auth);
            await SendAsync("POST", "/v2/topics/g/endpoints", """{"endpoints":[{"url":"https://app.test/e"}]}""", auth);
            await SendAsync("POST", "/v2/schedules/https://app.test/s", "x", auth, "Upstash-Cron: 0 0 * * *");
            await SendAsync("POST", "/_dev/faults", """{"kind":"drop","url":"https://none.test/"}""", auth);
        }

        await SettleAsync();
        JsonObject before = (await GetAsync("/_dev/state")).Json.AsObject();
        Assert.Equal(
            ("first", 2, 0, 1, 1, 1, 1, 1, 1),
            ((string?)before["account"], (int)before["waiting"]!, (int)before["active"]!, (int)before["deadLetters"]!, (int)before["queues"]!, (int)before["urlGroups"]!,
                (int)before["schedules"]!, (int)before["flowControlKeys"]!, (int)before["faults"]!));
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync("POST", "/_dev/reset")).Status);
        JsonObject after = (await GetAsync("/_dev/state")).Json.AsObject();
        Assert.All(after.Where(p => p.Key is not ("account" or "now" or "frozen")), p => Assert.Equal(0, (int)p.Value!));
        Assert.False(after.ContainsKey("nextDue"));
        Assert.Empty((await GetAsync("/v2/events")).Json["events"]!.AsArray());
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("POST", "/v2/publish/https://app.test/again", "x", "Upstash-Deduplication-Id: d")).Status);
        JsonObject other = (await SendAsync("GET", "/_dev/state", null, "Authorization: Bearer other")).Json.AsObject();
        Assert.Equal((2, 1, 1), ((int)other["waiting"]!, (int)other["deadLetters"]!, (int)other["schedules"]!));
    }

    [Fact]
    public async Task ResetDuringAnAttempt_LetsItEndWithoutATrace()
    {
        TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<HttpResponseMessage> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        App.Answer = (_, _) =>
        {
            arrived.TrySetResult();
            return answer.Task;
        };
        await PublishAsync("/x", "Upstash-Callback: https://app.test/cb");
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await Server.ResetAsync();
        answer.SetResult(TestApp.Reply(200));
        await SettleAsync();
        Assert.Equal(["/x"], App.Paths);
        Assert.Empty((await GetAsync("/v2/events")).Json["events"]!.AsArray());
    }

    [Theory]
    [InlineData("GET", "/_dev/state", "127.0.0.1", null, "first", 200)]
    [InlineData("GET", "/_dev/state", "localhost", null, "first", 200)]
    [InlineData("GET", "/_dev/state", "[::1]:8080", null, "first", 200)]
    [InlineData("GET", "/_dev/state", "evil.example", null, "first", 403)]
    [InlineData("GET", "/_dev/state", "127.0.0.1", "https://evil.example", "first", 403)]
    [InlineData("GET", "/_dev/state", "127.0.0.1", "https://console.example", "first", 403)]
    [InlineData("GET", "/_dev/state", "127.0.0.1", null, "wrong", 401)]
    [InlineData("GET", "/_dev/state", "127.0.0.1", null, "reader", 200)]
    [InlineData("POST", "/_dev/reset", "127.0.0.1", null, "reader", 403)]
    [InlineData("GET", "/_dev/clock", "127.0.0.1", null, "first", 405)]
    [InlineData("GET", "/_dev/nothing", "127.0.0.1", null, "first", 404)]
    public async Task ControlRoute_IsForThisMachineAndTheAccount(string method, string path, string host, string? origin, string token, int status)
    {
        using TcpClient client = new();
        await client.ConnectAsync(Server.Url.Host, Server.Url.Port);
        await using NetworkStream stream = client.GetStream();
        string originLine = origin is null ? "" : $"Origin: {origin}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{originLine}Authorization: Bearer {token}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        string answer = await new StreamReader(stream).ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
    }

    protected override void Configure(QStashDevServerOptions options)
    {
        options.Accounts.Add(new("first") { Token = "first", ReadOnlyToken = "reader" });
        options.Accounts.Add(new("second") { Token = "other" });
        options.AllowedOrigins.Add("https://console.example");
    }
}
