using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless.AzureFunctions;
using QStash.Serverless.Testing;

namespace QStash.Serverless.Tests.AzureFunctions.Outputs;

public sealed class FunctionOutputsTests
{
    private static readonly string s_key = SignedDelivery.NewSigningKey();
    private static readonly Dictionary<string, string?> s_settings = new()
    {
        ["Shop:Url"] = "https://shop.example/{region}",
        ["Shop:Delay"] = "1h",
        ["Empty"] = " ",
    };

    [Fact]
    public void Function_without_outputs_publishes_nothing()
    {
        FunctionOutputs outputs = Of(nameof(Functions.Nothing));

        Assert.True(outputs.IsEmpty);
        Assert.Empty(Collect(outputs, new Receipt("o-1")));
    }

    [Theory]
    [InlineData(nameof(Functions.OneValue))]
    [InlineData(nameof(Functions.TypedResult))]
    [InlineData(nameof(Functions.PlainResult))]
    public void Return_value_is_one_message_as_JSON(string function)
    {
        FunctionOutputs outputs = Of(function);

        QStashMessage message = Assert.Single(Collect(outputs, new Receipt("o-1")));

        Assert.True(outputs.IsReturnValue);
        Assert.Equal(("receipts", true), (message.Destination.Value, message.Destination.IsUrlGroup));
        Assert.Equal("""application/json {"orderId":"o-1"}""", Sent(message));
    }

    [Fact]
    public void Null_is_no_message()
    {
        Assert.Empty(Collect(Of(nameof(Functions.OneValue)), null));
        Assert.Equal(["o-1", "o-2"], Collect(Of(nameof(Functions.Many)), new[] { new Receipt("o-1"), null, new Receipt("o-2") }).Select(static message => Sent(message)[^6..^2].Trim('"')));
        Assert.Empty(Collect(Of(nameof(Functions.Properties)), new Functions.Outcome()));
        Assert.Empty(Collect(Of(nameof(Functions.Properties)), null));
    }

    public static TheoryData<string, object, string[]> Values => new()
    {
        { nameof(Functions.Text), "hello", ["text/plain hello"] },
        { nameof(Functions.Text), "", ["text/plain "] },
        { nameof(Functions.Bytes), "bytes"u8.ToArray(), [" bytes"] },
        { nameof(Functions.Memory), (ReadOnlyMemory<byte>)"bytes"u8.ToArray(), [" bytes"] },
        { nameof(Functions.Many), new[] { new Receipt("1"), new Receipt("2") }, ["""application/json {"orderId":"1"}""", """application/json {"orderId":"2"}"""] },
        { nameof(Functions.Texts), new List<string> { "a", "b" }, ["text/plain a", "text/plain b"] },
        { nameof(Functions.Dictionary), new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 }, ["""application/json {"a":1,"b":2}"""] },
        { nameof(Functions.Document), new System.Text.Json.Nodes.JsonArray(1, 2), ["application/json [1,2]"] },
        { nameof(Functions.Polymorphic), new Shipped("1"), ["""application/json {"$type":"shipped","orderId":"1"}"""] },
        { nameof(Functions.Number), 7, ["application/json 7"] },
        { nameof(Functions.Anything), new Receipt("1"), ["""application/json {"orderId":"1"}"""] },
        { nameof(Functions.Anything), new object[] { "a", new Receipt("1") }, ["text/plain a", """application/json {"orderId":"1"}"""] },
        { nameof(Functions.Anything), "a", ["text/plain a"] },
        { nameof(Functions.Anything), new object(), ["application/json {}"] },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Value_is_sent_as_what_it_is(string function, object value, string[] sent) => Assert.Equal(sent, Collect(Of(function), value).Select(Sent));

    [Fact]
    public void Message_goes_where_it_says()
    {
        QStashMessage<Receipt> own = new(Destination.Url("https://own.example/"), new Receipt("1")) { Queue = "own" };

        QStashMessage message = Assert.Single(Collect(Of(nameof(Functions.Addressed)), own));

        Assert.Equal(("https://own.example/", "own", own.Payload), (message.Destination.Value, message.Queue?.Name, Assert.IsType<QStashMessage<Receipt>>(message).Payload));
    }

    [Fact]
    public void Message_takes_what_it_leaves_unset_from_the_attribute()
    {
        Destination destination = Destination.Url("https://own.example/");
        QStashMessage[] own =
        [
            new QStashMessage<string>(destination, "bare"),
            new QStashMessage<string>(destination, "full")
            {
                Queue = "own",
                Options = new() { NotBefore = DateTimeOffset.UnixEpoch, Retries = 1, Labels = ["b", "c"], DeduplicationId = "mine", Timeout = TimeSpan.FromSeconds(3) },
            },
        ];

        IReadOnlyList<QStashMessage> messages = Collect(Of(nameof(Functions.Completed)), own);

        Assert.Equal(["receipts", "own"], messages.Select(static message => message.Queue?.Name));
        PublishOptions bare = messages[0].Options;
        Assert.Equal((TimeSpan.FromMinutes(1), 5, "a", true, null, TimeSpan.FromSeconds(10)), (bare.Delay, bare.Retries, Assert.Single(bare.Labels), bare.ContentBasedDeduplication, bare.DeduplicationId, bare.Timeout));
        PublishOptions full = messages[1].Options;
        Assert.Equal((null, DateTimeOffset.UnixEpoch, 1, "b,c", null, "mine", TimeSpan.FromSeconds(3)), (full.Delay, full.NotBefore, full.Retries, string.Join(',', full.Labels), full.ContentBasedDeduplication, full.DeduplicationId, full.Timeout));
    }

