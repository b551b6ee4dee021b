using System.Net;
using System.Net.Sockets;

namespace QStash.Serverless.CliTests.Account;

/// <summary>Which QStash the tool talks to, and what it says when that does not work.</summary>
public sealed class ConnectionTests : IAsyncLifetime
{
    private InProcess _tool = null!;

    private string Url => _tool.QStash.Settings["QSTASH_URL"];

    public async Task InitializeAsync() => _tool = await InProcess.StartAsync();

    public async Task DisposeAsync() => await _tool.DisposeAsync();

    [Fact]
    public async Task Options_ComeBeforeTheFile_WhichComesBeforeTheEnvironment()
    {
        _tool.Variables["QSTASH_TOKEN"] = "of-the-environment";
        Assert.Contains("(the variable QSTASH_TOKEN)", await _tool.RefusalAsync("queues", "list"), StringComparison.Ordinal);
        _tool.Write(".env", $"QSTASH_TOKEN={_tool.QStash.Token}\n");
        await _tool.OutputAsync("queues", "list", "--env-file", ".env");
        Assert.Contains("(--token)", await _tool.RefusalAsync("queues", "list", "--env-file", ".env", "--token", "of-the-option"), StringComparison.Ordinal);
        _tool.Write(".env", "QSTASH_TOKEN=of-the-file\n");
        Assert.Contains("(QSTASH_TOKEN of .env)", await _tool.RefusalAsync("queues", "list", "--env-file", ".env"), StringComparison.Ordinal);
        await _tool.OutputAsync("queues", "list", "--env-file", ".env", "--token", _tool.QStash.Token);
    }

    [Fact]
    public async Task Region_IsThatOfItsWholePair_UnlessAnAccountIsNamedMoreClosely()
    {
        string token = _tool.QStash.Token;
        _tool.Variables.Clear();
        _tool.Variables["QSTASH_REGION"] = "us-east-1";
        _tool.Variables["US_EAST_1_QSTASH_URL"] = Url;
        _tool.Variables["US_EAST_1_QSTASH_TOKEN"] = token;
        await _tool.OutputAsync("queues", "list");

        _tool.Variables["QSTASH_URL"] = "http://127.0.0.1:1";
        await _tool.OutputAsync("queues", "list");
        _tool.Write(".env", "QSTASH_TOKEN=of-the-file\n");
        Assert.Contains("Nothing answers at http://127.0.0.1:1 (the variable QSTASH_URL)", await _tool.RefusalAsync("queues", "list", "--env-file", ".env"), StringComparison.Ordinal);

        _tool.Variables["QSTASH_REGION"] = "moon";
        Assert.Contains("QSTASH_REGION is 'moon'", await _tool.RefusalAsync("queues", "list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnvFile_IsReadAsItsWritersExpect()
    {
        _tool.Variables.Clear();
        _tool.Write(".env", $"# the local one\n\nexport QSTASH_URL=\"{Url}\"   # a comment\nQSTASH_TOKEN='{_tool.QStash.Token}'\nOTHER = a value # and a comment\n");
        await _tool.OutputAsync("queues", "list", "--env-file", ".env");
    }

    [Theory]
    [InlineData("secret", "line 1: it must be KEY=VALUE")]
    [InlineData("A=1\nQSTASH_TOKEN=\"secret\n", "line 2: it must be KEY=VALUE, with matching quotes")]
    [InlineData("A=1\nB='x' secret\n", "line 2")]
    public async Task EnvFileThatCannotBeRead_IsExplainedWithoutItsSecrets(string content, string says)
    {
        _tool.Write(".env", content);
        string error = await _tool.RefusalAsync("queues", "list", "--env-file", ".env");
        Assert.Contains($"--env-file '.env', {says}", error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingEnvFile_IsNamed()
        => Assert.Contains("--env-file 'none.env' cannot be read", await _tool.RefusalAsync("queues", "list", "--env-file", "none.env"), StringComparison.Ordinal);

    [Fact]
    public async Task NoToken_SaysWhereItComesFrom()
    {
        _tool.Variables.Remove("QSTASH_TOKEN");
        string error = await _tool.RefusalAsync("queues", "list");
        Assert.Contains("No QStash token: set QSTASH_TOKEN", error, StringComparison.Ordinal);
        Assert.Contains("--token", error, StringComparison.Ordinal);
        Assert.Contains("`dotnet qstash dev` prints", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("qstash.test", "The URL (--url) is 'qstash.test': it must be an absolute http or https URL")]
    [InlineData("http://x:secret@qstash.test", "The URL (--url) must not have user information")]
    public async Task UrlThatCannotBe_IsExplained(string url, string says)
    {
        string error = await _tool.RefusalAsync("queues", "list", "--url", url);
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TokenWithWhatNoTokenHas_IsExplainedWithoutIt()
    {
        string error = await _tool.RefusalAsync("queues", "list", "--token", "secret token");
        Assert.Contains("The token (--token) has a character no bearer token has", error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'--tokn'", "'[hidden]'", "--tokn", "eyJVc2VySUQiOiJzZWNyZXQifQ==")]
    [InlineData("'--tokn=[hidden]'", "'--tokn=[hidden]'", "--tokn=eyJVc2VySUQiOiJzZWNyZXQifQ==")]
    [InlineData("'--tokn:[hidden]'", "'--tokn:[hidden]'", "--tokn:eyJVc2VySUQiOiJzZWNyZXQifQ==")]
    [InlineData("'Bearer [hidden]'", "'Bearer [hidden]'", "Bearer eyJVc2VySUQiOiJzZWNyZXQifQ==")]
    public async Task TokenBesideAMistypedOption_IsNotQuoted(string named, string hidden, params string[] typed)
    {
        string error = await _tool.RefusalAsync(["queues", "list", .. typed]);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.Contains(hidden, error, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TokenThatDevTakesForAnApp_IsNotQuoted() =>
        Assert.DoesNotContain("eyJ", await _tool.RefusalAsync("dev", "--tokn", "eyJVc2VySUQiOiJzZWNyZXQifQ=="), StringComparison.Ordinal);

    [Fact]
    public async Task NothingThere_NamesTheUrlAndWhereItIsFrom()
    {
        using Socket closed = new(SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        string url = $"http://127.0.0.1:{((IPEndPoint)closed.LocalEndPoint!).Port}";
        string error = await _tool.RefusalAsync("queues", "list", "--url", url);
        Assert.Contains($"Nothing answers at {url} (--url): ", error, StringComparison.Ordinal);
        Assert.Contains("`dotnet qstash dev`", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TokenThatMayOnlyRead_ReadsAndIsToldSoWhenItWrites()
    {
        _tool.Variables["QSTASH_TOKEN"] = _tool.QStash.Accounts[0].ReadOnlyToken!;
        await _tool.OutputAsync("queues", "list");
        string before = await _tool.StateAsync();
        string error = await _tool.RefusalAsync("queues", "upsert", "orders");
        Assert.Contains("The token (the variable QSTASH_TOKEN) may only read: use the account's full token. Nothing was changed", error, StringComparison.Ordinal);
        Assert.DoesNotContain(_tool.QStash.Accounts[0].ReadOnlyToken!, error, StringComparison.Ordinal);
        Assert.Equal(before, await _tool.StateAsync());
    }

    [Theory]
    [InlineData("dev", "--env-file")]
    [InlineData("demo", "--token")]
    public async Task LocalCommands_HaveNoUseForAnAccount(string command, string option)
        => Assert.Contains($"{option} means nothing to '{command}'", await _tool.RefusalAsync(command, option, "x"), StringComparison.Ordinal);
}
