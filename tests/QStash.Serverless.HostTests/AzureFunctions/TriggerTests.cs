using System.Text;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Invocation;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless.AzureFunctions;
using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests.AzureFunctions;

public sealed class TriggerTests : FunctionsTest
{
    [Theory]
    [InlineData("typed", "o-1 x3, msg_1")]
    [InlineData("bare", "msg_1, 25 bytes")]
    [InlineData("payload", "o-1 x3")]
    [InlineData("text", """{"id":"o-1","quantity":3}""")]
    [InlineData("bytes", "25 bytes")]
    [InlineData("memory", "25 bytes")]
    [InlineData("list", "3 items")]
    public async Task Parameter_of_every_kind_gets_what_was_delivered(string function, string seen)
    {
        await StartAsync(typeof(Parameters));

        QStashFunctionsReply reply = await DeliverAsync(Delivery("/api/" + function, function == "list" ? "[1,2,3]" : """{"id":"o-1","quantity":3}"""));

        Assert.Equal((200, seen), (reply.Status, Assert.Single(Seen)));
    }

    [Theory]
    [InlineData("callback")]
    [InlineData("typed-callback")]
    public async Task Parameter_for_callbacks_gets_the_envelope(string function)
    {
        await StartAsync(typeof(Parameters));
        string source = Convert.ToBase64String(Encoding.UTF8.GetBytes("""{"id":"o-9","quantity":1}"""));

        QStashFunctionsReply reply = await DeliverAsync(Delivery("/api/" + function,
            $$"""{"status":500,"header":{},"body":"","retried":3,"maxRetries":3,"dlqId":"1-0","sourceMessageId":"msg_9","url":"https://x.example/","method":"POST","sourceHeader":{},"sourceBody":"{{source}}","notBefore":"1900000000000","createdAt":1900000000000}"""));

        Assert.Equal((200, "msg_9 o-9"), (reply.Status, Assert.Single(Seen)));
    }

    [Fact]
    public async Task Route_parameters_reach_the_delivery_and_parameters_of_their_names()
    {
        await StartAsync(typeof(Parameters));

        QStashFunctionsReply reply = await DeliverAsync(Delivery("/api/orders/a%40b%20c/lines/7/deep/down"));

        Assert.Equal(200, reply.Status);
        Assert.Equal("a@b c 7 deep/down | a@b c,7,deep/down", Assert.Single(Seen));
    }

    [Fact]
    public async Task Route_without_its_optional_parameter_is_called_too()
    {
        await StartAsync(typeof(Parameters));

        QStashFunctionsReply reply = await DeliverAsync(Delivery("/api/reports"));

        Assert.Equal((200, "all"), (reply.Status, Assert.Single(Seen)));
    }

    [Fact]
    public async Task Methods_are_POST_unless_the_trigger_names_others()
    {
        await StartAsync(typeof(Parameters));

        QStashFunctionsReply put = await DeliverAsync(Delivery("/api/puts") with { Method = HttpMethod.Put });
        QStashFunctionsReply post = await DeliverAsync(Delivery("/api/puts"));
        QStashFunctionsReply putElsewhere = await DeliverAsync(Delivery("/api/typed") with { Method = HttpMethod.Put });

        Assert.Equal((200, 404, 404), (put.Status, post.Status, putElsewhere.Status));
    }

