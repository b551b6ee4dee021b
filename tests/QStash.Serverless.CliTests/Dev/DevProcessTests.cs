using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace QStash.Serverless.CliTests.Dev;

/// <summary><c>dotnet qstash dev</c>, run as its users run it.</summary>
public sealed class DevProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    [PosixFact]
    public async Task RunAgain_KeepsWhatItHad()
    {
        string messageId;
        await using (Tool first = Tool.Start(_folder.Path, "dev", "--port", "0"))
        {
            Settings settings = await SettingsAsync(first);
            string curl = (await first.LineAsync("curl ")).Replace(" -d ", " -H 'Upstash-Delay: 1h' -d ", StringComparison.Ordinal);
            messageId = JsonDocument.Parse(await CurlLine.SendAsync(curl)).RootElement.GetProperty("messageId").GetString()!;
            while (!first.Output.Contains(messageId, StringComparison.Ordinal))
            {
                await first.NewsAsync();
            }

            Assert.Contains("CREATED", first.Output, StringComparison.Ordinal);
            Assert.Equal("{\"hello\":\"world\"}", await BodyAsync(settings, messageId));
            first.CtrlC();
            Assert.Equal(130, await first.EndAsync());
        }

        Assert.True(File.Exists(Path.Combine(_folder.Path, ".qstash", "qstash.db")));
        await using Tool second = Tool.Start(_folder.Path, "dev", "--port", "0");
        Assert.Equal("{\"hello\":\"world\"}", await BodyAsync(await SettingsAsync(second), messageId));
        second.Terminate();
        Assert.Equal(0, await second.EndAsync());
        Assert.Empty(second.Errors);
        Assert.DoesNotContain('\u001b', second.Output);
    }

    [Fact]
    public async Task InMemory_LeavesNothingBehind()
    {
        await using Tool tool = Tool.Start(_folder.Path, "dev", "--port", "0", "--in-memory");
        await SettingsAsync(tool);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task TakenPort_NamesTheOption()
    {
        using Socket taken = new(SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        await using Tool tool = Tool.Start(_folder.Path, "dev", "--in-memory", "--port", $"{port}");

        Assert.Equal(1, await tool.EndAsync());

        Assert.Contains($"Port {port} is taken", tool.Errors, StringComparison.Ordinal);
        Assert.Contains("--port", tool.Errors, StringComparison.Ordinal);
        Assert.Empty(tool.Output);
    }

    [Fact]
    public async Task DataInUse_NamesTheFolder()
    {
        string data = Path.Combine(_folder.Path, "data");
        await using Tool first = Tool.Start(_folder.Path, "dev", "--port", "0", "--data", data);
        await SettingsAsync(first);
        await using Tool second = Tool.Start(_folder.Path, "dev", "--port", "0", "--data", data);

        Assert.Equal(1, await second.EndAsync());

        Assert.Contains(data, second.Errors, StringComparison.Ordinal);
        Assert.Contains("--data", second.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a file in its place")]
    [InlineData("a broken database")]
    public async Task DataThatCannotBeUsed_IsNamedWithWhatToDo(string what)
    {
        string data = Path.Combine(_folder.Path, "data");
        string file = what == "a broken database" ? Path.Combine(Directory.CreateDirectory(data).FullName, "qstash.db") : data;
        await File.WriteAllTextAsync(file, new string('?', 5000));
        await using Tool tool = Tool.Start(_folder.Path, "dev", "--port", "0", "--data", data);

        Assert.Equal(1, await tool.EndAsync());

        Assert.Contains($"The data directory '{data}' cannot be used: ", tool.Errors, StringComparison.Ordinal);
        Assert.Contains("--data", tool.Errors, StringComparison.Ordinal);
    }

    [PosixFact]
    public async Task AttemptThatOutlastsTheStop_IsToldOnTheErrorStream()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        await using Tool tool = Tool.Start(_folder.Path, "dev", "--port", "0", "--in-memory");
        Settings settings = await SettingsAsync(tool);
        using HttpRequestMessage request = new(HttpMethod.Post, $"{settings.Url}/v2/publish/http://{silent.LocalEndpoint}/") { Headers = { Authorization = new("Bearer", settings.Token) } };
        using HttpResponseMessage accepted = await _http.SendAsync(request);
        using Socket attempt = await silent.AcceptSocketAsync();

        tool.Terminate();
        await tool.EndAsync();

        Assert.Contains("the server stopped before its attempt ended", tool.Errors, StringComparison.Ordinal);
    }

    [PosixFact]
    public async Task CtrlCWhileItStarts_EndsItQuietly()
    {
        string data = Directory.CreateDirectory(Path.Combine(_folder.Path, "data")).FullName;
        await using SqliteConnection other = new($"Data Source={Path.Combine(data, "qstash.db")};Pooling=False");
        await other.OpenAsync();
        await using SqliteCommand hold = other.CreateCommand();
        hold.CommandText = "CREATE TABLE t(x); BEGIN EXCLUSIVE";
        await hold.ExecuteNonQueryAsync();
        await using Tool tool = Tool.Start(_folder.Path, "dev", "--port", "0", "--data", data);

        // It waits for the database as soon as it holds its own lock.
        Assert.True(SpinWait.SpinUntil(() => File.Exists(Path.Combine(data, "qstash.lock")), TimeSpan.FromMinutes(1)));
        tool.CtrlC();
        hold.CommandText = "ROLLBACK; DROP TABLE t";
        await hold.ExecuteNonQueryAsync();

        Assert.Equal(130, await tool.EndAsync());
        Assert.Empty(tool.Errors);
    }

    [Theory]
    [InlineData("--data and --in-memory exclude each other", "--data", "x", "--in-memory")]
    [InlineData("--quota: 'gold' is not one of payg, pro and free", "--quota", "gold")]
    [InlineData("--map is 'shop.example.com'; it must be HOST=URL", "--map", "shop.example.com")]
    [InlineData("is not an origin such as http://localhost:5000", "--map", "shop.example.com=http://localhost:5000/path")]
    [InlineData("is not on this machine", "--map", "shop.example.com=http://192.0.2.1:5000")]
    [InlineData("--host is 'everywhere'", "--host", "everywhere")]
    [InlineData("use accounts of your own there", "--host", "0.0.0.0", "--in-memory")]
    [InlineData("--burst is 0", "--burst", "0")]
    [InlineData("The accounts file 'none.json' cannot be used", "--accounts", "none.json")]
    public async Task ArgumentThatCannotBe_IsNamed(string says, params string[] arguments)
    {
        await using Tool tool = Tool.Start(_folder.Path, ["dev", "--port", "0", .. arguments]);
        Assert.Equal(1, await tool.EndAsync());
        Assert.Contains(says, tool.Errors, StringComparison.Ordinal);
        Assert.Empty(tool.Output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData("""[{"name":"shop","token":"secret-token"},{"name":"billing","password":"secret"}]""", "not 'password'")]
    [InlineData("""[{"token":"secret-token"}]""", "an account has no name")]
    [InlineData("""[{"name":"shop","token":"secret-token"}""", "no JSON at line 1")]
    [InlineData("""{"name":"shop"}""", "not a list")]
    [InlineData("[]", "names no account")]
    public async Task AccountsFileThatCannotBe_IsExplainedWithoutItsSecrets(string content, string says)
    {
        string file = Path.Combine(_folder.Path, "accounts.json");
        await File.WriteAllTextAsync(file, content);
        await using Tool tool = Tool.Start(_folder.Path, "dev", "--port", "0", "--in-memory", "--accounts", file);
        Assert.Equal(1, await tool.EndAsync());
        Assert.Contains(says, tool.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", tool.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OwnAccountsQuotaAndClock_AreTheOnesAskedFor()
    {
        string file = Path.Combine(_folder.Path, "accounts.json");
        await File.WriteAllTextAsync(file, """[{"name":"shop","token":"shop-token","readOnlyToken":"shop-reader"},{"name":"billing"}]""");
        await using Tool tool = Tool.Start(_folder.Path, "dev", "--port", "0", "--host", "0.0.0.0", "--in-memory", "--accounts", file, "--quota", "free");
        Settings settings = await SettingsAsync(tool);
        Assert.Equal("shop-token", settings.Token);
        await tool.LineAsync("Account shop of shop, billing; its token that may only read: shop-reader");
        Assert.Equal(10, (await SendAsync(settings, HttpMethod.Get, "/v2/globalParallelism")).GetProperty("parallelismMax").GetInt32());
        long before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        JsonElement clock = await SendAsync(settings, HttpMethod.Post, "/_dev/clock", """{"advance":"1d"}""");
        Assert.True(clock.GetProperty("now").GetInt64() >= before + 86_400_000 - 1000);
        Assert.False(clock.GetProperty("frozen").GetBoolean());
    }

    [Fact]
    public async Task OwnCredentials_AreRandom()
    {
        await using Tool tool = Tool.Start(_folder.Path, "dev", "--port", "0", "--in-memory", "--own-credentials");
        Assert.StartsWith("qstash_", (await SettingsAsync(tool)).Token, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MappedHost_IsDeliveredToTheAppUnderItsPublicName()
    {
        using TcpListener app = new(IPAddress.Loopback, 0);
        app.Start();
        await using Tool tool = Tool.Start(_folder.Path, "dev", "--port", "0", "--in-memory", "--map", $"https://shop.example.com=http://{app.LocalEndpoint}", "--map", "*.test=http://127.0.0.1:1");
        Settings settings = await SettingsAsync(tool);
        await SendAsync(settings, HttpMethod.Post, "/v2/publish/https://shop.example.com/orders", "x");
        using Socket delivery = await app.AcceptSocketAsync();
        await using NetworkStream stream = new(delivery);
        using StreamReader reader = new(stream);
        List<string> lines = [];
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            lines.Add(line);
        }

        Assert.Equal("POST /orders HTTP/1.1", lines[0]);
        Assert.Contains("Host: shop.example.com", lines);
        Assert.Contains("X-Forwarded-Proto: https", lines);
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        while (!tool.Output.Contains("DELIVERED", StringComparison.Ordinal))
        {
            await tool.NewsAsync();
        }
    }

    [Fact]
    public async Task Help_HasAnExample()
    {
        await using Tool tool = Tool.Start(_folder.Path, "dev", "--help");
        Assert.Equal(0, await tool.EndAsync());
        Assert.Contains("dotnet qstash dev --port 8081", tool.Output, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    private async Task<string> BodyAsync(Settings settings, string messageId)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"{settings.Url}/v2/messages/{messageId}") { Headers = { Authorization = new("Bearer", settings.Token) } };
        using HttpResponseMessage response = await _http.SendAsync(request);
        string message = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, message);
        return JsonDocument.Parse(message).RootElement.GetProperty("body").GetString()!;
    }

    private async Task<JsonElement> SendAsync(Settings settings, HttpMethod method, string path, string? body = null)
    {
        using HttpRequestMessage request = new(method, new Uri(settings.Url + path))
        {
            Headers = { Authorization = new("Bearer", settings.Token) },
            Content = body is null ? null : new StringContent(body),
        };
        using HttpResponseMessage response = await _http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.Clone();
    }

    private static async Task<Settings> SettingsAsync(Tool tool)
    {
        string ready = await tool.LineAsync("QStash is running at http://127.0.0.1:");
        string url = await ValueAsync("QSTASH_URL");
        Assert.StartsWith($"QStash is running at {url}", ready, StringComparison.Ordinal);
        Assert.StartsWith("sig_", await ValueAsync("QSTASH_CURRENT_SIGNING_KEY"), StringComparison.Ordinal);
        Assert.StartsWith("sig_", await ValueAsync("QSTASH_NEXT_SIGNING_KEY"), StringComparison.Ordinal);
        return new Settings(url, await ValueAsync("QSTASH_TOKEN"));

        async Task<string> ValueAsync(string name) => (await tool.LineAsync(name + "="))[(name.Length + 1)..];
    }

    private sealed record Settings(string Url, string Token);
}
