using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace QStash.Serverless.DevServerTests.Server;

public sealed class WireTests : ServerTest
{
    [Theory]
    [InlineData("Authorization: none")]
    [InlineData("Authorization: Bearer wrong")]
    [InlineData("Authorization: Bearer")]
    [InlineData("Authorization: Basic abc")]
    public async Task MissingOrWrongToken_Is401WithAnErrorBody(string header)
    {
        Answer answer = await SendAsync("POST", "/v2/publish/https://app.test/", "x", header);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.StartsWith("unauthorized", answer.Error, StringComparison.Ordinal);
        await SettleAsync();
        Assert.Empty(App.Received);
    }

    [Fact]
    public async Task TokenInTheQuery_IsAcceptedAndTheHeaderWins()
    {
        string target = $"/v2/publish/https://app.test/?qstash_token={Uri.EscapeDataString(Server.Token)}&x=1";
        Assert.Equal("https://app.test/?x=1", (string?)(await SendAsync("POST", target, "x", "Authorization: none")).Json["url"]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync("POST", target, "x", "Authorization: Bearer wrong")).Status);
    }

    [Theory]
    [InlineData("GET", "/v2/nonsense", HttpStatusCode.NotFound)]
    [InlineData("GET", "/", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v2/messages/a/b", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v2/messages/", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/v2/publish/https://app.test/", HttpStatusCode.MethodNotAllowed)]
    public async Task UnknownRoute_IsRefusedWithAnErrorBody(string method, string path, HttpStatusCode status)
    {
        Answer answer = await SendAsync(method, path);
        Assert.Equal(status, answer.Status);
        Assert.NotNull(answer.Error);
    }

    [Fact]
    public async Task BodyOverTheLimit_Is413WithQStashsOwnText()
    {
        using TcpClient client = new();
        await client.ConnectAsync(Server.Url.Host, Server.Url.Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v2/publish/https://app.test/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {Server.Token}\r\nContent-Length: 104857601\r\nConnection: close\r\n\r\n"));
        string answer = await new StreamReader(stream).ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("""{"error":"quota maxMessageSize exceeded"}""", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WebPageOfAnotherOrigin_IsRefused()
        => Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync("GET", "/v2/keys", null, "Origin: https://evil.example")).Status);

    [Fact]
    public async Task Keys_AreReadAndRotated()
    {
        JsonNode before = (await GetAsync("/v2/keys")).Json;
        Assert.Equal(Server.CurrentSigningKey, (string?)before["current"]);
        Assert.Matches("^sig_[1-9A-HJ-NP-Za-km-z]{28}$", Server.NextSigningKey);
        JsonNode after = (await SendAsync("POST", "/v2/keys/rotate")).Json;
        Assert.Equal((string?)before["next"], (string?)after["current"]);
        Assert.Equal((string?)after["next"], Server.NextSigningKey);
        Assert.NotEqual((string?)before["current"], (string?)after["next"]);
    }

    [Fact]
    public void Settings_AreTheOnesAnAppReads()
    {
        Assert.Equal(Server.Url.ToString().TrimEnd('/'), Server.Settings["QSTASH_URL"]);
        Assert.Equal(Server.Token, Server.Settings["QSTASH_TOKEN"]);
        Assert.Equal(Server.CurrentSigningKey, Server.Settings["QSTASH_CURRENT_SIGNING_KEY"]);
        Assert.Equal(Server.NextSigningKey, Server.Settings["QSTASH_NEXT_SIGNING_KEY"]);
    }
}
