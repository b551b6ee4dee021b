using System.Text;
using System.Text.Json.Nodes;
using QStash.Serverless.DevServer;
using QStash.Serverless.DevServerTests.Server;

namespace QStash.Serverless.DevServerTests.Conformance;

/// <summary>The requests that QStash's public pages show, sent byte for byte but for the host and the credentials, and what the pages say comes of them.</summary>
public sealed class ExampleRequestTests : ServerTest
{
    private static readonly JsonArray Requests = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", "example-requests.json")))!["requests"]!.AsArray();

    public static TheoryData<string> Names => [.. Requests.Select(NameOf)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Example_WorksAsItsPageSays(string name)
    {
        JsonNode example = Requests.Single(r => NameOf(r) == name)!;
        foreach (string need in Texts(example["needs"]))
        {
            await MakeAsync(need);
        }

        Answer answer = await RawHttp.SendAsync(Server.Url, await FillInAsync(example));
        Assert.True((int)example["status"]! == (int)answer.Status, $"answered {(int)answer.Status}: {answer.Text}");
        foreach (string field in Texts(example["answer"]))
        {
            JsonNode[] objects = field.StartsWith("[]", StringComparison.Ordinal) ? [.. answer.Json.AsArray().Select(e => e!)] : [answer.Json];
            Assert.NotEmpty(objects);
            Assert.All(objects, o => Assert.NotNull(o[field.TrimStart('[', ']')]));
        }

        await AdvanceAsync((double?)example["after"] ?? 0);
        if (example["delivered"] is JsonArray expected)
        {
            Assert.Equal(expected.Select(d => $"{d!["method"]} {d["url"]}").Order(), App.Received.Select(r => $"{r.Method} {r.Url}").Order());
            Assert.All(expected, d => CheckDelivery(d!));
        }
    }

    [Fact]
    public void Pages_AreAllThere()
        => Assert.Equal(["api-examples", "create-schedule", "python-sdk-readme", "v1-openapi", "v1-publish"], Requests.Select(r => (string)r!["page"]!).Distinct().Order());

    protected override void Configure(QStashDevServerOptions options) => options.MapHost("example.com", App);

    private static string NameOf(JsonNode? request) => $"{request!["page"]}: {request["name"]}";

    private static IEnumerable<string> Texts(JsonNode? list) => list is null ? [] : list.AsArray().Select(t => (string)t!);

    /// <summary>One of the things an example takes for granted: <c>METHOD path body Header: value</c>.</summary>
    private async Task MakeAsync(string need)
    {
        string[] parts = need.Split(' ', 4);
        Answer made = await SendAsync(parts[0], parts[1], parts[2], parts[3..]);
        Assert.True((int)made.Status is 200 or 201, $"{need} answered {(int)made.Status}: {made.Text}");
    }

    private async Task<string> FillInAsync(JsonNode example)
    {
        string body = await FillInAsync((string?)example["body"] ?? "");
        StringBuilder request = new();
        foreach (string line in Texts(example["request"]))
        {
            request.Append(await FillInAsync(line.Replace("{length}", Encoding.UTF8.GetByteCount(body).ToString(), StringComparison.Ordinal))).Append("\r\n");
        }

        return request.Append("\r\n").Append(body).ToString();
    }

    private async Task<string> FillInAsync(string text)
    {
        text = text.Replace("{host}", Server.Url.Authority, StringComparison.Ordinal).Replace("{token}", Server.Token, StringComparison.Ordinal);
        foreach ((string name, string list) in new[] { ("topicId", "/v1/topics"), ("endpointId", "/v1/endpoints"), ("scheduleId", "/v1/schedules"), ("messageId", "/v1/messages") })
        {
            if (text.Contains($"{{{name}}}", StringComparison.Ordinal))
            {
                JsonNode found = (await GetAsync(list)).Json;
                text = text.Replace($"{{{name}}}", (string)(found as JsonArray ?? found["messages"]!)[0]![name]!, StringComparison.Ordinal);
            }
        }

        if (text.Contains("{taskId}", StringComparison.Ordinal))
        {
            JsonNode message = (await GetAsync("/v1/messages")).Json["messages"]![0]!;
            text = text.Replace("{taskId}", (string)(await GetAsync($"/v1/messages/{message["messageId"]}/tasks")).Json["tasks"]![0]!["taskId"]!, StringComparison.Ordinal);
        }

        return text;
    }

    private void CheckDelivery(JsonNode expected)
    {
        Received received = App.Received.First(r => r.Url == (string?)expected["url"]);
        Assert.True(Signed.By(received, Server.CurrentSigningKey));
        if (expected["body"] is { } body)
        {
            Assert.Equal((string?)body, received.Text);
        }

        foreach ((string name, JsonNode? value) in expected["headers"]?.AsObject() ?? [])
        {
            Assert.Equal((string?)value, received.Headers[name]);
        }
    }
}
