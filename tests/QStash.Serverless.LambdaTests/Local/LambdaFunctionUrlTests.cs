using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using QStash.Serverless.Lambda;

namespace QStash.Serverless.LambdaTests.Local;

/// <summary>What a function sees of an HTTP request, and what the caller sees of its reply.</summary>
public sealed class LambdaFunctionUrlTests : IAsyncLifetime, IDisposable
{
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(2));
    private readonly ManualTimeProvider _clock = new();
    private readonly LambdaFunctionUrlOptions _options = new();
    private LambdaFunctionUrl _url = null!;
    private JsonElement _event;
    private Func<CancellationToken, Task<string>> _reply = static _ => Task.FromResult("""{"statusCode":200}""");
    private TimeSpan _remaining;

    private CancellationToken Patience => _patience.Token;

    public Task InitializeAsync()
    {
        _options.TimeProvider = _clock;
        _url = LambdaFunctionUrl.Start(async (stream, remaining, cancellationToken) =>
        {
            _event = (await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken)).RootElement.Clone();
            _remaining = remaining;
            return new MemoryStream(Encoding.UTF8.GetBytes(await _reply(cancellationToken)));
        }, _options);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _url.DisposeAsync();

    public void Dispose() => _patience.Dispose();

    [Fact]
    public async Task Request_BecomesAFunctionUrlsEvent()
    {
        await SendAsync($"POST /a%2Fb/%e9;x//y?x=%20&y&x=2 HTTP/1.1\r\nHost: {_url.Url.Authority}\r\nX-Two: 1\r\nX-Two: 2\r\nContent-Type: application/json; charset=utf-8\r\nCookie: a=1; b=2\r\nUser-Agent: test\r\nContent-Length: 8\r\n\r\n{{\"ä\":1}}");

        Assert.Equal("2.0", Text("version"));
        Assert.Equal("/a%2Fb/%e9;x//y", Text("rawPath"));
        Assert.Equal("x=%20&y&x=2", Text("rawQueryString"));
        Assert.Equal([" ,2", ""], Part("queryStringParameters").EnumerateObject().Select(static parameter => parameter.Value.GetString()));
        Assert.Equal(["a=1", "b=2"], Part("cookies").EnumerateArray().Select(static cookie => cookie.GetString()));
        Assert.Equal("1,2", Text("headers", "x-two"));
        Assert.Equal(_url.Url.Authority, Text("headers", "host"));
        Assert.Equal("http", Text("headers", "x-forwarded-proto"));
        Assert.False(Part("headers").TryGetProperty("cookie", out _));
        Assert.Equal("{\"ä\":1}", Text("body"));
        Assert.False(Part("isBase64Encoded").GetBoolean());
        Assert.Equal(_url.Url.Authority, Text("requestContext", "domainName"));
        Assert.Equal(("POST", "127.0.0.1", "test"), (Text("requestContext", "http", "method"), Text("requestContext", "http", "sourceIp"), Text("requestContext", "http", "userAgent")));
        Assert.Equal(_clock.GetUtcNow().ToUnixTimeMilliseconds(), Part("requestContext", "timeEpoch").GetInt64());
        Assert.Equal(TimeSpan.FromMinutes(15), _remaining);
    }

    [Fact]
    public async Task HostAndSchemeOfATunnel_ArePassedOn()
    {
        await SendAsync("GET http://shop.example/x HTTP/1.1\r\nHost: shop.example\r\nX-Forwarded-Proto: https\r\n\r\n");

        Assert.Equal(("/x", "shop.example", "https"), (Text("rawPath"), Text("headers", "host"), Text("headers", "x-forwarded-proto")));
        Assert.False(_event.TryGetProperty("body", out _));
    }

    [Theory]
    [InlineData("text/plain", false)]
    [InlineData("APPLICATION/XML", false)]
    [InlineData("application/octet-stream", true)]
    [InlineData("application/x-www-form-urlencoded", true)]
    [InlineData(null, true)]
    public async Task Body_IsTextOrBase64ByItsType(string? type, bool isBase64)
    {
        string header = type is null ? "" : $"Content-Type: {type}\r\n";
        await SendAsync($"POST / HTTP/1.1\r\nHost: h\r\n{header}Content-Length: 4\r\n\r\nabc\0");

        Assert.Equal((isBase64 ? "YWJjAA==" : "abc\0", isBase64), (Text("body"), Part("isBase64Encoded").GetBoolean()));
    }

    [Fact]
    public async Task ChunkedBody_IsRead()
    {
        await SendAsync("POST / HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n");

        Assert.Equal("abc0123456789", Text("body"));
    }

    [Fact]
    public async Task CallerThatWaitsFor100_IsToldToGoOn()
    {
        using TcpClient caller = await ConnectAsync();
        NetworkStream stream = caller.GetStream();
        await stream.WriteAsync("POST / HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"u8.ToArray(), Patience);
        byte[] interim = new byte["HTTP/1.1 100 Continue\r\n\r\n".Length];
        await stream.ReadExactlyAsync(interim, Patience);
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", Encoding.ASCII.GetString(interim));

        await stream.WriteAsync("abc"u8.ToArray(), Patience);

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await RestAsync(stream), StringComparison.Ordinal);
        Assert.Equal("abc", Text("body"));
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n", 400)]
    [InlineData("GET / HTTP/2\r\n\r\n", 400)]
    [InlineData("GET * HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nno colon\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nName : value\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400)]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx", 400)]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\nx", 400)]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 6291457\r\n\r\n", 413)]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n", 413)]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc", 400)]
    [InlineData("GET / HTTP/1.1\r\nA: b", 431)]
    public async Task WhatIsNoRequest_IsRefusedWithoutTheFunction(string request, int status)
    {
        Assert.StartsWith($"HTTP/1.1 {status} ", await SendAsync(request, close: true), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Undefined, _event.ValueKind);
    }

    [Fact]
    public async Task HeadThatNeverEnds_IsRefused()
    {
        Assert.StartsWith("HTTP/1.1 431 ", await SendAsync("GET / HTTP/1.1\r\nA: " + new string('x', 70_000)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"statusCode":489,"headers":{"Upstash-NonRetryable-Error":"true","n":5},"cookies":["a=1","b=2"],"body":"ä"}""", "489 \r\nUpstash-NonRetryable-Error: true\r\nn: 5\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\nConnection: close\r\n\r\nä")]
    [InlineData("""{"statusCode":200,"body":"YWJj","isBase64Encoded":true}""", "200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc")]
    [InlineData("""{"statusCode":200,"body":null,"headers":null,"cookies":null}""", "200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData("""{"statusCode":200,"headers":{"content-length":"7","transfer-encoding":"chunked"}}""", "200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData("""{"id":1}""", "200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\nConnection: close\r\n\r\n{\"id\":1}")]
    [InlineData("\"text\"", "200 OK\r\nContent-Type: application/json\r\nContent-Length: 6\r\nConnection: close\r\n\r\n\"text\"")]
    public async Task Reply_BecomesTheResponse(string reply, string response)
    {
        _reply = _ => Task.FromResult(reply);

        Assert.Equal("HTTP/1.1 " + response, await SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("""{"statusCode":"200"}""")]
    [InlineData("""{"statusCode":99}""")]
    [InlineData("""{"statusCode":200,"headers":[]}""")]
    [InlineData("""{"statusCode":200,"headers":{"a b":"c"}}""")]
    [InlineData("""{"statusCode":200,"headers":{"a":"b\r\nc: d"}}""")]
    [InlineData("""{"statusCode":200,"cookies":[1]}""")]
    [InlineData("""{"statusCode":200,"body":5}""")]
    [InlineData("""{"statusCode":200,"body":"?","isBase64Encoded":true}""")]
    public async Task ReplyThatIsNone_IsAnsweredWith502(string reply)
    {
        _reply = _ => Task.FromResult(reply);

        Assert.StartsWith("HTTP/1.1 502 BadGateway\r\n", await SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FunctionThatThrows_IsAnsweredWith502_WithoutDetail()
    {
        _reply = static _ => throw new TimeoutException("secret");

        string response = await SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 502 BadGateway\r\n", response, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FunctionThatTakesTooLong_IsAnsweredWith502()
    {
        TaskCompletionSource entered = new(), leave = new();
        _reply = async _ =>
        {
            entered.SetResult();
            await leave.Task;
            return "{}";
        };
        Task<string> response = SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        await entered.Task.WaitAsync(Patience);

        _clock.Advance(TimeSpan.FromMinutes(15));

        Assert.StartsWith("HTTP/1.1 502 BadGateway\r\n", await response, StringComparison.Ordinal);
        leave.SetResult();
    }

    [Fact]
    public async Task Dispose_LetsWhatIsInProgressEnd_AndDropsWhoSaysNothing()
    {
        TaskCompletionSource entered = new(), leave = new();
        _reply = async _ =>
        {
            entered.SetResult();
            await leave.Task;
            return """{"statusCode":204}""";
        };
        using TcpClient silent = await ConnectAsync();
        Task<string> response = SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        await entered.Task.WaitAsync(Patience);

        Task disposing = _url.DisposeAsync().AsTask();
        Assert.Empty(await RestAsync(silent.GetStream()));
        leave.SetResult();

        Assert.StartsWith("HTTP/1.1 204 NoContent\r\n", await response, StringComparison.Ordinal);
        await disposing.WaitAsync(Patience);
        await Assert.ThrowsAnyAsync<SocketException>(ConnectAsync);
    }

    [Fact]
    public async Task PortThatIsTaken_IsNamed()
    {
        IOException exception = Assert.Throws<IOException>(() => LambdaFunctionUrl.Start(static (_, _, _) => Task.FromResult(Stream.Null), new LambdaFunctionUrlOptions { Port = _url.Url.Port }));
        Assert.Contains(_url.Url.Authority, exception.Message, StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task HttpClient_IsServed()
    {
        _reply = static _ => Task.FromResult("""{"statusCode":200,"headers":{"content-type":"text/plain"},"body":"ok"}""");
        using HttpClient http = new(new SocketsHttpHandler { UseProxy = false });
        byte[] body = new byte[1_000_000];

        using HttpResponseMessage response = await http.PostAsync(_url.Url, new ByteArrayContent(body), Patience);

        Assert.Equal((HttpStatusCode.OK, "ok"), (response.StatusCode, await response.Content.ReadAsStringAsync(Patience)));
        Assert.Equal(body, Part("body").GetBytesFromBase64());
    }

    private JsonElement Part(params string[] path) => path.Aggregate(_event, static (part, name) => part.GetProperty(name));

    private string? Text(params string[] path) => Part(path).GetString();

    private async Task<TcpClient> ConnectAsync()
    {
        TcpClient caller = new();
        await caller.ConnectAsync(IPAddress.Loopback, _url.Url.Port, Patience);
        return caller;
    }

    private async Task<string> SendAsync(string request, bool close = false)
    {
        using TcpClient caller = await ConnectAsync();
        NetworkStream stream = caller.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request), Patience);
        if (close)
        {
            caller.Client.Shutdown(SocketShutdown.Send);
        }

        return await RestAsync(stream);
    }

    private async Task<string> RestAsync(NetworkStream stream)
    {
        using StreamReader reader = new(stream);
        return await reader.ReadToEndAsync(Patience);
    }
}
