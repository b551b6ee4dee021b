using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests.AspNetCore;

/// <summary>What stands between a request and the engine on real Kestrel: chunks, kept connections, methods, HTTP/2, many at once, and what the log may not say.</summary>
public sealed class KestrelWireTests : IAsyncDisposable
{
    private const int Limit = 1000;
    private readonly string _key = SignedDelivery.NewSigningKey();
    private readonly ContractSetup _setup = new();
    private readonly HttpClient _client;
    private int _connections;

    public KestrelWireTests()
    {
        _client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            MaxConnectionsPerServer = 1,
            ConnectCallback = async (context, cancellationToken) =>
            {
                Interlocked.Increment(ref _connections);
                Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        _setup.Settings["QStash:CurrentSigningKey"] = _key;
        _setup.Settings["QStash:MaxBodyBytes"] = $"{Limit}";
        _setup.Routes["orders"] = DeliveryRoute.To<string>("orders", static (delivery, _, _) => Task.FromResult(QStashResult.Success($"{delivery.Payload.Length}")));
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(Limit, true, 200)]
    [InlineData(Limit + 1, true, 489)]
    [InlineData(Limit + 1, false, 401)]
    [InlineData(50, false, 401)]
    public async Task Chunked_body_is_held_to_the_limit_and_the_connection_serves_on(int length, bool genuine, int status)
    {
        await using IContractHost host = await KestrelHost.StartAsync(_setup);
        SignedDelivery delivery = Delivery(host, new byte[length]);

        HttpResponseMessage reply = await SendChunkedAsync(genuine ? delivery : delivery.WithWrongKey());
        HttpResponseMessage after = await SendChunkedAsync(Delivery(host, new byte[3]));

        Assert.Equal(status, (int)reply.StatusCode);
        Assert.Equal((200, "3"), ((int)after.StatusCode, await after.Content.ReadAsStringAsync()));
        Assert.Equal(1, _connections);
    }

    [Fact]
    public async Task Chunked_body_reaches_a_protected_endpoint_whole()
    {
        await using IContractHost host = await KestrelHost.StartAsync(_setup, map: static app =>
            app.MapPost("/existing", static async (HttpContext context) => (await new StreamReader(context.Request.BodyReader.AsStream()).ReadToEndAsync()).Length).RequireQStashSignature());

        HttpResponseMessage reply = await SendChunkedAsync(Delivery(host, new byte[700], "/existing"));

        Assert.Equal("700", await reply.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task Other_methods_405_without_a_look_at_the_signature(string method)
    {
        await using IContractHost host = await KestrelHost.StartAsync(_setup);

        HttpResponseMessage reply = await _client.SendAsync((Delivery(host, []) with { Method = new HttpMethod(method) }).ToRequest());

        Assert.Equal(HttpStatusCode.MethodNotAllowed, reply.StatusCode);
    }

    [Fact]
    public async Task HTTP2_serves_and_refuses()
    {
        await using IContractHost host = await KestrelHost.StartAsync(_setup, () =>
        {
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.ConfigureKestrel(static kestrel => kestrel.ConfigureEndpointDefaults(static endpoint => endpoint.Protocols = HttpProtocols.Http2));
            return builder;
        });

        Assert.Equal(200, await StatusAsync(Delivery(host, new byte[5], "/orders?a=%C3%A9&b=%2F")));
        Assert.Equal(489, await StatusAsync(Delivery(host, new byte[Limit + 1])));
        Assert.Equal(401, await StatusAsync(Delivery(host, new byte[5]).WithWrongKey()));
        Assert.Equal(401, await StatusAsync(Delivery(host, new byte[5]).WithWrongUrl()));

        async Task<int> StatusAsync(SignedDelivery delivery)
        {
            HttpRequestMessage request = delivery.ToRequest();
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
            return (int)(await _client.SendAsync(request)).StatusCode;
        }
    }

    [Fact]
    public async Task Many_at_once_each_gets_its_own_answer()
    {
        await using IContractHost host = await KestrelHost.StartAsync(_setup);
        using HttpClient client = new(new SocketsHttpHandler { UseProxy = false });

        string[] answers = await Task.WhenAll(Enumerable.Range(1, 300).Select(async i =>
        {
            SignedDelivery delivery = Delivery(host, new byte[i]);
            HttpResponseMessage reply = await client.SendAsync((i % 3 == 0 ? delivery.Tampered() : delivery).ToRequest());
            return $"{(int)reply.StatusCode} {await reply.Content.ReadAsStringAsync()}";
        }));

        Assert.Equal(Enumerable.Range(1, 300).Select(static i => i % 3 == 0 ? "401 " : $"200 {i}"), answers);
    }

    [Fact]
    public async Task Log_names_no_function_key_no_body_no_token_and_no_signing_key()
    {
        _setup.Routes["orders"] = DeliveryRoute.To<Dictionary<string, int>>("orders", static (_, _, _) => throw new IOException("failed"));
        await using IContractHost host = await KestrelHost.StartAsync(_setup);
        SignedDelivery delivery = Delivery(host, [], "/orders?code=FUNCTIONKEY").WithJson("""{"CUSTOMER":1}""");
        SignedDelivery[] deliveries =
        [
            delivery, delivery.WithWrongKey(), delivery with { Url = "http://user:FUNCTIONKEY@elsewhere.example/?code=FUNCTIONKEY" }, delivery.Expired(), delivery.Tampered(),
            delivery.WithJson("""{"CUSTOMER":"x"}"""), delivery.WithJson("""{"CUSTOMER\n":"x"}"""), delivery.WithJson("CUSTOMER"), delivery with { Body = Encoding.UTF8.GetBytes(new string('C', Limit + 1)) },
        ];

        int[] statuses = await Task.WhenAll(deliveries.Select(async one =>
        {
            HttpRequestMessage request = one.ToRequest();
            request.RequestUri = new Uri(host.Url + "/orders?code=FUNCTIONKEY");
            return (int)(await _client.SendAsync(request)).StatusCode;
        }));

        Assert.Equal([500, 401, 401, 401, 401, 489, 489, 489, 489], statuses);
        string log = string.Join('\n', _setup.Logs.Lines.Where(static line => line.Id.Id < 100 && line.Id.Name is "Refused" or "TooLarge" or "Unreadable" or "HandlerThrew" or "Handled").Select(static line => line.Text));
        Assert.Contains("Unreadable", string.Join(' ', _setup.Logs.Lines.Select(static line => line.Id.Name)), StringComparison.Ordinal);
        Assert.Contains("line 1, byte", log, StringComparison.Ordinal);
        Assert.All(["FUNCTIONKEY", "CUSTOMER", "eyJ", _key, "CCC"], secret => Assert.DoesNotContain(secret, log, StringComparison.Ordinal));
    }

    private SignedDelivery Delivery(IContractHost host, byte[] body, string pathAndQuery = "/orders") => new(host.Url + pathAndQuery, _key) { Body = body };

    private Task<HttpResponseMessage> SendChunkedAsync(SignedDelivery delivery)
    {
        HttpRequestMessage request = delivery.ToRequest();
        request.Headers.TransferEncodingChunked = true;
        return _client.SendAsync(request);
    }
}
