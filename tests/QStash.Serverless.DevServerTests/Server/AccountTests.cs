using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.DevServerTests.Server;

public sealed class AccountTests : ServerTest
{
    private static readonly string[] Users = ["defaultUser", "testUser1", "testUser2", "testUser3"];

    [Fact]
    public void PublicAccounts_AreTheOnesClientsKnow()
    {
        Assert.Equal(Users, Server.Accounts.Select(a => a.Name));
        Assert.Equal(
            ["""{"UserID":"defaultUser","Password":"defaultPassword"}""", .. Users[1..].Select(u => $$"""{"UserID":"{{u}}","Password":"testPassword"}""")],
            Server.Accounts.Select(a => Encoding.UTF8.GetString(Convert.FromBase64String(a.Token!))));
        Assert.Equal(Server.Accounts[0].Token, Server.Token);
        Assert.Equal("sig_7GVPjvuwsfqF65iC8fSrs1dfYruM", Server.Accounts[1].CurrentSigningKey);
        Assert.Equal("sig_7GFR4YaDshFcqsxWRZpRB161jguD", Server.Accounts[3].NextSigningKey);
    }

    [Fact]
    public async Task FourAccountsAtOnce_SeeNothingOfEachOther()
    {
        App.Answers(r => TestApp.Reply(r.Path.EndsWith("/bad", StringComparison.Ordinal) ? 500 : 200));
        Dictionary<string, string> ids = [];
        await Task.WhenAll(Server.Accounts.SelectMany(account => Enumerable.Range(0, 5).Select(async i =>
        {
            string id = await PublishAsAsync(account, $"/{account.Name}/good", "Upstash-Deduplication-Id: same" + i);
            lock (ids)
            {
                ids.Add(id, account.Name);
            }

            await PublishAsAsync(account, $"/{account.Name}/bad", "Upstash-Retries: 0", "Upstash-Flow-Control-Key: same", "Upstash-Flow-Control-Value: rate=1000");
            await SendAsAsync(account, "POST", $"/v2/enqueue/same/https://app.test/{account.Name}/queued");
            await SendAsAsync(account, "POST", "/v2/topics/same/endpoints", $$"""{"endpoints":[{"url":"https://app.test/{{account.Name}}/{{i}}"}]}""");
            await PublishAsAsync(account, $"/{account.Name}/later", "Upstash-Delay: 1h");
        })));
        await SettleAsync();
        Assert.Equal(20, ids.Count);
        Assert.All(App.Received, r =>
        {
            DevServerAccount owner = Server.Accounts.Single(a => r.Path.StartsWith($"/{a.Name}/", StringComparison.Ordinal));
            Assert.All(Server.Accounts, a => Assert.Equal(a.Name == owner.Name, Signed.By(r, a.CurrentSigningKey!)));
        });
        foreach (DevServerAccount account in Server.Accounts)
        {
            JsonNode events = (await SendAsAsync(account, "GET", "/v2/events")).Json["events"]!;
            Assert.All(events.AsArray(), e => Assert.Contains($"/{account.Name}/", (string)e!["url"]!, StringComparison.Ordinal));
            JsonArray dlq = (await SendAsAsync(account, "GET", "/v2/dlq")).Json["messages"]!.AsArray();
            Assert.Equal(5, dlq.Count);
            Assert.All(dlq, e => Assert.Contains($"/{account.Name}/", (string)e!["url"]!, StringComparison.Ordinal));
            Assert.Equal(5, (await SendAsAsync(account, "GET", "/v2/topics/same")).Json["endpoints"]!.AsArray().Count);
            DevServerAccount other = Server.Accounts.First(a => a.Name != account.Name);
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsAsync(other, "GET", "/v2/dlq/" + dlq[0]!["dlqId"])).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsAsync(other, "POST", "/v2/dlq/retry/" + dlq[0]!["dlqId"])).Status);
            string own = ids.First(i => i.Value == account.Name).Key;
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsAsync(other, "GET", "/v2/messages/" + own)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsAsync(other, "DELETE", "/v2/messages/" + own)).Status);
            Assert.Empty((await SendAsAsync(other, "GET", "/v2/events?messageId=" + own)).Json["events"]!.AsArray());
            Assert.Equal("""{"cancelled":5}""", (await SendAsAsync(account, "DELETE", "/v2/messages")).Text);
        }

        Assert.Equal("""{"cancelled":0}""", (await SendAsAsync(Server.Accounts[0], "DELETE", "/v2/messages")).Text);
    }

    [Fact]
    public async Task RotatedKeys_SignAtOnceAndReceiversKnowTheNewKeyAsNext()
    {
        DevServerAccount account = Server.Accounts[2];
        JsonNode rotated = (await SendAsAsync(account, "POST", "/v2/keys/rotate")).Json;
        Assert.Equal(account.NextSigningKey, (string?)rotated["current"]);
        await PublishAsAsync(account, "/x");
        await SettleAsync();
        Assert.True(Signed.By(App.Received[^1], account.NextSigningKey!));
        Assert.False(Signed.By(App.Received[^1], account.CurrentSigningKey!));
        Assert.Equal("sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r", (string?)(await GetAsync("/v2/keys")).Json["current"]);
    }

    [Theory]
    [InlineData("POST", "/v2/publish/https://app.test/x")]
    [InlineData("POST", "/v2/enqueue/q/https://app.test/x")]
    [InlineData("POST", "/v2/batch")]
    [InlineData("DELETE", "/v2/messages")]
    [InlineData("DELETE", "/v2/dlq")]
    [InlineData("POST", "/v2/queues")]
    [InlineData("POST", "/v2/schedules/https://app.test/x")]
    [InlineData("PATCH", "/v2/schedules/s/pause")]
    [InlineData("POST", "/v2/topics/g/endpoints")]
    [InlineData("POST", "/v2/keys/rotate")]
    [InlineData("POST", "/v2/flowControl/k/pause")]
    public async Task ReadOnlyToken_CannotWrite(string method, string path)
    {
        Answer refused = await SendAsync(method, path, "[]", "Authorization: Bearer " + Server.Accounts[0].ReadOnlyToken);
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden: this token may only read"), (refused.Status, refused.Error));
        await SettleAsync();
        Assert.Empty(App.Received);
    }

    [Theory]
    [InlineData("/v2/events")]
    [InlineData("/v2/dlq")]
    [InlineData("/v2/queues")]
    [InlineData("/v2/schedules")]
    [InlineData("/v2/topics")]
    [InlineData("/v2/keys")]
    public async Task ReadOnlyToken_CanRead(string path)
    {
        Answer answer = await SendAsync("GET", path, null, "Authorization: Bearer " + Server.Accounts[0].ReadOnlyToken);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task OwnAccounts_KeepTheirDataAndTakeNewTokens()
    {
        string directory = Directory.CreateTempSubdirectory("qstash").FullName;
        try
        {
            DevServerAccount shop = new("shop") { Token = "shop-token", ReadOnlyToken = "shop-reader" };
            string key;
            await using (QStashDevServer first = await StartAsync(directory, shop, new("billing")))
            {
                Assert.Equal(("shop-token", "shop-reader"), (first.Token, first.Accounts[0].ReadOnlyToken));
                Assert.NotNull(first.Accounts[1].Token);
                await first.RotateSigningKeysAsync();
                key = first.CurrentSigningKey;
            }

            await using (QStashDevServer second = await StartAsync(directory, new("billing"), new("shop") { Token = "new-token" }, new("third")))
            {
                Assert.Equal(["billing", "shop", "third"], second.Accounts.Select(a => a.Name));
                Assert.Equal(("new-token", "shop-reader", key), (second.Accounts[1].Token, second.Accounts[1].ReadOnlyToken, second.Accounts[1].CurrentSigningKey));
            }

            InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(directory, shop));
            Assert.Contains("'billing'", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    public static TheoryData<string, DevServerAccount[]> Unusable => new()
    {
        { "name", [new("no spaces")] },
        { "same name", [new("a"), new("a")] },
        { "same token", [new("a") { Token = "t" }, new("b") { ReadOnlyToken = "t" }] },
        { "empty", [new("a") { Token = "" }] },
        { "no header can carry", [new("a") { Token = "a b" }] },
        { "everybody knows", [new("a") { Token = "eyJVc2VySUQiOiJkZWZhdWx0VXNlciIsIlBhc3N3b3JkIjoiZGVmYXVsdFBhc3N3b3JkIn0=" }] },
        { "everybody knows", [new("a") { CurrentSigningKey = "sig_7RvLjqfZBvP5KEUimQCE1pvpLuou", NextSigningKey = "sig_x" }] },
        { "only one of its two", [new("a") { CurrentSigningKey = "sig_x" }] },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public async Task AccountThatCannotBeServed_IsRefusedAtTheStart(string says, DevServerAccount[] accounts)
    {
        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(null, accounts));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PublicAccounts_AreNotServedToOtherMachines()
    {
        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(
            () => QStashDevServer.StartAsync(new() { Address = IPAddress.Any, UseWellKnownAccounts = true }));
        Assert.Contains("accounts of your own", refused.Message, StringComparison.Ordinal);
        await using QStashDevServer own = await QStashDevServer.StartAsync(new() { Address = IPAddress.Any });
        Assert.StartsWith("http://127.0.0.1:", own.Settings["QSTASH_URL"], StringComparison.Ordinal);
        using HttpClient http = new();
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(new Uri(own.Url, "/v2/keys"))).StatusCode);
    }

    protected override void Configure(QStashDevServerOptions options) => options.UseWellKnownAccounts = true;

    private static async Task<QStashDevServer> StartAsync(string? directory, params DevServerAccount[] accounts)
    {
        QStashDevServerOptions options = new() { DataDirectory = directory };
        Array.ForEach(accounts, options.Accounts.Add);
        return await QStashDevServer.StartAsync(options);
    }

    private async Task<string> PublishAsAsync(DevServerAccount account, string path, params string[] headers)
        => (string)(await SendAsAsync(account, "POST", "/v2/publish/https://app.test" + path, "hello", headers)).Json["messageId"]!;

    private Task<Answer> SendAsAsync(DevServerAccount account, string method, string target, string? body = null, params string[] headers)
        => SendAsync(method, target, body, ["Authorization: Bearer " + account.Token, .. headers]);
}
