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

    [Fact]
    public async Task DataAndInMemory_ExcludeEachOther()
    {
        await using Tool tool = Tool.Start(_folder.Path, "dev", "--data", "x", "--in-memory");
        Assert.Equal(1, await tool.EndAsync());
        Assert.Contains("--data and --in-memory exclude each other", tool.Errors, StringComparison.Ordinal);
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
