using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net;
using System.Text.Json.Nodes;
using System.Text;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.DevServerTests.Server;

/// <summary>A server on a virtual clock, raw HTTP to it, and a destination <c>https://app.test</c> that answers what the test says.</summary>
public abstract class ServerTest : IAsyncLifetime
{
    protected static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly HttpClient Http = new(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 });

    protected DevServerClock Clock { get; } = new(Start);

    protected TestApp App { get; } = new();

    protected QStashDevServer Server { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        QStashDevServerOptions options = new() { TimeProvider = Clock };
        options.MapHost("app.test", App);
        Configure(options);
        Server = await QStashDevServer.StartAsync(options);
    }

    public virtual async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        App.Dispose();
    }

    protected virtual void Configure(QStashDevServerOptions options)
    {
    }

    protected Task SettleAsync() => Server.AdvanceAsync(TimeSpan.Zero);

    protected Task AdvanceAsync(double seconds) => Server.AdvanceAsync(TimeSpan.FromSeconds(seconds));

    /// <summary>Publishes to a path of the destination and returns the message id.</summary>
    protected async Task<string> PublishAsync(string path, params string[] headers)
        => (string)(await SendAsync("POST", "/v2/publish/https://app.test" + path, "hello", headers)).Json["messageId"]!;

    protected Task<Answer> GetAsync(string path) => SendAsync("GET", path);

    /// <summary>One raw request; headers as <c>Name: value</c>. The target is sent exactly as written.</summary>
    protected async Task<Answer> SendAsync(string method, string target, string? body = null, params string[] headers)
        => await SendBytesAsync(method, target, body is null ? null : Encoding.UTF8.GetBytes(body), headers);

    protected async Task<Answer> SendBytesAsync(string method, string target, byte[]? body, params string[] headers)
    {
        Uri uri = new(Server.Url.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using HttpRequestMessage request = new(new HttpMethod(method), uri);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
        }

        if (!headers.Any(h => h.StartsWith("Authorization:", StringComparison.Ordinal)))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Server.Token);
        }

        foreach (string header in headers)
        {
            string name = header[..header.IndexOf(':', StringComparison.Ordinal)];
            string value = header[(name.Length + 1)..].Trim();
            if (value != "none" && !request.Headers.TryAddWithoutValidation(name, value))
            {
                (request.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, value);
            }
        }

        using HttpResponseMessage response = await Http.SendAsync(request);
        return new(response.StatusCode, await response.Content.ReadAsStringAsync())
        {
            Headers = response.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase),
        };
    }

    /// <summary>The states of a message's events, oldest first.</summary>
    protected async Task<string[]> StatesAsync(string messageId)
        => [.. (await EventsAsync(messageId)).Select(e => (string)e["state"]!)];

    protected async Task<JsonNode[]> EventsAsync(string messageId)
        => [.. (await GetAsync($"/v2/events?messageId={messageId}&order=earliestFirst")).Json["events"]!.AsArray().Select(e => e!)];

    protected async Task<JsonNode[]> DlqAsync() => [.. (await GetAsync("/v2/dlq")).Json["messages"]!.AsArray().Select(e => e!)];
}

/// <summary>A status and a body that is JSON unless the test only looks at its text.</summary>
public sealed record Answer(HttpStatusCode Status, string Text)
{
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public JsonNode Json => JsonNode.Parse(Text)!;

    public string? Error => (string?)Json["error"];
}

/// <summary>A delivery as it arrived.</summary>
public sealed record Received(string Method, string Url, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string Path => new Uri(Url).AbsolutePath;

    public JsonNode Json => JsonNode.Parse(Body)!;
}

/// <summary>A destination inside the test: it records every delivery and answers 200 until told otherwise.</summary>
public sealed class TestApp : HttpMessageHandler
{
    private readonly ConcurrentQueue<Received> _received = new();

    public Func<Received, CancellationToken, Task<HttpResponseMessage>> Answer { get; set; } = (_, _) => Task.FromResult(Reply(200));

    public Received[] Received => [.. _received];

    public string[] Paths => [.. _received.Select(r => r.Path)];

    public static HttpResponseMessage Reply(int status, string body = "", params string[] headers)
    {
        HttpResponseMessage response = new((HttpStatusCode)status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        foreach (string header in headers)
        {
            string[] parts = header.Split(": ", 2);
            response.Headers.TryAddWithoutValidation(parts[0], parts[1]);
        }

        return response;
    }

    /// <summary>Answers by the delivery alone.</summary>
    public void Answers(Func<Received, HttpResponseMessage> answer) => Answer = (received, _) => Task.FromResult(answer(received));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Dictionary<string, string> headers = request.Headers.NonValidated.Concat(request.Content!.Headers.NonValidated)
            .ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Received received = new(request.Method.Method, request.RequestUri!.OriginalString, headers, await request.Content.ReadAsByteArrayAsync(cancellationToken));
        _received.Enqueue(received);
        return await Answer(received, cancellationToken);
    }
}
