using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using QStash.Serverless.Client;
using QStash.Serverless.Testing;

namespace QStash.Serverless.Tests.Client;

public sealed class ClientRegistrationTests
{
    [Fact]
    public void NoToken_StopsTheStartAndNamesTheSettings()
    {
        using ServiceProvider provider = Services("QSTASH_TOKEN=").BuildServiceProvider();

        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains("QStash:Token", refused.Message, StringComparison.Ordinal);
        Assert.Contains("QSTASH_TOKEN", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("QStash:Token=section;QSTASH_TOKEN=variable", null, "section", "https://qstash.upstash.io")]
    [InlineData("QStash:Token=section;QStash:Url=https://section;QSTASH_URL=https://variable", "code", "code", "https://section")]
    [InlineData("QStash:Token= ;QSTASH_TOKEN=variable;QSTASH_URL=https://variable", null, "variable", "https://variable")]
    [InlineData("QStash:Token=section;QSTASH_REGION=US_EAST_1;US_EAST_1_QSTASH_TOKEN=us;US_EAST_1_QSTASH_URL=https://us", null, "section", "https://qstash.upstash.io")]
    [InlineData("QSTASH_TOKEN=variable;QSTASH_REGION=US_EAST_1;US_EAST_1_QSTASH_TOKEN=us;US_EAST_1_QSTASH_URL=https://us", null, "us", "https://us")]
    public void Settings_ComeFromCodeThenSectionThenVariables(string configuration, string? code, string token, string url)
    {
        using ServiceProvider provider = Services(configuration, options => options.Token = code ?? options.Token).BuildServiceProvider();

        QStashClientOptions options = provider.GetRequiredService<IOptions<QStashClientOptions>>().Value;

        Assert.Equal((token, url), (options.Token, options.Url));
    }

    [Theory]
    [InlineData("QStash:App=section;QStash:Env=dev;QSTASH_APP=variable;QSTASH_ENV=prod", null, "section", "dev")]
    [InlineData("QStash:App=section;QSTASH_ENV=prod", "code", "code", "prod")]
    [InlineData("QSTASH_APP= ", null, null, null)]
    public void AppAndEnvironment_ComeFromCodeThenSectionThenVariables(string configuration, string? code, string? app, string? env)
    {
        using ServiceProvider provider = Services("QSTASH_TOKEN=t;" + configuration, options => options.App = code).BuildServiceProvider();

        QStashClientOptions options = provider.GetRequiredService<IOptions<QStashClientOptions>>().Value;

        Assert.Equal((app, env), (options.App, options.Env));
    }

    [Fact]
    public void NamedClient_IsAKeyedPublisherWithTheSettingsOfItsSection()
    {
        IServiceCollection services = new ServiceCollection().AddLogging();
        services.AddQStash(Configuration("QSTASH_TOKEN=main;QSTASH_URL=https://variable;Billing:Token=billing;Accounts:Audit:Token=audit;Accounts:Audit:Url=https://audit"))
            .AddClient().AddClient("Billing").AddClient("Accounts:Audit", static options => options.PropagateTraceContext = false);
        using ServiceProvider provider = services.BuildServiceProvider();
        IOptionsMonitor<QStashClientOptions> options = provider.GetRequiredService<IOptionsMonitor<QStashClientOptions>>();

        provider.GetRequiredService<IStartupValidator>().Validate();

        Assert.Equal(("main", "https://variable", true), Shown(options.CurrentValue));
        Assert.Equal(("billing", "https://qstash.upstash.io", true), Shown(options.Get("Billing")));
        Assert.Equal(("audit", "https://audit", false), Shown(options.Get("Accounts:Audit")));
        IQStashPublisher[] publishers = [provider.GetRequiredService<IQStashPublisher>(), provider.GetRequiredKeyedService<IQStashPublisher>("Billing"), provider.GetRequiredKeyedService<IQStashPublisher>("Accounts:Audit")];
        Assert.Equal(3, publishers.Distinct().Count());
        Assert.Same(provider.GetRequiredKeyedService<QStashClient>("Billing"), publishers[1]);

        static (string?, string, bool) Shown(QStashClientOptions options) => (options.Token, options.Url, options.PropagateTraceContext);
    }

    [Theory]
    [InlineData("Billing:Url=https://billing", "No QStash token. Set Billing:Token to the token")]
    [InlineData("Billing:Token=t;Billing:Url=billing", "Billing:Url is 'billing': it must be")]
    [InlineData("Billing:Token=\"t\"", "Billing:Token has a character")]
    [InlineData("Billing:Token=t;Billing:App=shop", "Billing:App is set and Billing:Env is not")]
    public void NamedClient_WithoutUsableSettings_StopsTheStartAndNamesItsSection(string configuration, string text)
    {
        IServiceCollection services = new ServiceCollection().AddQStashClient(Configuration("QSTASH_TOKEN=main;" + configuration)).AddQStashClient(Configuration("QSTASH_TOKEN=main;" + configuration), "Billing");
        using ServiceProvider provider = services.BuildServiceProvider();

        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains(": " + text, Assert.Single(refused.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NamedClient_AddedLater_LeavesTheTransportAsTheAppChangedIt()
    {
        IServiceCollection services = Services("QSTASH_TOKEN=t", static options => options.TransportRetries.MaxAttempts = 1);
        services.AddHttpClient(QStashClientOptions.HttpClientName).ConfigurePrimaryHttpMessageHandler(static () => new FailOnce());
        services.AddQStashClient(Configuration("Billing:Token=b"), "Billing", static options => options.TransportRetries.Backoff = static _ => TimeSpan.Zero);
        using ServiceProvider provider = services.BuildServiceProvider();

        PublishReceipt receipt = await provider.GetRequiredKeyedService<IQStashPublisher>("Billing").PublishAsync(Destination.Url("https://shop.example/x"), "body");

        Assert.Equal("msg_1", receipt.MessageId);
    }

    [Fact]
    public void Client_IsTheAppsPublisher()
    {
        using ServiceProvider provider = Services("QSTASH_TOKEN=t").BuildServiceProvider();

        Assert.Same(provider.GetRequiredService<QStashClient>(), provider.GetRequiredService<IQStashPublisher>());
    }

    [Fact]
    public void AppsOwnPublisher_IsKept()
    {
        IServiceCollection services = new ServiceCollection().AddSingleton<IQStashPublisher>(new FakeQStashPublisher());
        services.AddQStashClient(Configuration("QSTASH_TOKEN=t"));
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.IsType<FakeQStashPublisher>(provider.GetRequiredService<IQStashPublisher>());
    }

    [Fact]
    public void Builder_AddsTheClientBesideTheEngine()
    {
        IServiceCollection services = new ServiceCollection().AddLogging();
        services.AddQStash(Configuration("QSTASH_TOKEN=t")).AddClient(options => options.Url = "https://code.example");
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.IsType<QStashClient>(provider.GetRequiredService<IQStashPublisher>());
        Assert.Equal("https://code.example", provider.GetRequiredService<IOptions<QStashClientOptions>>().Value.Url);
    }

    [Fact]
    public async Task LoggingAtItsLoudest_ShowsNoSecretAndDoesNotDisturb()
    {
        Recorder recorder = new();
        IServiceCollection services = Services("QSTASH_TOKEN=tokentoken", options =>
        {
            options.TransportRetries.Backoff = static _ => TimeSpan.Zero;
        });
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(recorder));
        services.AddHttpClient(QStashClientOptions.HttpClientName).ConfigurePrimaryHttpMessageHandler(static () => new FailOnce());
        using ServiceProvider provider = services.BuildServiceProvider();

        PublishReceipt receipt = await provider.GetRequiredService<IQStashPublisher>().PublishAsync(
            Destination.Url("https://user:hidden@shop.example/%7E/../x?code=hidden"), "bodybody", new() { Headers = [new("X-Key", "hidden")] });

        Assert.Equal("msg_1", receipt.MessageId);
        Assert.Contains(recorder.Lines, line => line.Contains("No answer from QStash to POST /v2/publish/https://shop.example/%7E/../x?... (attempt 1 of 6)", StringComparison.Ordinal));
        Assert.DoesNotContain(recorder.Lines, line => line.Contains("tokentoken", StringComparison.Ordinal) || line.Contains("bodybody", StringComparison.Ordinal) || line.Contains("hidden", StringComparison.Ordinal));
    }

    private static IServiceCollection Services(string configuration, Action<QStashClientOptions>? configure = null) =>
        new ServiceCollection().AddQStashClient(Configuration(configuration), configure);

    private static IConfiguration Configuration(string pairs) => new ConfigurationBuilder()
        .AddInMemoryCollection(pairs.Split(';').Select(pair => pair.Split('=', 2)).Select(pair => new KeyValuePair<string, string?>(pair[0], pair[1])))
        .Build();

    private sealed class FailOnce : HttpMessageHandler
    {
        private int _count;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Interlocked.Increment(ref _count) == 1
                ? Task.FromException<HttpResponseMessage>(new HttpRequestException("connection lost"))
                : Task.FromResult(new HttpResponseMessage { Content = new StringContent("""{"messageId":"msg_1"}""") });
    }

    private sealed class Recorder : ILoggerProvider, ILogger
    {
        internal ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            Lines.Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
