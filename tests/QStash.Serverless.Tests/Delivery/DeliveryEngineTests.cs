using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless.Testing;

namespace QStash.Serverless.Tests.Delivery;

/// <summary>What the engine does whatever the host; the status table and the refusals are the host contract's.</summary>
public sealed partial class DeliveryEngineTests
{
    private const string Url = "https://shop.example/orders";
    private static readonly string s_key = SignedDelivery.NewSigningKey();

    [Fact]
    public async Task Deadline_passes_while_the_handler_heeds_its_token_503_with_retry_after()
    {
        using CancellationTokenSource deadline = new();
        DeliveryRoute route = DeliveryRoute.To<string>("orders", async (_, _, cancellationToken) =>
        {
            await deadline.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return QStashResult.Success();
        });

        DeliveryReply reply = await HandleAsync(route, deadline: deadline.Token);

        Assert.Equal((503, "10"), (reply.Status, Assert.Single(reply.Headers, static header => header.Key == "Retry-After").Value));
    }

    [Fact]
    public async Task Deadline_passes_while_the_handler_ignores_its_token_503_all_the_same()
    {
        using CancellationTokenSource deadline = new();
        TaskCompletionSource<QStashResult> never = new();
        DeliveryRoute route = DeliveryRoute.To<string>("orders", async (_, _, _) =>
        {
            await deadline.CancelAsync();
            return await never.Task;
        });

        DeliveryReply reply = await HandleAsync(route, deadline: deadline.Token);

        Assert.Equal(503, reply.Status);
    }

    [Fact]
    public async Task Caller_goes_while_the_handler_ignores_its_token_the_handler_keeps_its_scope_until_it_ends()
    {
        using CancellationTokenSource caller = new();
        bool ended = false;
        DeliveryRoute route = DeliveryRoute.To<string>("orders", async (_, services, _) =>
        {
            await caller.CancelAsync();
            await Task.Yield();
            services.GetRequiredService<QStashJson>();
            ended = true;
            return QStashResult.Success();
        });

        await HandleAsync(route, cancellationToken: caller.Token);

        Assert.True(ended);
    }

    [Fact]
    public async Task Handler_cancels_by_itself_500_because_nobody_asked_it_to()
    {
        DeliveryReply reply = await HandleAsync(DeliveryRoute.To<string>("orders", static (_, _, _) => throw new OperationCanceledException()));

        Assert.Equal(500, reply.Status);
    }

    [Fact]
    public async Task Handler_returns_null_500()
    {
        DeliveryReply reply = await HandleAsync(DeliveryRoute.To<string>("orders", static (_, _, _) => Task.FromResult<QStashResult>(null!)));

        Assert.Equal(500, reply.Status);
    }

    [Fact]
    public async Task Delegate_returns_null_for_a_result_500_but_null_for_a_body_is_a_success()
    {
        DeliveryReply result = await HandleAsync(DeliveryRoute.To("orders", static (QStashDelivery<string> _, CancellationToken _) => Task.FromResult<QStashResult>(null!)));
        DeliveryReply body = await HandleAsync(DeliveryRoute.To("orders", static (QStashDelivery<string> _, CancellationToken _) => Task.FromResult<Line?>(null)));

        Assert.Equal((500, 200), (result.Status, body.Status));
    }

    [Fact]
    public async Task Delegate_returns_a_typed_result_its_body_or_its_decision_is_the_answer()
    {
        DeliveryReply body = await HandleAsync(DeliveryRoute.To("orders", static (QStashDelivery<string> _, CancellationToken _) => Task.FromResult<QStashResult<Line>>(new Line(2))));
        DeliveryReply decision = await HandleAsync(DeliveryRoute.To("orders", static (QStashDelivery<string> _, CancellationToken _) => Task.FromResult<QStashResult<Line>>(QStashResult.DeadLetter("no such line"))));
        DeliveryReply nothing = await HandleAsync(DeliveryRoute.To("orders", static (QStashDelivery<string> _, CancellationToken _) => Task.FromResult<QStashResult<Line>>(null!)));

        Assert.Equal((200, """{"unitPrice":2}""", "application/json"), (body.Status, Encoding.UTF8.GetString(body.Body.Span), body.ContentType));
        Assert.Equal((489, "no such line"), (decision.Status, Encoding.UTF8.GetString(decision.Body.Span)));
        Assert.Equal(500, nothing.Status);
    }

