using System.Net;
using System.Net.Sockets;
using System.Text;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.DevServerTests.Server;

/// <summary>Who may reach the server: web pages, foreign names, and how often.</summary>
public sealed class AccessTests : ServerTest
{
    [Theory]
    [InlineData("https://evil.example", null, 403)]
    [InlineData("null", null, 403)]
    [InlineData("http://evil.example:8080", "evil.example:8080", 403)]
    [InlineData("http://localhost:1", "localhost:1", 200)]
    [InlineData("https://console.example", null, 200)]
    [InlineData(null, "host.docker.internal", 200)]
    public async Task WebPage_IsRefusedUnlessItsOriginIsAllowed(string? origin, string? host, int status)
    {
        string answer = await RawAsync("GET", "/v2/keys", host ?? Server.Url.Authority, origin);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Equal(origin == "https://console.example", answer.Contains("Access-Control-Allow-Origin: https://console.example", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AllowedPage_MayAskFirst()
    {
        string answer = await RawAsync(
            "OPTIONS", "/v2/publish/https://app.test/", Server.Url.Authority, "https://console.example",
            "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: authorization,upstash-delay");
        Assert.StartsWith("HTTP/1.1 204 ", answer, StringComparison.Ordinal);
        Assert.Contains("Access-Control-Allow-Headers: authorization,upstash-delay", answer, StringComparison.Ordinal);
        Assert.Contains("PATCH", answer, StringComparison.Ordinal);
        string refused = await RawAsync(
            "OPTIONS", "/v2/publish/https://app.test/", Server.Url.Authority, "https://evil.example", "Access-Control-Request-Method: POST");
        Assert.StartsWith("HTTP/1.1 403 ", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("Access-Control", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BurstLimit_CountsReadsPerSecondAndAccountAndNeverPublishes()
    {
        for (int i = 0; i < 10; i++)
        {
            await PublishAsync("/x");
        }

        Answer[] answers = [await GetAsync("/v2/queues"), await GetAsync("/v2/events"), await GetAsync("/v2/dlq"), await GetAsync("/v2/queues")];
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], answers.Select(a => a.Status));
        Assert.Equal(["2", "1", "0", "0"], answers.Select(a => a.Headers["Burst-RateLimit-Remaining"]));
        Assert.Equal("3", answers[3].Headers["Burst-RateLimit-Limit"]);
        Assert.Equal(Start.AddSeconds(1).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), answers[3].Headers["Burst-RateLimit-Reset"]);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("GET", "/v2/queues", null, "Authorization: Bearer other")).Status);
        await AdvanceAsync(1);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/v2/queues")).Status);
    }

    protected override void Configure(QStashDevServerOptions options)
    {
        options.AllowedOrigins.Add("https://console.example");
        options.RequestsPerSecond = 3;
        options.Accounts.Add(new("first"));
        options.Accounts.Add(new("second") { Token = "other" });
    }

    private async Task<string> RawAsync(string method, string path, string host, string? origin, params string[] headers)
    {
        using TcpClient client = new();
        await client.ConnectAsync(Server.Url.Host, Server.Url.Port);
        await using NetworkStream stream = client.GetStream();
        string originLine = origin is null ? "" : $"Origin: {origin}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{originLine}{string.Concat(headers.Select(h => h + "\r\n"))}Authorization: Bearer {Server.Token}\r\nConnection: close\r\n\r\n"));
        return await new StreamReader(stream).ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }
}
