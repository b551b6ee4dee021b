using System.Text.Json.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Http;
using QStash.Serverless.AzureFunctions;

namespace QStash.Serverless.HostTests.AzureFunctions;

public sealed class StartupErrorTests : FunctionsTest
{
    [Theory]
    [InlineData(typeof(SameRoute), "'first'", "'second'", "the same route 'orders/{number}'")]
    [InlineData(typeof(RouteOfAnHttpFunction), "'plain'", "'orders'", "the same route")]
    [InlineData(typeof(StreamParameter), "'f', parameter 'body'", "System.IO.Stream", "use QStashDelivery<T>")]
    [InlineData(typeof(RequestParameter), "'f', parameter 'request'", "HttpRequestData", "use QStashDelivery<T>")]
    [InlineData(typeof(MemoryParameter), "'f', parameter 'body'", "ReadOnlyMemory<byte>")]
    [InlineData(typeof(StreamDelivery), "'f', parameter 'delivery'", "use QStashDelivery<T>")]
    [InlineData(typeof(TwoTriggers), "'f', parameter 'delivery'", "a second trigger, 'timer'", "split it in two")]
    [InlineData(typeof(TwoQStashTriggers), "'f', parameter 'one'", "a second trigger, 'two'")]
    [InlineData(typeof(Retried), "'f', parameter 'delivery'", "[FixedDelayRetry]", "QStash is what retries")]
    [InlineData(typeof(LeadingSlash), "'f', parameter 'delivery'", "'/orders'", "without a leading slash")]
    [InlineData(typeof(NoRoute), "'f', parameter 'delivery'", "the route ''")]
    [InlineData(typeof(Converter), "'f', parameter 'purchase'", "[InputConverter]", "remove it")]
    [InlineData(typeof(ConvertedPayload), "'f', parameter 'payload'", "QStashDelivery<WithConverter>")]
    [InlineData(typeof(MethodOutput), "'f', parameter 'delivery'", "put it on a property")]
    [InlineData(typeof(HttpAnswer), "'f', parameter 'delivery'", "HttpResponseData", "QStashResult")]
    [InlineData(typeof(HttpMember), "'f', parameter 'delivery'", "WithHttpMember", "QStashResult")]
    [InlineData(typeof(TwoResults), "'f', parameter 'delivery'", "2 properties", "One, Two", "leave one")]
    [InlineData(typeof(MessageInsideResult), "'f', parameter 'delivery'", "QStashResult<QStashMessage<String>>", "QStashResult.Success(message)")]
    [InlineData(typeof(PublishedWhole), "'f', parameter 'delivery'", "all of WithTwoParts", "put it on the property")]
    [InlineData(typeof(UnreadablePayload), "'f', parameter 'payload'", "number")]
    [InlineData(typeof(UnwritableBody), "'f', parameter 'delivery'", "number")]
    [InlineData(typeof(OutputInsideResult), "'f', parameter 'delivery'", "the output 'Audit'", "property of type QStashResult beside it")]
    public async Task Function_is_wrong_the_app_does_not_start_and_the_text_names_function_parameter_and_fix(Type function, params string[] parts)
    {
        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(function));

        Assert.All(parts, part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(typeof(SameRoute), typeof(StreamParameter)));