    [Fact]
    public async Task Message_to_publish_is_null_500()
    {
        DeliveryReply reply = await HandleAsync(DeliveryRoute.To("orders", static (QStashDelivery<string> _, CancellationToken _) => Task.FromResult<QStashMessage[]>([null!])));

        Assert.Equal(500, reply.Status);
        Assert.Throws<ArgumentException>(() => QStashResult.SuccessWith("body", messages: [null!]));
    }

    [Fact]
    public async Task Exception_mapping_throws_500()
    {
        DeliveryReply reply = await HandleAsync(
            DeliveryRoute.To<string>("orders", static (_, _, _) => throw new IOException()),
            static qstash => qstash.MapException<IOException>(static _ => throw new InvalidOperationException()));

        Assert.Equal(500, reply.Status);
    }

    [Fact]
    public async Task No_route_404_for_a_genuine_delivery_and_401_for_a_forged_one()
    {
        DeliveryReply genuine = await HandleAsync(null);
        DeliveryReply forged = await HandleAsync(null, delivery: New().WithWrongKey());

        Assert.Equal((404, 401), (genuine.Status, forged.Status));
    }

    [Fact]
    public async Task Keys_cannot_be_had_503_and_the_source_is_not_asked_by_every_caller()
    {
        DownSource source = new();
        await using ServiceProvider services = Build(qstash => qstash.UseSigningKeys(source));

        for (int i = 0; i < 5; i++)
        {
            DeliveryReply reply = await HandleAsync(services, DeliveryRoute.To<string>("orders", static (_, _, _) => Task.FromResult(QStashResult.Success())), New());
            Assert.Equal((503, "Retry-After"), (reply.Status, reply.Headers.Single().Key));
        }

        Assert.Equal(1, source.Reads);
    }

    [Fact]
    public async Task Handler_is_made_and_disposed_once_a_delivery()
    {
        Counts counts = new();
        await using ServiceProvider services = Build(qstash => qstash.Services.AddSingleton(counts));
        DeliveryRoute route = DeliveryRoute.To<string, DisposableHandler>("orders");

        await HandleAsync(services, route, New());
        await HandleAsync(services, route, New());

        Assert.Equal((2, 2), (counts.Made, counts.Disposed));
    }

    [Fact]
    public async Task Success_takes_messages_in_every_form()
    {
        QStashMessage<string> a = new(Destination.Url("https://shop.example/a"), "a");
        QStashMessage<string> b = new(Destination.Url("https://shop.example/b"), "b");
        QStashMessage untyped = a;
        List<QStashMessage> list = [a, b];

        Assert.Equal("a", await PublishedAsync(QStashResult.Success(a)));
        Assert.Equal("a", await PublishedAsync(QStashResult.Success(untyped)));
        Assert.Equal("ab", await PublishedAsync(QStashResult.Success(a, b)));
        Assert.Equal("ab", await PublishedAsync(QStashResult.Success(list)));
        Assert.Equal("ab", await PublishedAsync(QStashResult.SuccessWith("body", a, b)));
    }

