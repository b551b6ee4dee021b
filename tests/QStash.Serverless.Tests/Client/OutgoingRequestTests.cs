using System.Diagnostics;
using System.Text;
using System.Text.Json;
using QStash.Serverless.Client;

namespace QStash.Serverless.Tests.Client;

public sealed class OutgoingRequestTests
{
    private static readonly Destination s_shop = Destination.Url("https://shop.example/api/orders");
    private static readonly PublishSettings s_settings = new(new QStashJson(), IsHosted: true) { NewId = () => "new-id" };

    /// <summary>One row for each header of protocol section 3 that a publish takes: option, header name, value.</summary>
    public static TheoryData<string, PublishOptions, string, string> Options => new()
    {
        { "Method", new() { Method = HttpMethod.Put }, "Upstash-Method", "PUT" },
        { "ContentType", new() { ContentType = "application/cloudevents+json" }, "Content-Type", "application/cloudevents+json" },
        { "Headers", new() { Headers = [new("X-Tenant", "t-9")] }, "Upstash-Forward-X-Tenant", "t-9" },
        { "ForwardRequestHeaders", new() { ForwardRequestHeaders = true }, "Upstash-Header-Forward", "true" },
        { "Delay", new() { Delay = new TimeSpan(1, 10, 30, 0) }, "Upstash-Delay", "1d10h30m" },
        { "Delay of zero", new() { Delay = TimeSpan.Zero }, "Upstash-Delay", "0s" },
        { "Delay with a fraction", new() { Delay = TimeSpan.FromMilliseconds(1001) }, "Upstash-Delay", "2s" },
        { "NotBefore", new() { NotBefore = DateTimeOffset.FromUnixTimeSeconds(1_900_000_060) }, "Upstash-Not-Before", "1900000060" },
        { "NotBefore with a fraction", new() { NotBefore = DateTimeOffset.FromUnixTimeMilliseconds(1_900_000_060_001) }, "Upstash-Not-Before", "1900000061" },
        { "Timeout", new() { Timeout = TimeSpan.FromSeconds(90) }, "Upstash-Timeout", "1m30s" },
        { "Retries", new() { Retries = 0 }, "Upstash-Retries", "0" },
        { "RetryDelay", new() { RetryDelay = RetryDelayExpression.Parse("pow(2, retried) * 1000") }, "Upstash-Retry-Delay", "pow(2, retried) * 1000" },
        { "Callback", new() { Callback = new("https://a.example/done?x=%7E") }, "Upstash-Callback", "https://a.example/done?x=%7E" },
        { "Callback.Method", new() { Callback = new("https://a.example") { Method = HttpMethod.Patch } }, "Upstash-Callback-Method", "PATCH" },
        { "Callback.Timeout", new() { Callback = new("https://a.example") { Timeout = TimeSpan.FromSeconds(30) } }, "Upstash-Callback-Timeout", "30s" },
        { "Callback.Retries", new() { Callback = new("https://a.example") { Retries = 1 } }, "Upstash-Callback-Retries", "1" },
        { "Callback.RetryDelay", new() { Callback = new("https://a.example") { RetryDelay = RetryDelayExpression.Parse("1000") } }, "Upstash-Callback-Retry-Delay", "1000" },
        { "Callback.Delay", new() { Callback = new("https://a.example") { Delay = TimeSpan.FromSeconds(5) } }, "Upstash-Callback-Delay", "5s" },
        { "Callback.Headers", new() { Callback = new("https://a.example") { Headers = [new("X-A", "1")] } }, "Upstash-Callback-Forward-X-A", "1" },
        { "FailureCallback", new() { FailureCallback = new("https://b.example") }, "Upstash-Failure-Callback", "https://b.example" },
        { "FailureCallback.Method", new() { FailureCallback = new("https://b.example") { Method = HttpMethod.Get } }, "Upstash-Failure-Callback-Method", "GET" },
        { "FailureCallback.Timeout", new() { FailureCallback = new("https://b.example") { Timeout = TimeSpan.FromHours(1) } }, "Upstash-Failure-Callback-Timeout", "1h" },
        { "FailureCallback.Retries", new() { FailureCallback = new("https://b.example") { Retries = 2 } }, "Upstash-Failure-Callback-Retries", "2" },
        { "FailureCallback.RetryDelay", new() { FailureCallback = new("https://b.example") { RetryDelay = RetryDelayExpression.Parse("2000") } }, "Upstash-Failure-Callback-Retry-Delay", "2000" },
        { "FailureCallback.Delay", new() { FailureCallback = new("https://b.example") { Delay = TimeSpan.FromSeconds(6) } }, "Upstash-Failure-Callback-Delay", "6s" },
        { "FailureCallback.Headers", new() { FailureCallback = new("https://b.example") { Headers = [new("X-B", "2")] } }, "Upstash-Failure-Callback-Forward-X-B", "2" },
        { "DeduplicationId", new() { DeduplicationId = "order-42" }, "Upstash-Deduplication-Id", "order-42" },
        { "ContentBasedDeduplication", new() { ContentBasedDeduplication = true }, "Upstash-Content-Based-Deduplication", "true" },
        { "ContentBasedDeduplication off", new() { ContentBasedDeduplication = false }, "Upstash-Content-Based-Deduplication", "false" },
        { "Labels", new() { Labels = ["orders", "eu"] }, "Upstash-Label", "orders,eu" },
        { "FlowControl.Key", new() { FlowControl = new("tenant 9", new() { Rate = 10 }) }, "Upstash-Flow-Control-Key", "tenant 9" },
        { "FlowControl.Limits", new() { FlowControl = new("k", new() { Parallelism = 3, Rate = 5, Period = TimeSpan.FromMinutes(1) }) }, "Upstash-Flow-Control-Value", "parallelism=3, rate=5, period=1m" },
        { "Redact.Body", new() { Redact = new() { Body = true } }, "Upstash-Redact-Fields", "body" },
        { "Redact.AllHeaders", new() { Redact = new() { Body = true, AllHeaders = true, Headers = ["X-A"] } }, "Upstash-Redact-Fields", "body,header" },
        { "Redact.Headers", new() { Redact = new() { Headers = ["Authorization", "X-A"] } }, "Upstash-Redact-Fields", "header[Authorization],header[X-A]" },
        { "RawHeaders", new() { RawHeaders = [new("Upstash-New-Thing", "1, 2")] }, "Upstash-New-Thing", "1, 2" },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void Option_BecomesItsHeaderAndNothingElse(string option, PublishOptions options, string header, string value)
    {
        OutgoingRequest request = Publish(options);

        Assert.Equal(value, Assert.Single(request.Headers, pair => pair.Key == header).Value);
        string[] companions = option switch
        {
            _ when header.StartsWith("Upstash-Callback-", StringComparison.Ordinal) => ["Upstash-Callback"],
            _ when header.StartsWith("Upstash-Failure-Callback-", StringComparison.Ordinal) => ["Upstash-Failure-Callback"],
            "FlowControl.Key" => ["Upstash-Flow-Control-Value"],
            "FlowControl.Limits" => ["Upstash-Flow-Control-Key"],
            _ => [],
        };
        Assert.Empty(request.Headers.Select(pair => pair.Key).Except([header, "Content-Type", "Upstash-Deduplication-Id", .. companions]));
    }

    [Fact]
    public void NothingSet_SendsOnlyTheContentTypeAndADeduplicationId()
    {
        OutgoingRequest request = Publish(new());

        Assert.Equal([new("Content-Type", "application/json"), new("Upstash-Deduplication-Id", "new-id")], request.Headers);
    }

    [Theory]
    [InlineData("https://shop.example/a/../b//c?q=%7E%2f&r=a+b")]
    [InlineData("HTTP://Shop.Example:80/%7euser/")]
    [InlineData("https://user:pass@shop.example")]
    public void Url_IsTheTailOfThePathAsGiven(string url)
    {
        Assert.Equal("/v2/publish/" + url, Publish(new(), Destination.Url(url)).Path);
        Assert.Equal("/v2/enqueue/fifo.1/" + url, OutgoingRequest.Publish(Wire(new QStashMessage<string>(Destination.Url(url), "x") { Queue = "fifo.1" })).Path);
    }

    [Fact]
    public void UrlGroup_IsTheTailOfThePath() => Assert.Equal("/v2/publish/my-group", Publish(new(), Destination.UrlGroup("my-group")).Path);

    [Fact]
    public void ShownRequest_LeavesOutQueryAndUserInformation()
    {
        OutgoingRequest request = Publish(new(), Destination.Url("https://user:secret@shop.example/api?code=secret"));

        Assert.Equal("POST /v2/publish/https://shop.example/api?...", request.Shown);
    }

    [Fact]
    public void Payload_IsSentAsItsTypeSays()
    {
        Assert.Equal(("""{"orderId":42}""", "application/json"), BodyOf(new { OrderId = 42 }));
        Assert.Equal(("çay", "text/plain"), BodyOf("çay"));
        Assert.Equal(("\u0001\u0002", null), BodyOf(new byte[] { 1, 2 }));
        Assert.Equal(("\u0001", null), BodyOf(new ReadOnlyMemory<byte>([1])));
        Assert.Equal(("\u0001", null), BodyOf(new Memory<byte>([1])));
    }

    [Fact]
    public void ContentTypeOption_BeatsThePayloadsOwn() => Assert.Equal("text/csv", Header(OutgoingRequest.Publish(Wire(new QStashMessage<string>(s_shop, "a,b") { Options = new() { ContentType = "text/csv" } })), "Content-Type"));

    [Fact]
    public void NullPayload_IsRefused() => Assert.Throws<ArgumentNullException>(() => new QStashMessage<string?>(s_shop, null));

    [Fact]
    public void RepeatedHeader_IsJoinedAsHttpDoes()
    {
        OutgoingRequest request = Publish(new() { Headers = [new("X-A", "1"), new("Cookie", "a=1"), new("x-a", "2"), new("cookie", "b=2")] });

        Assert.Equal("1, 2", Header(request, "Upstash-Forward-X-A"));
        Assert.Equal("a=1; b=2", Header(request, "Upstash-Forward-Cookie"));
    }

    [Fact]
    public void RawHeader_ReplacesTheTypedOption()
    {
        OutgoingRequest request = Publish(new() { Retries = 3, RawHeaders = [new("upstash-retries", "weird"), new("content-type", "a/b"), new("Upstash-Deduplication-Id", "raw")] });

        Assert.Equal([new("upstash-retries", "weird"), new("content-type", "a/b"), new("Upstash-Deduplication-Id", "raw")], request.Headers);
    }

    [Theory]
    [InlineData(null, null, true, "new-id")]
    [InlineData("mine", null, true, "mine")]
    [InlineData(null, true, true, null)]
    [InlineData(null, false, true, "new-id")]
    public void DeduplicationId_IsMadeUnlessTheMessageIsRecognisableAnyway(string? id, bool? contentBased, bool repeatable, string? sent)
    {
        OutgoingRequest request = Publish(new() { DeduplicationId = id, ContentBasedDeduplication = contentBased });

        Assert.Equal(sent, request.Headers.FirstOrDefault(pair => pair.Key == "Upstash-Deduplication-Id").Value);
        Assert.Equal(repeatable, request.IsRepeatable);
    }

    [Fact]
    public void RawHeadersWithoutRecognition_MakeTheRequestUnrepeatable()
    {
        OutgoingRequest request = Publish(new() { RawHeaders = [new("Upstash-Deduplication-Id", "")] });

        Assert.Equal("", Header(request, "Upstash-Deduplication-Id"));
        Assert.False(request.IsRepeatable);
    }

    [Fact]
    public void GeneratedIds_AreNewForEachMessage()
    {
        PublishSettings settings = new(new QStashJson(), IsHosted: false);
        HashSet<string?> ids = [.. Enumerable.Range(0, 1000).Select(_ => WireMessage.Of(new QStashMessage<string>(s_shop, "x"), settings, "message").DeduplicationId)];

        Assert.Equal(1000, ids.Count);
        Assert.All(ids, id => Assert.True(QStashName.IsValidDeduplicationId(id)));
    }

    [Fact]
    public void DefaultHeader_GivesWayToTheMessages()
    {
        PublishSettings settings = s_settings with { DefaultHeaders = [new("X-App", "shop"), new("X-Tenant", "none")] };
        WireMessage wire = WireMessage.Of(new QStashMessage<string>(s_shop, "x") { Options = new() { Headers = [new("x-tenant", "9")] } }, settings, "message");

        Assert.Equal("shop", Assert.Single(wire.Headers, pair => pair.Key == "Upstash-Forward-X-App").Value);
        Assert.Equal("9", Assert.Single(wire.Headers, pair => pair.Key.Equals("Upstash-Forward-X-Tenant", StringComparison.OrdinalIgnoreCase)).Value);
    }

    [Fact]
    public void Activity_IsForwardedUnlessTheMessageForbidsIt()
    {
        using Activity activity = new Activity("publishing").SetIdFormat(ActivityIdFormat.W3C).Start();
        activity.TraceStateString = "vendor=1";
        PublishSettings settings = s_settings with { Trace = activity };

        IReadOnlyList<KeyValuePair<string, string>> HeadersWith(PublishOptions options) => WireMessage.Of(new QStashMessage<string>(s_shop, "x") { Options = options }, settings, "message").Headers;
        Assert.Contains(new("Upstash-Forward-traceparent", activity.Id!), HeadersWith(new()));
        Assert.Contains(new("Upstash-Forward-tracestate", "vendor=1"), HeadersWith(new()));
        Assert.DoesNotContain(HeadersWith(new() { Headers = [new("TraceParent", "mine")] }), pair => pair.Value == activity.Id || pair.Value == "vendor=1");
        // Forwarded headers count as content: a trace id would make equal messages differ.
        Assert.DoesNotContain(HeadersWith(new() { ContentBasedDeduplication = true }), pair => pair.Value == activity.Id);
    }

    [Fact]
    public void Batch_CarriesEveryMessageInOrder()
    {
        OutgoingRequest request = OutgoingRequest.Batch(
        [
            Wire(new QStashMessage<string>(Destination.Url("https://shop.example/%7E/../x?a=1"), "çay \"<&") { Options = new() { Retries = 1, Headers = [new("X-A", "1"), new("x-a", "2"), new("Cookie", "a=1"), new("Cookie", "b=2")] } }),
            Wire(new QStashMessage<byte[]>(Destination.UrlGroup("group"), []) { Queue = "fifo" }),
        ]);

        Assert.Equal(("/v2/batch", "POST"), (request.Path, request.Method.Method));
        Assert.Equal([new("Content-Type", "application/json")], request.Headers);
        Assert.True(request.IsRepeatable);
        Assert.True(JsonElement.DeepEquals(
            JsonElement.Parse("""
                [{"destination":"https://shop.example/%7E/../x?a=1","headers":{"Upstash-Forward-X-A":"1, 2","Upstash-Forward-Cookie":"a=1; b=2","Upstash-Retries":"1","Content-Type":"text/plain","Upstash-Deduplication-Id":"new-id"},"body":"çay \"<&"},
                 {"destination":"group","headers":{"Upstash-Deduplication-Id":"new-id"},"queue":"fifo"}]
                """),
            JsonElement.Parse(Encoding.UTF8.GetString(request.Body.Span))), Encoding.UTF8.GetString(request.Body.Span));
    }

    [Fact]
    public void BatchWithOneUnrecognisableMessage_IsUnrepeatable() => Assert.False(OutgoingRequest.Batch(
        [Wire(new QStashMessage<string>(s_shop, "a")), Wire(new QStashMessage<string>(s_shop, "b") { Options = new() { RawHeaders = [new("Upstash-Deduplication-Id", "")] } })]).IsRepeatable);

    [Fact]
    public void BatchBodyThatIsNotText_IsRefusedByItsIndex()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => OutgoingRequest.Batch([Wire(new QStashMessage<string>(s_shop, "a")), Wire(new QStashMessage<byte[]>(s_shop, [0xff]))]));

        Assert.Contains("messages[1]", refused.Message, StringComparison.Ordinal);
        Assert.Contains("UTF-8", refused.Message, StringComparison.Ordinal);
    }

    private static OutgoingRequest Publish(PublishOptions options, Destination? destination = null) =>
        OutgoingRequest.Publish(Wire(new QStashMessage<Order>(destination ?? s_shop, new Order(42)) { Options = options }));

    private static WireMessage Wire(QStashMessage message) => WireMessage.Of(message, s_settings, "message");

    private static string Header(OutgoingRequest request, string name) => Assert.Single(request.Headers, pair => pair.Key == name).Value;

    private static (string Body, string? ContentType) BodyOf<T>(T payload)
    {
        OutgoingRequest request = OutgoingRequest.Publish(Wire(new QStashMessage<T>(s_shop, payload)));
        return (Encoding.UTF8.GetString(request.Body.Span), request.Headers.FirstOrDefault(pair => pair.Key == "Content-Type").Value);
    }

    private sealed record Order(int OrderId);
}
