using Amazon.Lambda.APIGatewayEvents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests.Lambda.Amazon;

/// <summary>What Amazon's server loses of an event, and that QStash's endpoints have it all the same.</summary>
public sealed class AspNetCoreServerTests
{
    private static readonly string s_key = SignedDelivery.NewSigningKey();
    private static readonly LambdaGateway s_customDomain = LambdaGateway.HttpApi with { Domain = "shop.example", Stage = "prod", IsCustomDomain = true };

    private readonly ContractSetup _setup = new() { Settings = { ["QStash:CurrentSigningKey"] = s_key } };

    private QStashDelivery<Purchase>? _seen;

    [Fact]
    public async Task Stage_is_how_the_path_begins_the_endpoint_is_found_and_the_URL_is_the_signed_one()
    {
        HostReply reply = await DeliverAsync(s_customDomain, "/products");

        Assert.Equal(200, reply.Status);
        Assert.Equal("https://shop.example/products", _seen!.Url);
    }

    [Theory]
    [InlineData("/prod/products")]
    [InlineData("/prod")]
    [InlineData("/production/products")]
    public async Task Stage_in_the_path_or_not_other_endpoints_get_a_path_that_begins_with_a_slash(string path)
    {
        string? seen = null;
        await using AspNetCoreServerHost host = await AspNetCoreServerHost.StartAsync(_setup, s_customDomain, app => app.Map("{**path}", (HttpRequest request) => seen = $"{request.PathBase} {request.Path}"));

        await host.SendAsync(path, [], default, null);

        Assert.Equal(path switch { "/prod/products" => "/prod /products", "/prod" => "/prod ", _ => " " + path }, seen);
    }

    [Fact]
    public async Task Header_with_commas_the_handler_gets_it_whole_and_other_endpoints_as_Amazon_gives_it()
    {
        KeyValuePair<string, string>[] tenants = [new("X-Tenants", "a,b")];
        string? other = null;
        await DeliverAsync(LambdaGateway.FunctionUrl, "/products", tenants, app => app.MapPost("/other", (HttpRequest request) => other = string.Join('|', request.Headers["X-Tenants"].ToArray())), async host => await host.SendAsync("/other", tenants, default, null));

        Assert.Equal("a,b", Assert.Single(_seen!.Headers["X-Tenants"]!));
        Assert.Equal("a|b", other);
    }

