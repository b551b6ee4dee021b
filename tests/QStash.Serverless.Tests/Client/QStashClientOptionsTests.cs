using QStash.Serverless.Client;

namespace QStash.Serverless.Tests.Client;

public sealed class QStashClientOptionsTests
{
    public static TheoryData<QStashClientOptions, string> Broken => new()
    {
        { new(), "QStash:Token" },
        { new() { Token = " " }, "QSTASH_TOKEN" },
        { new() { Token = "abc\n" }, "copy it again" },
        { new() { Token = "\"abc\"" }, "copy it again" },
        { new() { Token = "t", Url = "qstash.upstash.io" }, "absolute" },
        { new() { Token = "t", Url = "ftp://qstash.upstash.io" }, "absolute" },
        { new() { Token = "t", Url = "https://user:hidden@qstash.upstash.io" }, "user information" },
        { new() { Token = "t", Url = "https://qstash.upstash.io?x=hidden" }, "query" },
        { new() { Token = "t", Url = "https://qstash.upstash.io/v2/schedules" }, "/v2" },
        { new() { Token = "t", App = "shop" }, "QStash:App (or the variable QSTASH_APP) is set and QStash:Env (or the variable QSTASH_ENV) is not. Set both" },
        { new() { Token = "t", App = " ", Env = "dev" }, "QStash:Env (or the variable QSTASH_ENV) is set and QStash:App (or the variable QSTASH_APP) is not. Set both" },
        { new() { Token = "t", App = "my.shop", Env = "dev" }, "QStash:App (or the variable QSTASH_APP) is 'my.shop': use letters" },
        { new() { Token = "t", App = "shop", Env = "dev 1" }, "QStash:Env (or the variable QSTASH_ENV) is 'dev 1': use letters" },
        { new() { Token = "t", Timeout = TimeSpan.Zero }, "Timeout" },
        { new() { Token = "t", Timeout = TimeSpan.FromDays(2) }, "Timeout" },
        { new() { Token = "t", TransportRetries = { MaxAttempts = 0 } }, "MaxAttempts" },
        { new() { Token = "t", TransportRetries = { Backoff = null! } }, "Backoff" },
        { new() { Token = "t", TransportRetries = null! }, "TransportRetries" },
        { new() { Token = "t", DefaultHeaders = { ["Upstash-Retries"] = "1" } }, "Upstash-Retries" },
        { new() { Token = "t", DefaultHeaders = { ["X-A"] = "ü" } }, "X-A" },
        { new() { Token = "t", DefaultHeaders = null! }, "DefaultHeaders" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void BrokenOption_IsNamedWithoutItsSecrets(QStashClientOptions options, string named)
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new QStashClient(options));

        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("abc", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://qstash.upstash.io", "https://qstash.upstash.io")]
    [InlineData("https://qstash.upstash.io/", "https://qstash.upstash.io")]
    [InlineData("https://qstash.upstash.io/v2", "https://qstash.upstash.io")]
    [InlineData("https://qstash.upstash.io/v2/", "https://qstash.upstash.io")]
    [InlineData("https://qstash.upstash.io/v2/publish/", "https://qstash.upstash.io")]
    [InlineData("http://127.0.0.1:8080//", "http://127.0.0.1:8080")]
    [InlineData("https://proxy.example/qstash/v2/publish", "https://proxy.example/qstash")]
    public void Url_IsRepaired(string url, string baseUrl)
    {
        Assert.Null(BaseUrl.Refusal(url));
        Assert.Equal(baseUrl, BaseUrl.Normalize(url));
    }

    [Theory]
    [InlineData("https://qstash.upstash.io", true)]
    [InlineData("https://QSTASH-us-east-1.upstash.io", true)]
    [InlineData("https://upstash.io.example", false)]
    [InlineData("https://notupstash.io", false)]
    [InlineData("http://127.0.0.1:8080", false)]
    public void HostedService_IsRecognised(string baseUrl, bool hosted) => Assert.Equal(hosted, BaseUrl.IsHosted(baseUrl));

    [Fact]
    public void Text_HidesTheToken()
    {
        string text = new QStashClientOptions { Token = "secret", Url = "https://a:secret@b.example" }.ToString();

        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.Contains("[hidden]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void DefaultBackoff_GrowsAsTheOfficialClientsDo() => Assert.Equal(
        [50, 136, 369, 1004, 2730, 60_000],
        new[] { 0, 1, 2, 3, 4, 50 }.Select(retries => (int)Math.Round(TransportRetryOptions.DefaultBackoff(retries).TotalMilliseconds)));

    [Fact]
    public void Defaults_AreSixAttempts() => Assert.Equal((6, "https://qstash.upstash.io", true), (new TransportRetryOptions().MaxAttempts, new QStashClientOptions().Url, new QStashClientOptions().PropagateTraceContext));

    [Theory]
    [InlineData("QSTASH_TOKEN=t", "https://qstash.upstash.io", "t")]
    [InlineData("QSTASH_TOKEN=t;QSTASH_URL=http://127.0.0.1:8080", "http://127.0.0.1:8080", "t")]
    [InlineData("QSTASH_TOKEN=t;QSTASH_REGION=us-east-1;US_EAST_1_QSTASH_URL=https://us;US_EAST_1_QSTASH_TOKEN=us", "https://us", "us")]
    [InlineData("QSTASH_TOKEN=t;QSTASH_REGION=US_EAST_1;US_EAST_1_QSTASH_TOKEN=us", "https://qstash.upstash.io", "t")]
    [InlineData("QSTASH_TOKEN=t;US_EAST_1_QSTASH_URL=https://us;US_EAST_1_QSTASH_TOKEN=us", "https://qstash.upstash.io", "t")]
    [InlineData("QSTASH_TOKEN= ", "https://qstash.upstash.io", null)]
    public void Environment_IsReadByRegion(string variables, string url, string? token)
    {
        Dictionary<string, string> environment = variables.Split(';').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

        QStashClientOptions options = QStashClientOptions.FromEnvironment(name => environment.GetValueOrDefault(name));

        Assert.Equal((url, token), (options.Url, options.Token));
    }

    [Fact]
    public void Environment_NamesAppAndEnvironment()
    {
        QStashClientOptions options = QStashClientOptions.FromEnvironment(static name => name switch { "QSTASH_APP" => "shop", "QSTASH_ENV" => "dev", _ => null });

        Assert.Equal(("shop", "dev"), (options.App, options.Env));
    }

    [Fact]
    public void UnknownRegion_IsRefused() => Assert.Contains(
        "QSTASH_REGION", Assert.Throws<InvalidOperationException>(() => QStashClientOptions.FromEnvironment(name => name == "QSTASH_REGION" ? "MARS" : "x")).Message, StringComparison.Ordinal);
}
