using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.DevServerTests.Server;

/// <summary>What the server writes to the log of the process it runs in.</summary>
public sealed class LogTests : ServerTest, IDisposable
{
    private readonly Recorder _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task NoSecret_IsEverLogged()
    {
        App.Answers(r => r.Path == "/lost" ? throw new InvalidOperationException("lost") : TestApp.Reply(500, "reply-secret"));
        string token = Uri.EscapeDataString(Server.Token);
        await SendAsync("POST", $"/v2/publish/https://user:password-secret@app.test/x?code=url-secret&qstash_token={token}", "body-secret", "Authorization: none", "Upstash-Forward-Authorization: header-secret");
        await SendAsync("POST", "/v2/publish/https://app.test/lost", "body-secret", "Upstash-Retries: 0");
        await SendAsync("POST", $"/v2/batch?qstash_token={token}", """[{"destination":"https://app.test/","body":"body-secret"}]""");
        await SendAsync("GET", "/v2/keys?qstash_token=wrong-secret", null, "Authorization: Bearer wrong-secret");
        await SendAsync("POST", "/v2/publish/https://user:password-secret@app.test/%ff", "x", "Upstash-Delay: url-secret");
        await SendAsync("POST", "/v2/keys/rotate");
        await Server.AdvanceAsync(TimeSpan.FromDays(1));
        await Server.DisposeAsync();
        string log = string.Join('\n', _log.Lines);
        Assert.Contains("Local QStash listens", log, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", log, StringComparison.Ordinal);
        Assert.All(
            Server.Accounts.SelectMany(a => new[] { a.Token!, a.ReadOnlyToken!, a.CurrentSigningKey!, a.NextSigningKey! }),
            secret => Assert.DoesNotContain(secret, log, StringComparison.Ordinal));
    }

    protected override void Configure(QStashDevServerOptions options) => options.LoggerFactory = _log;

    /// <summary>Keeps every line of every category and level.</summary>
    private sealed class Recorder : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            Lines.Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