    [Fact]
    public void Results_can_be_read_by_middleware_and_tests()
    {
        QStashMessage<string> message = new(Destination.Url("https://shop.example/a"), "a");
        QStashResult success = QStashResult.SuccessWith(7, message);
        QStashResult retry = QStashResult.Retry(TimeSpan.FromSeconds(5));
        QStashResult dead = QStashResult.DeadLetter("why");

        Assert.Equal((QStashOutcome.Success, 7), (success.Outcome, success.Body));
        Assert.Same(message, Assert.Single(success.Messages));
        Assert.Equal((QStashOutcome.Retry, TimeSpan.FromSeconds(5)), (retry.Outcome, retry.RetryAfter));
        Assert.Equal((QStashOutcome.DeadLetter, "why"), (dead.Outcome, dead.DeadLetterReason));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(86401)]
    public void Retry_outside_a_day_is_refused(int seconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => QStashResult.Retry(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public async Task Contexts_keep_their_own_options()
    {
        DeliveryReply reply = await HandleAsync(
            DeliveryRoute.To<Line>("orders", static (delivery, _, _) => Task.FromResult(QStashResult.Success(delivery.Payload))),
            static qstash => qstash.AddJson(SnakeJson.Default),
            New().WithJson("""{"unit_price":4.5}"""));

        Assert.Equal("""{"unit_price":4.5}""", Encoding.UTF8.GetString(reply.Body.Span));
    }

    [Theory]
    [InlineData("""{"unitPrice":1}""")]
    [InlineData("\uFEFF{\"unitPrice\":1}")]
    public async Task Payload_with_or_without_a_byte_order_mark_is_read(string json)
    {
        DeliveryReply reply = await HandleAsync(DeliveryRoute.To<Line>("orders", static (_, _, _) => Task.FromResult(QStashResult.Success())), delivery: New().WithJson(json));

        Assert.Equal(200, reply.Status);
    }

    [Theory]
    [InlineData("""{"radius":2}""", "Shape")]
    [InlineData("""{"$type":"hexagon"}""", "Shape")]
    public async Task Payload_of_no_known_subtype_is_dead_lettered_and_does_not_loop(string json, string type)
    {
        DeliveryReply reply = await HandleAsync(DeliveryRoute.To<Shape>("orders", static (_, _, _) => Task.FromResult(QStashResult.Success())), delivery: New().WithJson(json));
        DeliveryReply known = await HandleAsync(
            DeliveryRoute.To<Shape>("orders", static (shape, _, _) => Task.FromResult(QStashResult.Success(((Circle)shape.Payload).Radius))), delivery: New().WithJson("""{"$type":"circle","radius":2}"""));

        Assert.Equal((489, 200), (reply.Status, known.Status));
        Assert.Contains(type, Encoding.UTF8.GetString(reply.Body.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Payloads_own_type_throws_500_as_if_the_handler_had()
    {
        DeliveryRoute route = DeliveryRoute.To<Picky>("orders", static (_, _, _) => Task.FromResult(QStashResult.Success()));

        DeliveryReply unmapped = await HandleAsync(route, delivery: New().WithJson("""{"count":-1}"""));
        DeliveryReply mapped = await HandleAsync(route, static qstash => qstash.MapException<ArgumentException>(static _ => QStashResult.DeadLetter("picky")), New().WithJson("""{"count":-1}"""));

        Assert.Equal((500, 489), (unmapped.Status, mapped.Status));
    }

    [Fact]
    public async Task Text_that_is_not_UTF8_is_dead_lettered_and_not_mangled()
    {
        DeliveryReply reply = await HandleAsync(
            DeliveryRoute.To<string>("orders", static (_, _, _) => Task.FromResult(QStashResult.Success())),
            delivery: New() with { Body = new byte[] { 0xC3, 0x28 } });

        Assert.Equal(489, reply.Status);
    }

    [Fact]
    public async Task Span_continues_the_publishers_trace_and_counters_name_route_and_result()
    {
        const string Route = "telemetry-orders";
        List<Activity> spans = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = static source => source.Name == QStashTelemetry.Name,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.DisplayName == $"process {Route}")
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        List<string> counted = [];
        using MeterListener meters = new() { InstrumentPublished = static (instrument, listener) => _ = instrument.Meter.Name == QStashTelemetry.Name && Enable(instrument, listener) };
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            Dictionary<string, object?> named = tags.ToArray().ToDictionary();
            if (named.GetValueOrDefault("qstash.route") is Route)
            {
                counted.Add($"{instrument.Name} {named.GetValueOrDefault("qstash.result") ?? named.GetValueOrDefault("qstash.reason")} {value}");
            }
        });
        meters.Start();
        await using ServiceProvider services = Build();
        DeliveryRoute route = DeliveryRoute.To<string>(Route, static (delivery, _, _) => Task.FromResult(delivery.Retried == 0 ? QStashResult.Success() : QStashResult.Retry()));
        SignedDelivery traced = New() with { MessageId = "msg_7", Headers = [new("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")] };

        await HandleAsync(services, route, traced);
        await HandleAsync(services, route, traced with { Retried = 1 });
        await HandleAsync(services, route, traced.Expired());

        Assert.Equal(["qstash.deliveries success 1", "qstash.deliveries retry 1", "qstash.refusals Expired 1"], counted);
        Assert.Equal(2, spans.Count);
        Assert.All(spans, static span =>
        {
            Assert.Equal("0af7651916cd43dd8448eb211c80319c", span.TraceId.ToHexString());
            Assert.Equal("b7ad6b7169203331", span.ParentSpanId.ToHexString());
            Assert.Equal((ActivityKind.Consumer, "msg_7"), (span.Kind, span.GetTagItem("messaging.message.id")));
        });
        Assert.Equal([ActivityStatusCode.Unset, ActivityStatusCode.Error], spans.Select(static span => span.Status));
    }

    private static bool Enable(Instrument instrument, MeterListener listener)
    {
        listener.EnableMeasurementEvents(instrument);
        return true;
    }

    private static SignedDelivery New() => new(Url, s_key);

    private static ServiceProvider Build(Action<QStashBuilder>? configure = null)
    {
        ServiceCollection services = new();
        QStashBuilder qstash = services.AddQStash(new ConfigurationBuilder().Build(), static options => (options.CurrentSigningKey, options.PublicBaseUrl) = (s_key, "https://shop.example"));
        configure?.Invoke(qstash);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
    }

    private static async Task<DeliveryReply> HandleAsync(DeliveryRoute? route, Action<QStashBuilder>? configure = null, SignedDelivery? delivery = null, CancellationToken deadline = default, CancellationToken cancellationToken = default)
    {
        await using ServiceProvider services = Build(configure);
        return await HandleAsync(services, route, delivery ?? New(), deadline, cancellationToken);
    }

    private static async Task<DeliveryReply> HandleAsync(ServiceProvider services, DeliveryRoute? route, SignedDelivery delivery, CancellationToken deadline = default, CancellationToken cancellationToken = default)
    {
        DeliveryHeaders headers = new();
        foreach ((string name, string value) in delivery.AllHeaders())
        {
            headers.Add(name, value);
        }

        await using AsyncServiceScope scope = services.CreateAsyncScope();
        RawDelivery raw = new() { Url = delivery.Url, Headers = headers, Body = DeliveryBody.FromBytes(delivery.Body), Deadline = deadline };
        return await services.GetRequiredService<DeliveryEngine>().HandleAsync(raw, route, scope.ServiceProvider, cancellationToken);
    }

    private static async Task<string> PublishedAsync(QStashResult result)
    {
        FakeQStashPublisher publisher = new();
        DeliveryReply reply = await HandleAsync(
            DeliveryRoute.To<string>("orders", (_, _, _) => Task.FromResult(result)),
            qstash => qstash.Services.AddSingleton<IQStashPublisher>(publisher));
        Assert.Equal(200, reply.Status);
        return string.Concat(publisher.Messages.Select(static message => message.Text));
    }

    public sealed record Line(decimal UnitPrice);

    [JsonDerivedType(typeof(Circle), "circle")]
    public abstract record Shape;

    public sealed record Circle(double Radius) : Shape;

    public sealed class Picky
    {
        public Picky(int count)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(count);
            Count = count;
        }

        public int Count { get; }
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
    [JsonSerializable(typeof(Line))]
    private sealed partial class SnakeJson : JsonSerializerContext;

    private sealed class Counts
    {
        public int Made { get; set; }

        public int Disposed { get; set; }
    }

    private sealed class DisposableHandler : IQStashHandler<string>, IDisposable
    {
        private readonly Counts _counts;

        public DisposableHandler(Counts counts)
        {
            _counts = counts;
            counts.Made++;
        }

        public Task<QStashResult> HandleAsync(QStashDelivery<string> delivery, CancellationToken cancellationToken) => Task.FromResult(QStashResult.Success());

        public void Dispose() => _counts.Disposed++;
    }

    private sealed class DownSource : ISigningKeySource
    {
        public int Reads { get; private set; }

        public ValueTask<IReadOnlyList<string>> GetSigningKeysAsync(string? region, CancellationToken cancellationToken)
        {
            Reads++;
            throw new HttpRequestException("the vault is down");
        }
    }
}
