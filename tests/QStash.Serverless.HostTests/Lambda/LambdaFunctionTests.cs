using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using QStash.Serverless.Lambda;
using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests.Lambda;

/// <summary>Functions as users write them: routes, a class, part of an app; and what fails them at their cold start.</summary>
public sealed class LambdaFunctionTests
{
    private static readonly string s_key = SignedDelivery.NewSigningKey();

    [Fact]
    public async Task Several_routes_in_one_function_each_gets_its_deliveries_and_values()
    {
        List<string> seen = [];
        await using QStashLambdaHandler handler = Builder()
            .Map("/orders", (QStashDelivery<Purchase> order, CancellationToken _) => Note(seen, $"order {order.Payload.Id}"))
            .Map("/orders/{id}/cancel", (QStashDelivery delivery, CancellationToken _) => Note(seen, $"cancel {delivery.RouteValues["id"]}"))
            .Map<Purchase, Refund>("/refunds")
            .Build();

        Assert.Equal(200, await SendAsync(handler, "/orders"));
        Assert.Equal(200, await SendAsync(handler, "/orders/o%2F7/cancel"));
        Assert.Equal(489, await SendAsync(handler, "/refunds"));
        Assert.Equal(404, await SendAsync(handler, "/unknown"));
        Assert.Equal(["order o-1", "cancel o/7"], seen);
    }

    [Theory]
    [InlineData("https://public.example/shop")]
    [InlineData("https://public.example;https://other.example/shop/")]
    public async Task Base_path_of_the_public_URL_is_no_part_of_the_routes(string publicBaseUrl)
    {
        await using QStashLambdaHandler handler = Builder(settings: new() { ["QStash:PublicBaseUrl"] = publicBaseUrl })
            .Map("/orders", static (QStashDelivery _, CancellationToken _) => Task.FromResult(QStashResult.Success())).Build();
        string signedFor = publicBaseUrl.Split(';')[^1].TrimEnd('/') + "/orders";

        Assert.Equal(200, await SendAsync(handler, "/shop/orders", signedFor: signedFor));
        Assert.Equal(200, await SendAsync(handler, "/orders", signedFor: signedFor));
        Assert.Equal(401, await SendAsync(handler, "/shopping/orders", signedFor: signedFor));
    }