        Assert.Contains("'second'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("System.IO.Stream", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Same_route_with_other_methods_is_no_clash()
    {
        await StartAsync(typeof(OtherMethods));

        Assert.Equal(200, (await DeliverAsync(Delivery("/api/orders"))).Status);
        Assert.Equal(200, (await DeliverAsync(Delivery("/api/orders") with { Method = HttpMethod.Put })).Status);
    }

    [Fact]
    public async Task UseQStash_is_missing_the_app_does_not_start_and_the_text_names_it()
    {
        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => QStashFunctionsHarness.StartAsync(Prepare, typeof(OtherMethods)));

        Assert.Contains("UseQStash() is missing", exception.Message, StringComparison.Ordinal);
        Assert.Contains("put-orders", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UseQStash_is_missing_and_nothing_needs_it_the_app_starts()
    {
        await using QStashFunctionsHarness app = await QStashFunctionsHarness.StartAsync(Prepare, typeof(Plain));
    }

    [Fact]
    public async Task UseQStash_comes_before_ASP_NET_Core_integration_the_app_does_not_start_and_the_text_names_the_order()
    {
        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(static (builder, _) => builder.UseAspNetCoreIntegrationInName(), typeof(OtherMethods)));

        Assert.Contains("Call ConfigureFunctionsWebApplication() first, then UseQStash()", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UseQStash_is_called_twice_deliveries_are_handled_once()
    {
        await StartAsync(static (builder, _) => builder.UseQStash(), typeof(OtherMethods));

        Assert.Equal(200, (await DeliverAsync(Delivery("/api/orders"))).Status);
        Assert.Single(Seen);
    }

    private sealed class SameRoute
    {
        [Function("first")]
        public static void First([QStashTrigger("Orders/{id}")] QStashDelivery delivery)
        {
        }

        [Function("second")]
        public static void Second([QStashTrigger("orders/{number}")] QStashDelivery delivery)
        {
        }
    }

    private sealed class RouteOfAnHttpFunction
    {
        [Function("plain")]
        public static string Plain([HttpTrigger(AuthorizationLevel.Anonymous, Route = "orders")] object request) => "";

        [Function("orders")]
        public static void Orders([QStashTrigger] QStashDelivery delivery)
        {
        }
    }

    private sealed class OtherMethods(List<string> seen)
    {
        [Function("orders")]
        public void Orders([QStashTrigger] QStashDelivery delivery) => seen.Add("orders");

        [Function("put-orders")]
        public void Put([QStashTrigger("orders", Methods = ["PUT"])] QStashDelivery delivery) => seen.Add("put");
    }

    private sealed class Plain
    {
        [Function("plain")]
        public static string Run([HttpTrigger(AuthorizationLevel.Anonymous)] object request) => "";
    }

    private sealed class StreamParameter
    {
        [Function("f")]
        public static void Run([QStashTrigger] Stream body)
        {
        }
    }

    private sealed class RequestParameter
    {
        [Function("f")]
        public static void Run([QStashTrigger] HttpRequestData request)
        {
        }
    }

    private sealed class MemoryParameter
    {
        [Function("f")]
        public static void Run([QStashTrigger] Memory<byte> body)
        {
        }
    }

    private sealed class StreamDelivery
    {
        [Function("f")]
        public static void Run([QStashTrigger] QStashDelivery<Stream> delivery)
        {
        }
    }

    private sealed class TwoTriggers
    {
        [Function("f")]
        public static void Run([QStashTrigger] QStashDelivery delivery, [TimerTrigger("0 0 2 * * *")] TimerInfo timer)
        {
        }
    }

    private sealed class TwoQStashTriggers
    {
        [Function("f")]
        public static void Run([QStashTrigger] QStashDelivery one, [QStashTrigger("two")] QStashDelivery two)
        {
        }
    }

    private sealed class Retried
    {
        [Function("f")]
        [FixedDelayRetry(3, "00:00:05")]
        public static void Run([QStashTrigger] QStashDelivery delivery)
        {
        }
    }

    private sealed class LeadingSlash
    {
        [Function("f")]
        public static void Run([QStashTrigger("/orders")] QStashDelivery delivery)
        {
        }
    }

    private sealed class NoRoute
    {
        [Function("f")]
        public static void Run([QStashTrigger("")] QStashDelivery delivery)
        {
        }
    }

    private sealed class Converter
    {
        [Function("f")]
        public static void Run([QStashTrigger, InputConverter(typeof(IInputConverter))] Purchase purchase)
        {
        }
    }

    [InputConverter(typeof(IInputConverter))]
    public sealed record WithConverter(string Id);

    private sealed class ConvertedPayload
    {
        [Function("f")]
        public static void Run([QStashTrigger] WithConverter payload)
        {
        }
    }

    private sealed class MethodOutput
    {
        [Function("f")]
        [QueueOutput("audit")]
        public static string Run([QStashTrigger] QStashDelivery delivery) => "";
    }

    private sealed class HttpAnswer
    {
        [Function("f")]
        public static Task<HttpResponseData> Run([QStashTrigger] QStashDelivery delivery) => throw new NotSupportedException();
    }

    public sealed class WithHttpMember
    {
        [HttpResult]
        public string? Response { get; init; }

        [QueueOutput("audit")]
        public string? Audit { get; init; }
    }

    private sealed class HttpMember
    {
        [Function("f")]
        public static WithHttpMember Run([QStashTrigger] QStashDelivery delivery) => new();
    }

    public sealed class WithTwoResults
    {
        public QStashResult? One { get; init; }

        public QStashResult<string>? Two { get; init; }
    }

    private sealed class TwoResults
    {
        [Function("f")]
        public static WithTwoResults Run([QStashTrigger] QStashDelivery delivery) => new();
    }

    /// <summary>JSON metadata that cannot be had, as that of a type which no context knows when reflection is disabled.</summary>
    public sealed class NoMetadata
    {
        [JsonPropertyName("number")]
        public int One { get; init; }

        [JsonPropertyName("number")]
        public int Two { get; init; }
    }

    private sealed class UnreadablePayload
    {
        [Function("f")]
        public static void Run([QStashTrigger] NoMetadata payload)
        {
        }
    }

    private sealed class UnwritableBody
    {
        [Function("f")]
        public static QStashResult<NoMetadata> Run([QStashTrigger] QStashDelivery delivery) => new NoMetadata();
    }

    private sealed class MessageInsideResult
    {
        [Function("f")]
        public static QStashResult<QStashMessage<string>> Run([QStashTrigger] QStashDelivery delivery) => QStashResult.Success();
    }

    public sealed class WithTwoParts
    {
        public QStashResult? Answer { get; init; }

        public string? Other { get; init; }
    }

    private sealed class PublishedWhole
    {
        [Function("f")]
        [QStashOutput(UrlGroup = "receipts")]
        public static WithTwoParts Run([QStashTrigger] QStashDelivery delivery) => new();
    }

    public sealed class WithAudit
    {
        [QueueOutput("audit")]
        public string? Audit { get; init; }
    }

    private sealed class OutputInsideResult
    {
        [Function("f")]
        public static QStashResult<WithAudit> Run([QStashTrigger] QStashDelivery delivery) => new WithAudit();
    }
}
