using System.Net;
using System.Text.Json;
using Amazon.Lambda.Annotations.APIGateway;
using Amazon.Lambda.APIGatewayEvents;
using Amazon.Lambda.ApplicationLoadBalancerEvents;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless.Lambda;
using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests.Lambda.Amazon;

/// <summary>Typed requests in, results out: what the contract does not say of them.</summary>
public sealed class AnnotationsTests : IAsyncDisposable
{
    private static readonly string s_key = SignedDelivery.NewSigningKey();
    private readonly ServiceCollection _services = new();
    private ServiceProvider? _provider;

    public ValueTask DisposeAsync() => _provider?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Result_for_payload_2_has_single_values()
    {
        IHttpResult result = await DeadLetterAsync<APIGatewayHttpApiV2ProxyRequest>(LambdaGateway.HttpApi, static (handler, request) => handler.HandleAsync(request));

        Assert.Equal((HttpStatusCode)489, result.StatusCode);
        Assert.Equal(
            """{"statusCode":489,"headers":{"Upstash-NonRetryable-Error":"true","Content-Type":"text/plain; charset=utf-8"},"body":"no such customer","isBase64Encoded":false}""",
            Json(result, HttpResultSerializationOptions.ProtocolVersion.V2));
    }

    [Fact]
    public async Task Result_for_payload_1_has_lists_of_values()
    {
        IHttpResult result = await DeadLetterAsync<APIGatewayProxyRequest>(LambdaGateway.RestApi, static (handler, request) => handler.HandleAsync(request));

        Assert.Equal(
            """{"statusCode":489,"multiValueHeaders":{"Upstash-NonRetryable-Error":["true"],"Content-Type":["text/plain; charset=utf-8"]},"body":"no such customer","isBase64Encoded":false}""",
            Json(result, HttpResultSerializationOptions.ProtocolVersion.V1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Response_for_a_load_balancer_has_the_form_that_the_request_had(bool isMultiValue)
    {
        LambdaGateway gateway = LambdaGateway.LoadBalancer with { IsMultiValue = isMultiValue };
        QStashLambdaHandler handler = Handler(static (_, _) => Task.FromResult(QStashResult.DeadLetter("no such customer")));

        ApplicationLoadBalancerResponse response = await handler.HandleAsync(Request<ApplicationLoadBalancerRequest>(gateway));

        Assert.Equal((489, "489 Not Retryable", "no such customer", false), (response.StatusCode, response.StatusDescription, response.Body, response.IsBase64Encoded));
        Assert.Equal(isMultiValue ? null : "true", response.Headers?["Upstash-NonRetryable-Error"]);
        Assert.Equal(isMultiValue ? ["true"] : null, response.MultiValueHeaders?["Upstash-NonRetryable-Error"]);
    }

    [Fact]
    public async Task Headers_added_to_a_result_are_joined_and_the_content_type_is_replaced()
    {
        QStashLambdaHandler handler = Handler(static (_, _) => Task.FromResult(QStashResult.Success("done")));

        IHttpResult result = await handler.HandleAsync(Request<APIGatewayHttpApiV2ProxyRequest>(LambdaGateway.FunctionUrl));
        result.AddHeader("X-Shop", "a").AddHeader("x-shop", "b").AddHeader("content-type", "text/html");

        using JsonDocument json = JsonDocument.Parse(Json(result, HttpResultSerializationOptions.ProtocolVersion.V2));
        Assert.Equal("""{"X-Shop":"a,b","Content-Type":"text/html"}""", json.RootElement.GetProperty("headers").GetRawText());
    }

    [Fact]
    public async Task Deadline_of_the_context_is_near_503_and_without_a_context_nobody_asks_the_handler_to_end()
    {
        TaskCompletionSource ready = new();
        QStashLambdaHandler handler = Handler(async (_, cancellationToken) =>
        {
            await ready.Task.WaitAsync(cancellationToken);
            return QStashResult.Success();
        });

        IHttpResult late = await handler.HandleAsync(Request<APIGatewayHttpApiV2ProxyRequest>(LambdaGateway.FunctionUrl), new InvocationContext(TimeSpan.FromMilliseconds(300)));
        Task<IHttpResult> patient = handler.HandleAsync(Request<APIGatewayHttpApiV2ProxyRequest>(LambdaGateway.FunctionUrl));
        ready.SetResult();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, late.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await patient).StatusCode);
    }

    [Fact]
    public async Task Body_is_broken_base64_401()
    {
        APIGatewayHttpApiV2ProxyRequest request = Request<APIGatewayHttpApiV2ProxyRequest>(LambdaGateway.FunctionUrl with { IsBase64 = true });
        request.Body = "%" + request.Body;

        IHttpResult result = await Handler(static (_, _) => Task.FromResult(QStashResult.Success())).HandleAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, result.StatusCode);
    }

    [Fact]
    public async Task Cookies_of_payload_2_reach_the_handler_as_the_header_they_were()
    {
        string? cookies = null;
        QStashLambdaHandler handler = Handler((delivery, _) =>
        {
            cookies = delivery.Headers["Cookie"];
            return Task.FromResult(QStashResult.Success());
        });
        APIGatewayHttpApiV2ProxyRequest request = Request<APIGatewayHttpApiV2ProxyRequest>(LambdaGateway.FunctionUrl);
        request.Cookies = ["a=1", "b=2"];

        await handler.HandleAsync(request);

        Assert.Equal("a=1; b=2", cookies);
    }

    [Fact]
    public async Task Request_has_nothing_in_it_401_and_no_exception()
    {
        QStashLambdaHandler handler = Handler(static (_, _) => Task.FromResult(QStashResult.Success()));

        Assert.Equal(HttpStatusCode.Unauthorized, (await handler.HandleAsync(new APIGatewayHttpApiV2ProxyRequest())).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await handler.HandleAsync(new APIGatewayProxyRequest())).StatusCode);
        Assert.Equal(401, (await handler.HandleAsync(new ApplicationLoadBalancerRequest())).StatusCode);
    }

    private QStashLambdaHandler Handler(Func<QStashDelivery, CancellationToken, Task<QStashResult>> handle)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new("QStash:CurrentSigningKey", s_key)]).Build();
        _services.AddQStashLambda(configuration: configuration).Map("/orders", DeliveryRoute.To("orders", handle));
        _provider = _services.BuildServiceProvider();
        return _provider.GetRequiredService<QStashLambdaHandler>();
    }

    private async Task<IHttpResult> DeadLetterAsync<TRequest>(LambdaGateway gateway, Func<QStashLambdaHandler, TRequest, Task<IHttpResult>> call) =>
        await call(Handler(static (_, _) => Task.FromResult(QStashResult.DeadLetter("no such customer"))), Request<TRequest>(gateway));

    private static TRequest Request<TRequest>(LambdaGateway gateway)
    {
        SignedDelivery delivery = new SignedDelivery(gateway.Url + "/orders", s_key).WithJson("{}");
        return (TRequest)gateway.Request("/orders", delivery.AllHeaders(), delivery.Body.Span, delivery.ContentType);
    }

    private static string Json(IHttpResult result, HttpResultSerializationOptions.ProtocolVersion version)
    {
        using StreamReader reader = new(result.Serialize(new HttpResultSerializationOptions { Version = version }));
        return reader.ReadToEnd();
    }
}