    [Fact]
    public async Task Function_key_in_the_URL_takes_part_in_the_comparison()
    {
        await StartAsync(typeof(Parameters));
        SignedDelivery delivery = Delivery("/api/typed?code=secret");
        using HttpRequestMessage withoutKey = delivery.ToRequest();
        withoutKey.RequestUri = new Uri(Site + "/api/typed");

        QStashFunctionsReply accepted = await DeliverAsync(delivery);
        QStashFunctionsReply refused = await App.SendAsync(withoutKey);

        Assert.Equal((200, 401), (accepted.Status, refused.Status));
        Assert.DoesNotContain(Logs.Lines, static line => line.Text.Contains("secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Function_is_run_without_verification_it_fails_and_the_text_names_the_fix(bool hasAspNetCoreIntegration)
    {
        // Another middleware, before ours, that runs the function by itself.
        await StartAsync(
            builder =>
            {
                if (hasAspNetCoreIntegration)
                {
                    builder.UseAspNetCoreIntegrationInName();
                }

                builder.Use(static _ => static async context => await context.InstanceServices.GetRequiredService<IFunctionExecutor>().ExecuteAsync(context));
            },
            static (_, _) => { },
            typeof(Parameters));

        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => DeliverAsync(Delivery("/api/text")));

        Assert.Contains("'text'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Call UseQStash()", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Seen);
    }

    [Fact]
    public async Task Request_is_lost_before_it_arrives_the_text_names_the_order()
    {
        await StartAsync(
            static builder =>
            {
                builder.UseAspNetCoreIntegrationInName();
                builder.Use(static next => context =>
                {
                    context.Features.Set<Microsoft.Azure.Functions.Worker.Http.IHttpRequestDataFeature>(null!);
                    return next(context);
                });
            },
            static (_, _) => { },
            typeof(Parameters));

        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => DeliverAsync(Delivery("/api/text")));

        Assert.Contains("ConfigureFunctionsWebApplication() first, then UseQStash()", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Seen);
    }

    [Fact]
    public async Task Middleware_narrows_the_token_the_function_gets_the_narrower_one()
    {
        await StartAsync(static (_, qstash) => qstash.AddMiddleware<Cancelling>(), typeof(Parameters));

        QStashFunctionsReply reply = await DeliverAsync(Delivery("/api/token"));

        Assert.Equal((200, "cancelled"), (reply.Status, Assert.Single(Seen)));
    }

    [Fact]
    public async Task Executor_wraps_what_the_function_throws_the_mapping_sees_the_exception_itself()
    {
        await StartAsync(
            static (builder, qstash) =>
            {
                qstash.MapException<FormatException>(static exception => QStashResult.DeadLetter(exception.Message));
                builder.Use(static next => async context =>
                {
                    try
                    {
                        await next(context);
                    }
                    catch (FormatException exception)
                    {
                        throw new AggregateException(new AggregateException(exception));
                    }
                });
            },
            typeof(Parameters));

        QStashFunctionsReply reply = await DeliverAsync(Delivery("/api/throws"));

        Assert.Equal((489, "bad order"), (reply.Status, reply.Text));
    }

    [Fact]
    public async Task No_signing_keys_the_QStash_functions_answer_503_and_the_others_work()
    {
        await StartAsync(static (builder, _) => builder.Configuration["QStash:CurrentSigningKey"] = null, typeof(Parameters), typeof(PlainFunctions));

        QStashFunctionsReply qstash = await DeliverAsync(Delivery("/api/typed"));
        QStashFunctionsReply plain = await DeliverAsync(Delivery("/api/plain"));

        Assert.Equal((503, "10"), (qstash.Status, qstash.Headers["Retry-After"]));
        Assert.Equal(200, plain.Status);
        Assert.Contains(Logs.Lines, static line => line.Text.Contains("QSTASH_CURRENT_SIGNING_KEY", StringComparison.Ordinal) && line.Text.Contains("answer 503", StringComparison.Ordinal));
    }

    private sealed class Cancelling : IQStashMiddleware
    {
        public Task<QStashResult> InvokeAsync(QStashDelivery delivery, QStashNext next, CancellationToken cancellationToken) => next(new CancellationToken(canceled: true));
    }

    private sealed class PlainFunctions
    {
        [Function("plain")]
        public static string Run([HttpTrigger(AuthorizationLevel.Anonymous, "post")] object request) => "hello";
    }

    private sealed class Parameters(List<string> seen)
    {
        [Function("typed")]
        public void Typed([QStashTrigger] QStashDelivery<Purchase> delivery) => seen.Add($"{delivery.Payload.Id} x{delivery.Payload.Quantity}, {delivery.MessageId}");

        [Function("bare")]
        public void Bare([QStashTrigger] QStashDelivery delivery) => seen.Add($"{delivery.MessageId}, {delivery.RawBody.Length} bytes");

        [Function("payload")]
        public void Payload([QStashTrigger] Purchase purchase) => seen.Add($"{purchase.Id} x{purchase.Quantity}");

        [Function("text")]
        public void Text([QStashTrigger] string text) => seen.Add(text);

        [Function("bytes")]
        public void Bytes([QStashTrigger] byte[] bytes) => seen.Add($"{bytes.Length} bytes");

        [Function("memory")]
        public void Memory([QStashTrigger] ReadOnlyMemory<byte> bytes) => seen.Add($"{bytes.Length} bytes");

        [Function("list")]
        public void List([QStashTrigger] IReadOnlyList<int> items) => seen.Add($"{items.Count} items");

        [Function("callback")]
        public void Callback([QStashTrigger] QStashCallback callback) => seen.Add($"{callback.SourceMessageId} {callback.ReadSource<Purchase>().Id}");

        [Function("typed-callback")]
        public void TypedCallback([QStashTrigger] QStashDelivery<QStashCallback> callback) => seen.Add($"{callback.Payload.SourceMessageId} {callback.Payload.ReadSource<Purchase>().Id}");

        [Function("lines")]
        public void Lines([QStashTrigger("orders/{id}/lines/{line:int}/{*rest}")] QStashDelivery<Purchase> delivery, string id, int line, string rest) =>
            seen.Add($"{id} {line} {rest} | {delivery.RouteValues["id"]},{delivery.RouteValues["line"]},{delivery.RouteValues["rest"]}");

        [Function("reports")]
        public void Reports([QStashTrigger("reports/{name?}")] QStashDelivery delivery) => seen.Add(delivery.RouteValues.GetValueOrDefault("name", "all"));

        [Function("puts")]
        public void Puts([QStashTrigger(Methods = ["PUT"])] QStashDelivery delivery) => seen.Add(delivery.MessageId);

        [Function("token")]
        public void Token([QStashTrigger] QStashDelivery delivery, CancellationToken cancellationToken) => seen.Add(cancellationToken.IsCancellationRequested ? "cancelled" : "not cancelled");

        [Function("throws")]
        public static void Throws([QStashTrigger] QStashDelivery delivery) => throw new FormatException("bad order");
    }
}