    [Theory]
    [InlineData("?b=x%20y&a=%7E1&a=%C3%A9")]
    [InlineData("?a=1+2&empty=&plain")]
    public async Task Query_of_a_REST_API_was_taken_apart_the_signature_is_still_proven(string query)
    {
        HostReply reply = await DeliverAsync(LambdaGateway.RestApi with { IsMultiValue = true }, "/products" + query);

        Assert.Equal(200, reply.Status);
        Assert.EndsWith(query, _seen!.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Route_values_reach_the_handler()
    {
        QStashDelivery? seen = null;
        _setup.Routes["shops/{shop}/orders"] = DeliveryRoute.To("orders", (QStashDelivery delivery, CancellationToken _) =>
        {
            seen = delivery;
            return Task.FromResult(QStashResult.Success());
        });
        await using AspNetCoreServerHost host = await AspNetCoreServerHost.StartAsync(_setup, LambdaGateway.RestApi);

        HostReply reply = await SendAsync(host, "/shops/berlin/orders", []);

        Assert.Equal((200, "berlin"), (reply.Status, seen?.RouteValues["shop"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Deadline_is_near_503_whether_the_handler_heeds_its_token_or_not(bool heeds)
    {
        ManualTimeProvider time = new();
        _setup.TimeProvider = time;
        _setup.Settings["QStash:Lambda:DeadlineMargin"] = "00:00:10";
        TaskCompletionSource never = new();
        TaskCompletionSource<CancellationToken> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _setup.Routes["orders"] = DeliveryRoute.To<Purchase>("orders", async (_, _, cancellationToken) =>
        {
            started.SetResult(cancellationToken);
            await never.Task.WaitAsync(heeds ? cancellationToken : CancellationToken.None);
            return QStashResult.Success();
        });
        await using AspNetCoreServerHost host = await AspNetCoreServerHost.StartAsync(_setup, LambdaGateway.HttpApi);

        Task<HostReply> reply = SendAsync(host, "/orders", [], TimeSpan.FromSeconds(60));
        CancellationToken token = await started.Task;
        time.Advance(TimeSpan.FromSeconds(50));
        bool isAsked = token.IsCancellationRequested;
        time.Advance(TimeSpan.FromSeconds(heeds ? 0 : 5));

        Assert.True(isAsked);
        Assert.Equal((503, "10"), ((await reply).Status, (await reply).Headers.GetValueOrDefault("Retry-After")));
        never.SetResult();
    }

    [Fact]
    public async Task Protected_endpoint_lets_genuine_requests_in_and_no_others()
    {
        await using AspNetCoreServerHost host = await AspNetCoreServerHost.StartAsync(_setup, s_customDomain, app => app.MapPost("/products", (Purchase purchase) => purchase.Quantity.ToString()).RequireQStashSignature());

        HostReply genuine = await SendAsync(host, "/products?a=%7E", []);
        HostReply stranger = await host.SendAsync("/products", [], """{"id":"o-1","quantity":3}"""u8.ToArray(), "application/json");

        Assert.Equal((200, "3", 401), (genuine.Status, genuine.Text, stranger.Status));
    }

    [Fact]
    public async Task Keys_are_missing_for_a_protected_endpoint_the_start_fails_before_the_first_event()
    {
        _setup.Settings.Clear();

        Exception exception = await Assert.ThrowsAnyAsync<Exception>(() => AspNetCoreServerHost.StartAsync(
            _setup, LambdaGateway.HttpApi, app => app.MapPost("/products", () => "").RequireQStashSignature(), takesEventsWhileItStarts: true).WaitAsync(TimeSpan.FromMinutes(1)));

        Assert.Contains("QSTASH_CURRENT_SIGNING_KEY", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hook_of_the_app_runs_after_the_path_was_put_right()
    {
        string? path = null;
        _setup.Routes["orders"] = DeliveryRoute.To("orders", static (QStashDelivery _, CancellationToken _) => Task.FromResult(QStashResult.Success()));
        await using AspNetCoreServerHost host = await AspNetCoreServerHost.StartAsync(_setup, s_customDomain, configure: options => options.PostMarshallRequestFeature = (request, _, _) => path = request.Path);

        await host.SendAsync("/products", [], default, null);

        Assert.Equal("/products", path);
    }

    [Fact]
    public void WebSocket_API_is_refused()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new ServiceCollection().AddQStashLambdaHosting(LambdaEventSource.WebsocketApi));

        Assert.Contains("HttpApi, RestApi or ApplicationLoadBalancer", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Event_or_request_is_none_of_Amazons_the_message_says_what_is_taken()
    {
        ArgumentException noRoom = Assert.Throws<ArgumentException>(() => new HttpRequestFeature().KeepLambdaEvent(new APIGatewayProxyRequest(), InvocationContext.OfAMinute));
        ArgumentException noRequest = Assert.Throws<ArgumentException>(() => new HttpRequestFeature().KeepLambdaEvent("text", InvocationContext.OfAMinute));

        Assert.Contains("PostMarshallRequestFeature", noRoom.Message, StringComparison.Ordinal);
        Assert.Contains("not System.String", noRequest.Message, StringComparison.Ordinal);
    }

    private async Task<HostReply> DeliverAsync(
        LambdaGateway gateway, string pathAndQuery, KeyValuePair<string, string>[]? headers = null, Action<WebApplication>? map = null, Func<AspNetCoreServerHost, Task>? then = null)
    {
        _setup.Routes["products"] = DeliveryRoute.To<Purchase>("products", (delivery, _, _) =>
        {
            _seen = delivery;
            return Task.FromResult(QStashResult.Success());
        });
        await using AspNetCoreServerHost host = await AspNetCoreServerHost.StartAsync(_setup, gateway, map);
        HostReply reply = await SendAsync(host, pathAndQuery, headers ?? []);
        await (then?.Invoke(host) ?? Task.CompletedTask);
        return reply;
    }

    private Task<HostReply> SendAsync(AspNetCoreServerHost host, string pathAndQuery, KeyValuePair<string, string>[] headers, TimeSpan? remaining = null)
    {
        SignedDelivery delivery = new SignedDelivery(host.Url + pathAndQuery, s_key) { Headers = headers, TimeProvider = _setup.TimeProvider }.WithJson("""{"id":"o-1","quantity":3}""");
        return host.SendAsync(pathAndQuery, [.. delivery.AllHeaders()], delivery.Body, delivery.ContentType, remaining ?? TimeSpan.FromMinutes(1));
    }
}
