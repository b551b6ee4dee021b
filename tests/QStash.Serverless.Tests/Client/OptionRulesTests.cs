using QStash.Serverless.Client;

namespace QStash.Serverless.Tests.Client;

public sealed class OptionRulesTests
{
    private static readonly Destination s_shop = Destination.Url("https://shop.example/api/orders");

    /// <summary>What is refused before anything is sent: the option's name and a word of the rule.</summary>
    public static TheoryData<PublishOptions, string, string> Broken => new()
    {
        { new() { Method = HttpMethod.Head }, "PublishOptions.Method", "GET" },
        { new() { ContentType = "json" }, "PublishOptions.ContentType", "content type" },
        { new() { ContentType = "" }, "PublishOptions.ContentType", "content type" },
        { new() { Headers = [new("X A", "1")] }, "PublishOptions.Headers", "header name" },
        { new() { Headers = [new("", "1")] }, "PublishOptions.Headers", "header name" },
        { new() { Headers = [new("X-A", "1\r\nX-B: 2")] }, "PublishOptions.Headers", "control character" },
        { new() { Headers = [new("X-A", "çay")] }, "PublishOptions.Headers", "ASCII" },
        { new() { Headers = [new("upstash-retries", "1")] }, "PublishOptions.Headers", "RawHeaders" },
        { new() { Headers = [new("Content-Type", "a/b")] }, "PublishOptions.Headers", "ContentType" },
        { new() { Delay = TimeSpan.FromTicks(-1) }, "PublishOptions.Delay", "at least 0 s" },
        { new() { Delay = TimeSpan.Zero, NotBefore = DateTimeOffset.UnixEpoch }, "PublishOptions.Delay", "NotBefore" },
        { new() { NotBefore = DateTimeOffset.UnixEpoch.AddTicks(-1) }, "PublishOptions.NotBefore", "1970" },
        { new() { Timeout = TimeSpan.FromMilliseconds(999) }, "PublishOptions.Timeout", "at least 1 s" },
        { new() { Retries = -1 }, "PublishOptions.Retries", "0 or more" },
        { new() { Callback = new("ftp://a.example") }, "PublishOptions.Callback.Url", "http" },
        { new() { Callback = new("https://a.example/ü") }, "PublishOptions.Callback.Url", "ASCII" },
        { new() { Callback = new("") }, "PublishOptions.Callback.Url", "empty" },
        { new() { Callback = new(null!) }, "PublishOptions.Callback.Url", "missing" },
        { new() { Callback = new("https://a.example") { Method = HttpMethod.Options } }, "PublishOptions.Callback.Method", "GET" },
        { new() { Callback = new("https://a.example") { Timeout = TimeSpan.Zero } }, "PublishOptions.Callback.Timeout", "at least 1 s" },
        { new() { Callback = new("https://a.example") { Retries = -1 } }, "PublishOptions.Callback.Retries", "0 or more" },
        { new() { Callback = new("https://a.example") { Headers = [new("Upstash-A", "1")] } }, "PublishOptions.Callback.Headers", "RawHeaders" },
        { new() { FailureCallback = new("nowhere") }, "PublishOptions.FailureCallback.Url", "http" },
        { new() { FailureCallback = new("https://a.example") { Delay = TimeSpan.FromSeconds(-1) } }, "PublishOptions.FailureCallback.Delay", "at least 0 s" },
        { new() { DeduplicationId = "" }, "PublishOptions.DeduplicationId", "at least one" },
        { new() { DeduplicationId = "a:b" }, "PublishOptions.DeduplicationId", "':'" },
        { new() { DeduplicationId = "a b" }, "PublishOptions.DeduplicationId", "white space" },
        { new() { DeduplicationId = "a", ContentBasedDeduplication = true }, "PublishOptions.DeduplicationId", "ContentBasedDeduplication" },
        { new() { Labels = ["a,b"] }, "PublishOptions.Labels", "commas" },
        { new() { Labels = ["a", ""] }, "PublishOptions.Labels", "''" },
        { new() { Labels = [" a"] }, "PublishOptions.Labels", "white space" },
        { new() { Labels = ["ü"] }, "PublishOptions.Labels", "ASCII" },
        { new() { FlowControl = new("", new() { Rate = 1 }) }, "PublishOptions.FlowControl.Key", "at least one" },
        { new() { FlowControl = new("a\nb", new() { Rate = 1 }) }, "PublishOptions.FlowControl.Key", "ASCII" },
        { new() { FlowControl = new("a", new()) }, "PublishOptions.FlowControl.Limits", "Rate" },
        { new() { FlowControl = new("a", null!) }, "PublishOptions.FlowControl.Limits", "Rate" },
        { new() { Redact = new() { Headers = ["a]b"] } }, "PublishOptions.Redact.Headers", "header name" },
        { new() { RawHeaders = [new("Upstash-X", "a\r\nb")] }, "PublishOptions.RawHeaders", "cannot carry" },
        { new() { RawHeaders = [new("authorization", "Bearer other")] }, "PublishOptions.RawHeaders", "set by the client" },
        { new() { RawHeaders = [new("Content-Length", "1")] }, "PublishOptions.RawHeaders", "set by the client" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void BrokenRule_NamesOptionAndRule(PublishOptions options, string option, string rule)
    {
        ArgumentException refused = Refused(new QStashMessage<string>(s_shop, "x") { Options = options });

        Assert.StartsWith($"messages[3]: {option}: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(rule, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusedValue_IsToldTheWayRoundTheRule() => Assert.Contains(
        "put 'Upstash-Timeout' into PublishOptions.RawHeaders",
        Refused(new QStashMessage<string>(s_shop, "x") { Options = new() { Timeout = TimeSpan.Zero } }).Message,
        StringComparison.Ordinal);

    [Fact]
    public void DelayedCallbackOfAQueuedMessage_IsRefused()
    {
        PublishOptions options = new() { Callback = new("https://a.example") { Delay = TimeSpan.FromSeconds(1) } };

        Assert.Contains("PublishOptions.Callback.Delay", Refused(new QStashMessage<string>(s_shop, "x") { Options = options, Queue = "fifo" }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DelayedMessageInAQueue_IsAllowed()
    {
        QStashMessage<string> message = new(s_shop, "x") { Options = new() { Delay = TimeSpan.FromSeconds(1) }, Queue = "fifo" };

        Assert.Contains(new("Upstash-Delay", "1s"), WireMessage.Of(message, new(new QStashJson(), true), "message").Headers);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("ü")]
    public void QueueThatIsNoName_IsRefused(string queue) => Assert.Throws<ArgumentException>(() => new QStashMessage<string>(s_shop, "x") { Queue = queue });

    [Theory]
    [InlineData("https://shop.example/?Upstash-Delay=1s")]
    [InlineData("https://shop.example/?a=1&qstash_token=x")]
    public void QueryThatQStashWouldTake_IsRefused(string url)
    {
        ArgumentException refused = Refused(new QStashMessage<string>(Destination.Url(url), "x"));

        Assert.Contains("for itself", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:5000/x")]
    [InlineData("http://LOCALHOST./x")]
    [InlineData("https://app.localhost")]
    [InlineData("http://printer.local/x")]
    [InlineData("http://127.0.0.1/x")]
    [InlineData("http://127.9.9.9/x")]
    [InlineData("http://2130706433/x")]
    [InlineData("http://0x7f.1/x")]
    [InlineData("http://0177.0.0.1/x")]
    [InlineData("http://0.0.0.0/x")]
    [InlineData("http://10.1.2.3/x")]
    [InlineData("http://172.16.0.1/x")]
    [InlineData("http://172.31.255.255/x")]
    [InlineData("http://192.168.1.1/x")]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("http://user@127.0.0.1/x")]
    [InlineData("http://[::1]:8080/x")]
    [InlineData("http://[::]/x")]
    [InlineData("http://[::ffff:10.0.0.1]/x")]
    [InlineData("http://[fd00::1]/x")]
    [InlineData("http://[fe80::1]/x")]
    [InlineData("http://[fe80::1%25eth0]/x")]
    public void PrivateDestination_IsRefusedForTheHostedServiceOnly(string url)
    {
        QStashMessage<string> toDestination = new(Destination.Url(url), "x");
        QStashMessage<string> toCallback = new(s_shop, "x") { Options = new() { Callback = new(url) } };
        QStashMessage<string> toFailureCallback = new(s_shop, "x") { Options = new() { FailureCallback = new(url) } };

        Assert.All(
            new QStashMessage[] { toDestination, toCallback, toFailureCallback },
            message =>
            {
                Assert.Contains("dotnet qstash dev", Refused(message).Message, StringComparison.Ordinal);
                WireMessage.Of(message, new(new QStashJson(), IsHosted: false), "message");
            });
    }

    [Theory]
    [InlineData("https://shop.example/x")]
    [InlineData("http://172.32.0.1/x")]
    [InlineData("http://11.0.0.1/x")]
    [InlineData("http://[2001:db8::1]/x")]
    [InlineData("https://localhost.example/x")]
    [InlineData("https://mylocal/x")]
    public void PublicDestination_IsAllowed(string url) =>
        Assert.Equal(url, WireMessage.Of(new QStashMessage<string>(Destination.Url(url), "x"), new(new QStashJson(), IsHosted: true), "message").Destination.Value);

    private static ArgumentException Refused(QStashMessage message) =>
        Assert.ThrowsAny<ArgumentException>(() => WireMessage.Of(message, new(new QStashJson(), IsHosted: true), "messages[3]"));
}
