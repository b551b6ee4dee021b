using System.Text;
using System.Text.Json;
using QStash.Serverless.Cli;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.CliTests;

/// <summary>The tool in this process, against a local QStash of its own whose clock stands still.</summary>
internal sealed class InProcess : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    private InProcess(QStashDevServer qstash)
    {
        QStash = qstash;
        Variables = new() { ["QSTASH_URL"] = qstash.Settings["QSTASH_URL"], ["QSTASH_TOKEN"] = qstash.Token };
    }

    public QStashDevServer QStash { get; }

    /// <summary>The environment that the tool sees.</summary>
    public Dictionary<string, string> Variables { get; }

    public string Folder => _folder.Path;

    /// <summary>What is typed at its terminal; null when it has none.</summary>
    public string? Answer { get; set; }

    /// <summary>What stands in its input.</summary>
    public byte[] Input { get; set; } = [];

    /// <summary>What apps at https://shop.test answer.</summary>
    public Shop Shop { get; } = new();

    public static async Task<InProcess> StartAsync()
    {
        QStashDevServerOptions options = new() { TimeProvider = new DevServerClock(TimeProvider.System.GetUtcNow()) };
        InProcess tool = new(await QStashDevServer.StartAsync(options));
        tool.QStash.MapHost("https://shop.test", tool.Shop);
        return tool;
    }

    public string Write(string name, string text) => _folder.Write(name, text);

    public async Task<Outcome> RunAsync(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter errors = new();
        using StringReader answers = new(Answer is null ? "" : Answer + "\n");
        Surroundings around = new()
        {
            Output = output,
            Errors = errors,
            Answers = answers,
            Input = () => new MemoryStream(Input),
            IsInputRedirected = Answer is null,
            IsOutputRedirected = true,
            Variable = name => Variables.GetValueOrDefault(name),
            Folder = Folder,
        };
        int exitCode = await QStashTool.RunAsync(arguments, around);
        Outcome outcome = new(exitCode, output.ToString(), errors.ToString());
        Assert.DoesNotContain('\u001b', outcome.Output + outcome.Errors);
        Assert.DoesNotContain(QStash.Token, outcome.Output + outcome.Errors, StringComparison.Ordinal);
        return outcome;
    }

    /// <summary>Runs a command that must succeed, and returns what it wrote.</summary>
    public async Task<string> OutputAsync(params string[] arguments)
    {
        Outcome outcome = await RunAsync(arguments);
        Assert.True(outcome.ExitCode == 0, $"{string.Join(' ', arguments)}: {outcome}");
        return outcome.Output;
    }

    /// <summary>Runs a command that must succeed, and returns its JSON.</summary>
    public async Task<JsonElement> JsonAsync(params string[] arguments) => JsonDocument.Parse(await OutputAsync([.. arguments, "--json"])).RootElement;

    /// <summary>Runs a command that must fail, and returns what it says.</summary>
    public async Task<string> RefusalAsync(params string[] arguments)
    {
        Outcome outcome = await RunAsync(arguments);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        return outcome.Errors;
    }

    /// <summary>Everything that QStash lists, as one text.</summary>
    public async Task<string> StateAsync()
    {
        using HttpClient http = new(new SocketsHttpHandler { UseProxy = false });
        http.DefaultRequestHeaders.Authorization = new("Bearer", QStash.Token);
        StringBuilder state = new();
        foreach (string list in new[] { "schedules", "topics", "queues", "flowControl", "dlq", "keys", "events" })
        {
            state.AppendLine(await http.GetStringAsync(new Uri($"{QStash.Settings["QSTASH_URL"]}/v2/{list}")));
        }

        return state.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await QStash.DisposeAsync();
        Shop.Dispose();
        _folder.Dispose();
    }
}

/// <summary>How a command ended.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Errors);

/// <summary>An app behind https://shop.test.</summary>
internal sealed class Shop : HttpMessageHandler
{
    /// <summary>The status of its answers.</summary>
    public int Status { get; set; } = 200;

    /// <summary>The last request that it got.</summary>
    public (HttpMethod Method, Uri Url, string Body, Dictionary<string, string> Headers)? Last { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, IEnumerable<string> values) in request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>()))
        {
            headers[name] = string.Join(", ", values);
        }

        Last = (request.Method, request.RequestUri!, request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken), headers);
        return new HttpResponseMessage((System.Net.HttpStatusCode)Status) { Content = new StringContent(Status == 200 ? "" : "out of paper") };
    }
}