    [Fact]
    public async Task Everything_an_attribute_can_say_reaches_the_message()
    {
        FunctionOutputs outputs = Of(nameof(Functions.Everything), route: "{region:regex(^\\d{{2}}$)=eu}/{*id}", hasDelivery: true);
        QStashMessage? message = null;
        FakeQStashPublisher publisher = new();

        await HandleAsync(publisher, delivery => [message = Assert.Single(outputs.Collect("text", delivery, new Dictionary<string, string> { ["region"] = "eu", ["ID"] = "a/b c" }))]);

        Assert.Equal("https://shop.example/eu/orders/a%2Fb%20c?by=msg_1&off=10%", message!.Destination.Value);
        Assert.Equal("q-eu", message.Queue?.Name);
        Assert.Equal(
            new PublishOptions
            {
                Method = HttpMethod.Put,
                ContentType = "text/plain",
                Delay = TimeSpan.FromHours(1),
                Timeout = TimeSpan.FromSeconds(30),
                Retries = 0,
                RetryDelay = RetryDelayExpression.Parse("1000 * retried"),
                FlowControl = new("shop-eu", FlowControlValue.Parse("rate=5, period=1m")),
                Labels = message.Options.Labels,
            },
            message.Options with { Callback = null, FailureCallback = null, Headers = [], RawHeaders = [] });
        Assert.Equal(["orders", "eu"], message.Options.Labels);
        Assert.Equal(("https://shop.example/eu", "https://shop.example/eu/failed"), (message.Options.Callback!.Url, message.Options.FailureCallback!.Url));
        Assert.Single(publisher.Messages);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public void Token_without_a_usable_value_fails_the_function(string id)
    {
        FunctionOutputs outputs = Of(nameof(Functions.Everything), route: "{region}/{id}", hasDelivery: true);

        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => Collect(outputs, "text", new() { ["region"] = "eu", ["id"] = id, ["messageId"] = "m" }));

        Assert.StartsWith("Function 'Everything', output 'return': the token '{id}' has ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Token_that_breaks_a_name_fails_the_function()
    {
        FunctionOutputs outputs = Of(nameof(Functions.Everything), route: "{region}/{id}", hasDelivery: true);

        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => Collect(outputs, "text", new() { ["region"] = "a b", ["id"] = "1", ["messageId"] = "m" }));

        Assert.StartsWith("Function 'Everything', output 'return': 'q-a b' is not a QStash name", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(Functions.Properties))]
    [InlineData(nameof(Functions.InheritedProperties))]
    public async Task Named_outputs_have_ids_of_their_own(string function)
    {
        FunctionOutputs outputs = Of(function, hasDelivery: true);
        Functions.Derived returned = new() { Receipt = new("1"), Lines = ["a", null!, "b"] };
        FakeQStashPublisher publisher = new();

        DeliveryReply reply = await HandleAsync(publisher, delivery => outputs.Collect(returned, delivery, delivery.RouteValues), "place order");

        Assert.Equal(200, reply.Status);
        Assert.Equal(
            ["msg_1.place_order.Receipt.0 {\"orderId\":\"1\"}", "msg_1.place_order.Lines.0 a", "msg_1.place_order.Lines.2 b"],
            publisher.Messages.OrderByDescending(static message => message.Options.DeduplicationId!.Split('.')[2]).Select(static message => $"{message.Options.DeduplicationId} {message.Text}"));
    }

    [Fact]
    public async Task Messages_of_the_result_keep_their_ids_beside_outputs()
    {
        FunctionOutputs outputs = Of(nameof(Functions.OneValue), hasDelivery: true);
        FakeQStashPublisher publisher = new();

        await HandleAsync(publisher, delivery => [new QStashMessage<string>(Destination.UrlGroup("g"), "first"), .. outputs.Collect(new Receipt("1"), delivery, delivery.RouteValues)]);

        Assert.Equal(["msg_1.fn.messages.0", "msg_1.fn.return.0"], publisher.Messages.Select(static message => message.Options.DeduplicationId));
    }

    [Fact]
    public async Task Connection_publishes_with_its_own_account()
    {
        FunctionOutputs outputs = Of(nameof(Functions.Connected));
        FakeQStashPublisher main = new();
        FakeQStashPublisher billing = new();

        DeliveryReply reply = await HandleAsync(main, delivery => outputs.Collect("bill", delivery, delivery.RouteValues), configure: services => services.AddKeyedSingleton<IQStashPublisher>("Billing", billing));

        Assert.Equal((200, 0, "bill"), (reply.Status, main.Messages.Count, Assert.Single(billing.Messages).Text));
    }

    [Fact]
    public async Task Output_that_cannot_be_published_fails_the_delivery_and_those_after_it_wait()
    {
        FunctionOutputs outputs = Of(nameof(Functions.Texts));
        FakeQStashPublisher publisher = new();
        publisher.FailNext(new HttpRequestException("down"));

        DeliveryReply failed = await HandleAsync(publisher, delivery => outputs.Collect(new[] { "a", "b" }, delivery, delivery.RouteValues));
        int afterFailure = publisher.Messages.Count;
        DeliveryReply again = await HandleAsync(publisher, delivery => outputs.Collect(new[] { "a", "b" }, delivery, delivery.RouteValues));

        Assert.Equal((500, 0, 200), (failed.Status, afterFailure, again.Status));
        Assert.Equal(["a", "b"], publisher.Messages.Select(static message => message.Text));
    }

    [Fact]
    public async Task Function_with_another_trigger_publishes_in_order_and_fails_with_its_publisher()
    {
        FunctionOutputs outputs = Of(nameof(Functions.Texts));
        FakeQStashPublisher publisher = new();
        await using ServiceProvider services = new ServiceCollection().AddSingleton<IQStashPublisher>(publisher).BuildServiceProvider();

        await FunctionOutputs.PublishAsync("nightly", Collect(outputs, new[] { "a", "b" }), services, CancellationToken.None);
        publisher.FailNext(new HttpRequestException("down"));
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() => FunctionOutputs.PublishAsync("nightly", Collect(outputs, new[] { "c", "d" }), services, CancellationToken.None));

        Assert.Equal(["a", "b"], publisher.Messages.Select(static message => message.Text));
        Assert.All(publisher.Messages, static message => Assert.Null(message.Options.DeduplicationId));
        Assert.Equal("Function 'nightly', output 'return': message 1 of 2 could not be published, so the function failed: down", failure.Message);
    }

