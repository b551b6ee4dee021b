using System.Text.Json;

namespace QStash.Serverless.CliTests.Dev;

/// <summary><c>dev --json</c> and <c>demo --json</c>.</summary>
public sealed class JsonProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [PosixFact]
    public async Task Dev_WritesItsSettingsAndEveryEvent()
    {
        await using Tool tool = Tool.Start(_folder.Path, "dev", "--port", "0", "--in-memory", "--json");
        JsonElement settings = JsonDocument.Parse(await tool.LineAsync("{\"settings\":")).RootElement.GetProperty("settings");
        using HttpRequestMessage request = new(HttpMethod.Post, $"{settings.GetProperty("QSTASH_URL")}/v2/publish/http://127.0.0.1:9/")
        {
            Headers = { { "Authorization", $"Bearer {settings.GetProperty("QSTASH_TOKEN")}" }, { "Upstash-Retries", "0" } },
        };
        using HttpClient http = new(new SocketsHttpHandler { UseProxy = false });
        using HttpResponseMessage accepted = await http.SendAsync(request);
        while (!tool.Output.Contains("\"FAILED\"", StringComparison.Ordinal))
        {
            await tool.NewsAsync();
        }

        tool.CtrlC();
        Assert.Equal(130, await tool.EndAsync());
        string[] states = [.. tool.Output.Split('\n').Skip(1).Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("state").GetString()!)];
        Assert.Equal(["CREATED", "ACTIVE", "ERROR", "FAILED"], states);
        Assert.Contains("QStash is running at ", tool.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dev_WritesNoJsonBesideAnApp()
    {
        await using Tool tool = Tool.Start(_folder.Path, "dev", "--in-memory", "--json", "--", "true");
        Assert.Equal(1, await tool.EndAsync());
        Assert.Contains("--json and an app exclude each other", tool.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_WritesWhatWasSeenAndExpected()
    {
        await using Tool tool = Tool.Start(_folder.Path, "demo", "--json");
        Assert.Equal(0, await tool.EndAsync());
        JsonElement seen = JsonDocument.Parse(tool.Output).RootElement;
        Assert.Empty(seen.GetProperty("missing").EnumerateArray());
        Assert.Equal(44, seen.GetProperty("observed").GetProperty("published").GetInt32());
        Assert.Equal(seen.GetProperty("expected").GetRawText(), seen.GetProperty("observed").GetRawText());
        Assert.Contains("expectations were observed", tool.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
