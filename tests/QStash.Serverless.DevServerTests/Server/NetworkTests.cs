using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace QStash.Serverless.DevServerTests.Server;

/// <summary>Deliveries over a real socket to a real web server.</summary>
public sealed class NetworkTests : ServerTest
{
    private readonly List<(string Target, string Body, IHeaderDictionary Headers)> _requests = [];
    private WebApplication _web = null!;
    private string _origin = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(o => o.Listen(System.Net.IPAddress.Loopback, 0));
        _web = builder.Build();
        _web.Run(HandleAsync);
        await _web.StartAsync();
        _origin = _web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _web.DisposeAsync();
    }

    [Fact]
    public async Task RequestTarget_ArrivesExactlyAsPublished()
    {
        await SendAsync("POST", $"/v2/publish/{_origin}/a//b/%7E/%2F/../c?q=%20+&r", "çay", "Upstash-Forward-X-Name: ünïcode");
        await SettleAsync();
        (string target, string body, IHeaderDictionary headers) = Assert.Single(_requests);
        Assert.Equal("/a//b/%7E/%2F/../c?q=%20+&r", target);
        Assert.Equal("çay", body);
        Assert.Equal("Upstash-QStash", headers.UserAgent.ToString());
        Assert.Equal("ünïcode", headers["X-Name"].ToString());
        Assert.DoesNotContain("traceparent", headers.Keys);
        Assert.DoesNotContain("Accept-Encoding", headers.Keys);
    }

    [Theory]
    [InlineData("", "/")]
    [InlineData("?q=1/2", "/?q=1/2")]
    public async Task UrlWithoutAPath_IsCalledAtTheRootAndSignedAsPublished(string tail, string expected)
    {
        await SendAsync("POST", $"/v2/publish/{_origin}{tail}", "x", "Upstash-Retries: 0");
        await SettleAsync();
        (string target, _, IHeaderDictionary headers) = Assert.Single(_requests);
        Assert.Equal(expected, target);
        Assert.Equal(_origin + tail, (string?)Signed.Claims(headers["Upstash-Signature"].ToString())["sub"]);
    }

    [Fact]
    public async Task EmptyGet_HasNoBodyAndNoContentType()
    {
        await SendAsync("POST", $"/v2/publish/{_origin}/x", null, "Upstash-Method: GET");
        await SettleAsync();
        (_, string body, IHeaderDictionary headers) = Assert.Single(_requests);
        Assert.Equal("", body);
        Assert.DoesNotContain("Content-Type", headers.Keys);
        Assert.Equal(1, headers["Upstash-Signature"].Count);
    }

    [Fact]
    public async Task Redirect_IsNotFollowed()
    {
        string id = (string)(await SendAsync("POST", $"/v2/publish/{_origin}/redirect", "x", "Upstash-Retries: 0")).Json["messageId"]!;
        await SettleAsync();
        Assert.Single(_requests);
        Assert.Equal(302, (int?)(await DlqAsync()).Single(e => (string?)e["messageId"] == id)["responseStatus"]);
    }

    [Fact]
    public async Task CompressedResponse_IsKeptAsItCame()
    {
        await SendAsync("POST", $"/v2/publish/{_origin}/gzip", "x", "Upstash-Retries: 0");
        await SettleAsync();
        byte[] kept = Convert.FromBase64String((string)Assert.Single(await DlqAsync())["responseBodyBase64"]!);
        await using GZipStream gzip = new(new MemoryStream(kept), CompressionMode.Decompress);
        Assert.Equal("packed", await new StreamReader(gzip).ReadToEndAsync());
    }

    [Fact]
    public async Task HugeResponse_IsCutAndStillDelivered()
    {
        string id = (string)(await SendAsync("POST", $"/v2/publish/{_origin}/huge", "x", "Upstash-Retries: 0")).Json["messageId"]!;
        await SettleAsync();
        Assert.Equal(1024 * 1024, ((string)(await DlqAsync()).Single(e => (string?)e["messageId"] == id)["responseBody"]!).Length);
    }

    [Fact]
    public async Task NobodyListens_IsAFailedAttempt()
    {
        string origin = _origin;
        await _web.StopAsync();
        string id = (string)(await SendAsync("POST", $"/v2/publish/{origin}/x", "x", "Upstash-Retries: 0")).Json["messageId"]!;
        await SettleAsync();
        Assert.Equal(["CREATED", "ACTIVE", "ERROR", "FAILED"], await StatesAsync(id));
    }

    [Theory]
    [InlineData("https://orders.example.com", "https://orders.example.com", "orders.example.com", "https")]
    [InlineData("orders.example.com:8443", "http://orders.example.com:8443", "orders.example.com:8443", "http")]
    [InlineData("*.example.com", "https://a.b.example.com", "a.b.example.com", "https")]
    [InlineData("https://*.example.com", "https://a.example.com:444", "a.example.com:444", "https")]
    [InlineData("*", "http://anything.test", "anything.test", "http")]
    public async Task MappedHost_GoesToTheAppWhichSeesThePublicUrl(string mapping, string origin, string host, string proto)
    {
        Server.MapHost(mapping, new Uri(_origin));
        await SendAsync("POST", $"/v2/publish/{origin}/a//b/%7E?q=1", "x", "Upstash-Forward-X-Forwarded-Proto: forged", "Upstash-Forward-Host: forged");
        await SettleAsync();
        (string target, _, IHeaderDictionary headers) = Assert.Single(_requests);
        Assert.Equal(("/a//b/%7E?q=1", host, proto), (target, headers.Host.ToString(), headers["X-Forwarded-Proto"].ToString()));
        Assert.Equal($"{origin}/a//b/%7E?q=1", (string?)Signed.Claims(headers["Upstash-Signature"].ToString())["sub"]);
    }

    [Theory]
    [InlineData("*.example.com", "https://example.com")]
    [InlineData("https://orders.example.com", "http://orders.example.com")]
    [InlineData("https://orders.example.com", "https://orders.example.com:8443")]
    [InlineData("orders.example.com:8443", "https://orders.example.com")]
    [InlineData("*.example.com", "https://notexample.com")]
    public async Task HostThatNoMappingMeans_IsRefused(string mapping, string origin)
    {
        Server.MapHost(mapping, new Uri(_origin));
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, (await SendAsync("POST", $"/v2/publish/{origin}/", "x")).Status);
    }

    [Fact]
    public async Task MoreSpecificMapping_Wins()
    {
        Server.MapHost("*", new Uri("http://127.0.0.1:1"));
        Server.MapHost("*.example.com", new Uri("http://127.0.0.1:1"));
        Server.MapHost("app.example.com", new Uri("http://127.0.0.1:1"));
        Server.MapHost("https://app.example.com", new Uri(_origin));
        await SendAsync("POST", "/v2/publish/https://app.example.com/", "x");
        await SettleAsync();
        Assert.Single(_requests);
    }

    [Theory]
    [InlineData("", "http://127.0.0.1:5000")]
    [InlineData("https://a.test/path", "http://127.0.0.1:5000")]
    [InlineData("a.*.test", "http://127.0.0.1:5000")]
    [InlineData("*a.test", "http://127.0.0.1:5000")]
    [InlineData("ftp://a.test", "http://127.0.0.1:5000")]
    [InlineData("a.test", "http://127.0.0.1:5000/path")]
    [InlineData("a.test", "http://192.0.2.1:5000")]
    [InlineData("a.test", "/relative")]
    public void MappingThatMeansNothing_IsRefused(string host, string target)
        => Assert.ThrowsAny<ArgumentException>(() => Server.MapHost(host, new Uri(target, UriKind.RelativeOrAbsolute)));

    [Fact]
    public async Task LocalhostName_IsReachedWithoutANameServer()
    {
        await SendAsync("POST", $"/v2/publish/http://shop.localhost:{new Uri(_origin).Port}/", "x");
        await SettleAsync();
        Assert.Equal($"shop.localhost:{new Uri(_origin).Port}", Assert.Single(_requests).Headers.Host.ToString());
    }

    [Theory]
    [InlineData("Upstash-Signature")]
    [InlineData("upstash_signature")]
    [InlineData("Upstash-Message_Id")]
    [InlineData("Upstash-Retried")]
    [InlineData("Upstash-Topic-Name")]
    [InlineData("Upstash-Schedule-Id")]
    [InlineData("User-Agent")]
    [InlineData("Content_Length")]
    [InlineData("Transfer-Encoding")]
    public async Task ForwardedHeader_NeverForgesOneOfTheServices(string name)
    {
        await SendAsync("POST", $"/v2/publish/{_origin}/", "x", $"Upstash-Forward-{name}: forged", $"upstash-forward-{name}: forged");
        await SettleAsync();
        Assert.DoesNotContain("forged", string.Join('\n', Assert.Single(_requests).Headers.Values), StringComparison.Ordinal);
    }

    private async Task HandleAsync(HttpContext http)
    {
        using StreamReader reader = new(http.Request.Body);
        _requests.Add((http.Features.Get<IHttpRequestFeature>()!.RawTarget, await reader.ReadToEndAsync(), new HeaderDictionary(http.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase))));
        switch (http.Request.Path.Value)
        {
            case "/redirect":
                http.Response.Redirect("/elsewhere");
                break;
            case "/gzip":
                http.Response.StatusCode = 500;
                http.Response.Headers.ContentEncoding = "gzip";
                await using (GZipStream gzip = new(http.Response.Body, CompressionLevel.Fastest))
                {
                    await gzip.WriteAsync(Encoding.UTF8.GetBytes("packed"));
                }

                break;
            case "/huge":
                http.Response.StatusCode = 500;
                for (int i = 0; i < 300 && !http.RequestAborted.IsCancellationRequested; i++)
                {
                    await http.Response.WriteAsync(new string('x', 10_000));
                }

                break;
            default:
                break;
        }
    }
}