    [Fact]
    public async Task Function_that_is_told_to_stop_stops_publishing()
    {
        FakeQStashPublisher publisher = new();
        await using ServiceProvider services = new ServiceCollection().AddSingleton<IQStashPublisher>(publisher).BuildServiceProvider();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FunctionOutputs.PublishAsync("nightly", Collect(Of(nameof(Functions.Text)), "a"), services, new CancellationToken(canceled: true)));
    }

    internal static ServiceProvider Services(Action<IServiceCollection>? configure = null)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(s_settings).Build();
        ServiceCollection services = new();
        services.AddSingleton(configuration);
        services.AddQStash(configuration, static options => options.CurrentSigningKey = s_key);
        services.AddSingleton<IQStashPublisher>(new FakeQStashPublisher());
        services.AddKeyedSingleton<IQStashPublisher>("Billing", new FakeQStashPublisher());
        configure?.Invoke(services);
        return services.BuildServiceProvider();
    }

    private static FunctionOutputs Of(string function, string? route = null, bool hasDelivery = false)
    {
        using ServiceProvider services = Services();
        return FunctionOutputs.Of(function, Functions.Method(function), route, hasDelivery, services);
    }

    private static IReadOnlyList<QStashMessage> Collect(FunctionOutputs outputs, object? returned, Dictionary<string, string>? routeValues = null) =>
        outputs.Collect(returned, delivery: null, routeValues ?? []);

    private static string Sent(QStashMessage message)
    {
        EncodedPayload payload = message.Encode(new QStashJson());
        return $"{payload.ContentType} {Encoding.UTF8.GetString(payload.Body.Span)}";
    }

    private static async Task<DeliveryReply> HandleAsync(
        FakeQStashPublisher publisher, Func<QStashDelivery, IReadOnlyList<QStashMessage>> collect, string function = "fn", Action<IServiceCollection>? configure = null)
    {
        await using ServiceProvider services = Services(services =>
        {
            services.AddSingleton<IQStashPublisher>(publisher);
            configure?.Invoke(services);
        });
        SignedDelivery delivery = new("https://shop.example/orders", s_key) { MessageId = "msg_1" };
        DeliveryHeaders headers = new();
        foreach ((string name, string value) in delivery.AllHeaders())
        {
            headers.Add(name, value);
        }

        RawDelivery raw = new() { Url = delivery.Url, Headers = headers, Body = DeliveryBody.FromBytes(delivery.Body) };
        DeliveryRoute route = DeliveryRoute.To(function, (QStashDelivery verified, IServiceProvider _, CancellationToken _) => Task.FromResult(QStashResult.Success(collect(verified))));
        return await services.GetRequiredService<DeliveryEngine>().HandleAsync(raw, route, services, CancellationToken.None);
    }
}