    [Fact]
    public async Task Handler_is_mapped_where_its_class_says()
    {
        await using QStashLambdaHandler handler = Builder().Map<Purchase, AspNetCore.AspNetCoreEndpointTests.StatedHandler>().Map<AspNetCore.AspNetCoreEndpointTests.StatedSchedule>().Build();

        Assert.Equal(200, await SendAsync(handler, "/stated/orders"));
        Assert.Equal(200, await SendAsync(handler, "/stated/eu/close"));
        Assert.Contains("[QStashRoute(", Assert.Throws<InvalidOperationException>(() => Builder().Map<Purchase, Refund>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stage_is_no_part_of_the_routes()
    {
        await using QStashLambdaHandler handler = Builder().Map("/orders", static (QStashDelivery _, CancellationToken _) => Task.FromResult(QStashResult.Success())).Build();

        Assert.Equal(200, await SendAsync(handler, "/orders", gateway: LambdaGateway.HttpApi with { Stage = "prod" }));
        Assert.Equal(200, await SendAsync(handler, "/orders", gateway: LambdaGateway.RestApi));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("GET")]
    public async Task Method_does_not_matter(string method)
    {
        await using QStashLambdaHandler handler = Builder().Map("/orders", static (QStashDelivery _, CancellationToken _) => Task.FromResult(QStashResult.Success())).Build();

        Assert.Equal(200, await SendAsync(handler, "/orders", method: method));
    }

    [Fact]
    public async Task Class_handler_takes_every_path_and_its_handler_gets_services()
    {
        RefundFunction function = new();
        LambdaGateway gateway = LambdaGateway.FunctionUrl;

        foreach (string path in (string[])["/", "/any/path"])
        {
            using MemoryStream lambdaEvent = new(Event(gateway, path, gateway.Url + path));
            using JsonDocument reply = JsonDocument.Parse(await function.HandleAsync(lambdaEvent, TimeSpan.FromMinutes(1)));
            Assert.Equal(489, reply.RootElement.GetProperty("statusCode").GetInt32());
            Assert.Equal("no refund for o-1", reply.RootElement.GetProperty("body").GetString());
        }

        await function.WarmUpAsync();
    }

    [Fact]
    public async Task Handler_is_part_of_an_app_with_its_own_services_and_configuration()
    {
        HostApplicationBuilder app = Host.CreateEmptyApplicationBuilder(null);
        app.Configuration.AddInMemoryCollection([new("QStash:CurrentSigningKey", s_key)]);
        app.Services.AddSingleton("no refund for ");
        app.Services.AddQStashLambda(configuration: app.Configuration).Map<Purchase, Refund>("/refunds");
        using IHost host = app.Build();

        QStashLambdaHandler handler = host.Services.GetRequiredService<QStashLambdaHandler>();

        Assert.Same(handler, host.Services.GetRequiredService<QStashLambdaHandler>());
        Assert.Equal(489, await SendAsync(handler, "/refunds"));
    }

    [Fact]
    public void Function_of_an_app_is_not_built_by_its_builder() =>
        Assert.Contains("QStashLambdaHandler", Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddQStashLambda().Map<Purchase, Refund>("/refunds").Build()).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("QStash:ClockSkew", "01:00:00", "ClockSkew")]
    [InlineData("QStash:PublicBaseUrl", "shop", "PublicBaseUrl")]
    [InlineData("QStash:MaxBodyBytes", "0", "MaxBodyBytes")]
    [InlineData("QStash:Lambda:DeadlineMargin", "00:06:00", "DeadlineMargin")]
    [InlineData("QStash:Lambda:DeadlineMargin", "-00:00:01", "DeadlineMargin")]
    [InlineData("QStash:Lambda:DeadlineMargin", "soon", "not a valid TimeSpan")]
    public void Bad_setting_fails_the_cold_start(string name, string value, string expected)
    {
        Exception exception = Assert.ThrowsAny<Exception>(() => Builder(settings: new() { [name] = value }).Map<Purchase, Refund>("/refunds").Build());

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_setting_of_the_functions_own_options_fails_the_cold_start()
    {
        QStashLambdaBuilder builder = Builder();
        builder.Services.AddOptions<ContractSetup>().Validate(static _ => false, "no setup").ValidateOnStart();

        Assert.Contains("no setup", Assert.Throws<OptionsValidationException>(() => builder.Map<Purchase, Refund>("/refunds").Build()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_route_fails_the_cold_start() =>
        Assert.Contains("{*path}", Assert.Throws<InvalidOperationException>(() => Builder().Build()).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Deployment_is_built_with_asynchronous_services_and_fails_with_its_own_error()
    {
        QStashLambdaBuilder builder = QStashLambda.CreateBuilder(static options => options.CurrentSigningKey = "");
        builder.Services.AddSingleton<OnlyAsync>();
        builder.QStash.UseSigningKeys<NeedsOnlyAsync>();

        Exception exception = await Task.Run(() => Assert.ThrowsAny<Exception>(() => builder.Map<Purchase, Refund>("/refunds").Build()));

        Assert.Contains("vault is sealed", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Routes_mapped_after_Build_are_not_part_of_the_function()
    {
        QStashLambdaBuilder builder = Builder().Map("/orders", static (QStashDelivery _, CancellationToken _) => Task.FromResult(QStashResult.Success()));
        await using QStashLambdaHandler handler = builder.Build();
        builder.Map("/late", static (QStashDelivery _, CancellationToken _) => Task.FromResult(QStashResult.Success()));

        Assert.Equal((200, 404), (await SendAsync(handler, "/orders"), await SendAsync(handler, "/late")));
    }

    [Fact]
    public async Task Warm_up_makes_the_client_calls_no_handler_and_leaves_no_trace()
    {
        ContractSetup setup = new() { Settings = { ["QStash:CurrentSigningKey"] = s_key, ["QStash:PublicBaseUrl"] = "https://public.example" } };
        int made = 0;
        QStashLambdaBuilder builder = LambdaHost.Builder(setup);
        builder.Services.AddScoped<IQStashPublisher>(_ =>
        {
            made++;
            return new FakeQStashPublisher();
        });
        await using QStashLambdaHandler handler = builder
            .Map("/orders", static (QStashDelivery<Purchase> _, CancellationToken _) => Task.FromException<QStashResult>(new InvalidOperationException("called")))
            .Map("/text", static (QStashDelivery<string> _, CancellationToken _) => Task.FromException<QStashResult>(new InvalidOperationException("called")))
            .Build();
        int linesBefore = setup.Logs.Lines.Count;

        await handler.WarmUpAsync();
        await handler.WarmUpAsync();

        Assert.Equal((2, linesBefore), (made, setup.Logs.Lines.Count));
    }

    [Fact]
    public async Task Function_is_called_by_many_at_once_each_gets_its_own_answer()
    {
        await using QStashLambdaHandler handler = Builder()
            .Map("/echo/{id}", static async (QStashDelivery<string> delivery, CancellationToken cancellationToken) =>
            {
                await Task.Yield();
                return $"{delivery.RouteValues["id"]}:{delivery.Payload}:{cancellationToken.IsCancellationRequested}";
            })
            .Build();

        await Parallel.ForAsync(0, 500, async (i, cancellationToken) =>
        {
            LambdaGateway gateway = i % 2 == 0 ? LambdaGateway.FunctionUrl : LambdaGateway.LoadBalancer;
            byte[] lambdaEvent = gateway.Event($"/echo/{i}", new SignedDelivery($"{gateway.Url}/echo/{i}", s_key) { Body = Encoding.UTF8.GetBytes($"body {i}") }.AllHeaders(), Encoding.UTF8.GetBytes($"body {i}"), "text/plain");
            using MemoryStream stream = new(lambdaEvent);
            using JsonDocument reply = JsonDocument.Parse(await handler.HandleAsync(stream, TimeSpan.FromMinutes(1), cancellationToken));
            Assert.Equal($"{i}:body {i}:False", reply.RootElement.GetProperty("body").GetString());
        });
    }

    private static Task<QStashResult> Note(List<string> seen, string text)
    {
        seen.Add(text);
        return Task.FromResult(QStashResult.Success());
    }

    private static QStashLambdaBuilder Builder(Dictionary<string, string?>? settings = null)
    {
        QStashLambdaBuilder builder = QStashLambda.CreateBuilder(static options => options.CurrentSigningKey = s_key, new ConfigurationBuilder().AddInMemoryCollection(settings ?? []).Build());
        builder.Services.AddSingleton("no refund for ");
        builder.Services.AddLogging();
        builder.Services.AddSingleton<ILoggerProvider>(new CapturedLogs());
        return builder;
    }

    private static async Task<int> SendAsync(QStashLambdaHandler handler, string path, LambdaGateway? gateway = null, string? signedFor = null, string method = "POST")
    {
        gateway ??= LambdaGateway.FunctionUrl;
        return (await handler.HandleAsync(LambdaEventReader.Read(Event(gateway, path, signedFor ?? gateway.Url + path, method)), TimeSpan.FromMinutes(1), CancellationToken.None)).Status;
    }

    private static byte[] Event(LambdaGateway gateway, string path, string signedFor, string method = "POST")
    {
        SignedDelivery delivery = new SignedDelivery(signedFor, s_key).WithJson("""{"id":"o-1","quantity":3}""");
        return gateway.Event(path, delivery.AllHeaders(), delivery.Body.Span, delivery.ContentType, method);
    }

    private sealed class RefundFunction() : QStashLambdaFunction<Purchase, Refund>(static function =>
    {
        function.Services.AddSingleton("no refund for ");
        function.QStash.UseSigningKeys(new FixedKeys());
    });

    private sealed class Refund(string prefix) : IQStashHandler<Purchase>
    {
        public Task<QStashResult> HandleAsync(QStashDelivery<Purchase> delivery, CancellationToken cancellationToken) => Task.FromResult(QStashResult.DeadLetter(prefix + delivery.Payload.Id));
    }

    private sealed class FixedKeys : ISigningKeySource
    {
        public async ValueTask<IReadOnlyList<string>> GetSigningKeysAsync(string? region, CancellationToken cancellationToken)
        {
            await Task.Yield();
            return [s_key];
        }
    }

    private sealed class NeedsOnlyAsync(OnlyAsync vault) : ISigningKeySource
    {
        public ValueTask<IReadOnlyList<string>> GetSigningKeysAsync(string? region, CancellationToken cancellationToken) => throw new InvalidOperationException($"The {vault.Name} is sealed.");
    }

    private sealed class OnlyAsync : IAsyncDisposable
    {
        internal string Name { get; } = "vault";

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
