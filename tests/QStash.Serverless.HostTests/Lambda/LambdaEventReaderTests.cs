using System.Text;
using QStash.Serverless.Lambda;

namespace QStash.Serverless.HostTests.Lambda;

/// <summary>What is read from an event, and what is no event for this function.</summary>
public sealed class LambdaEventReaderTests
{
    [Fact]
    public void Keys_come_in_any_order()
    {
        LambdaEvent read = Read("""{"isBase64Encoded":true,"body":"aGk=","requestContext":{"http":{"path":"/no"},"stage":"prod","domainName":"a.example"},"headers":{"a":"1"},"rawQueryString":"x=%2F","rawPath":"/prod/o","version":"2.0"}""");

        Assert.Equal((LambdaEventShape.Http2, "/prod/o", "x=%2F", "a.example", "prod", "1", "hi"),
            (read.Shape, read.Path, read.Query, read.DomainName!, read.Stage!, read.Headers["A"].ToString(), Body(read)));
    }

    [Fact]
    public void Unknown_keys_are_skipped_however_they_look_inside()
    {
        LambdaEvent read = Read("""{"x":{"headers":{"a":"no"},"y":[[{"body":"no"}]]},"version":"2.0","rawPath":"/","body":"yes","z":1e999,"requestContext":{"authorizer":{"stage":"no"},"path":null}}""");

        Assert.Equal(("yes", (string?)null, 0), (Body(read), read.Stage, read.Headers.Count));
    }

    [Fact]
    public void Key_comes_twice_the_last_counts()
    {
        LambdaEvent read = Read("""{"version":"2.0","rawPath":"/a","headers":{"a":"1","b":"2"},"body":"one\n","headers":{"c":"3"},"body":"two","rawPath":"/b"}""");

        Assert.Equal(("/b", "two", 1, "3"), (read.Path, Body(read), read.Headers.Count, read.Headers["c"].ToString()));
    }

    [Theory]
    [InlineData("""{"version":"2.0","rawPath":"/"}""")]
    [InlineData("""{"version":"2.0","rawPath":"/","body":null,"isBase64Encoded":true,"headers":null,"requestContext":null,"cookies":null}""")]
    [InlineData("""{"version":"2.0","rawPath":"/","body":"","isBase64Encoded":true}""")]
    [InlineData("""{"httpMethod":"POST","path":"/","headers":null,"multiValueHeaders":null,"queryStringParameters":null,"multiValueQueryStringParameters":null}""")]
    [InlineData("""{"httpMethod":"POST","path":"/","requestContext":{"elb":{"targetGroupArn":"arn"}},"body":""}""")]
    public void No_body_is_an_empty_body(string json)
    {
        LambdaEvent read = Read(json);

        Assert.Equal((0, 0), (read.Body.Length, read.Headers.Count));
    }

    [Fact]
    public void Escaped_body_becomes_UTF8_bytes() =>
        Assert.Equal("{\"a\":\"ç€\U0001F600\t/\"}", Body(Read("""{"version":"2.0","rawPath":"/","body":"{\"a\":\"\u00e7\u20ac\ud83d\ude00\t\/\"}"}""")));

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("a\\udc00b")]
    public void Half_a_surrogate_pair_leaves_the_body_as_it_is_written(string body) =>
        Assert.Equal(body, Body(Read($$"""{"version":"2.0","rawPath":"/","body":"{{body}}","headers":{"x":"{{body}}"} }""")));

    [Theory]
    [InlineData("!!!!")]
    [InlineData("aGk")]
    [InlineData("aGk=x")]
    [InlineData("====")]
    public void Broken_base64_leaves_the_body_as_it_is_written(string body) =>
        Assert.Equal(body, Body(Read($$"""{"version":"2.0","rawPath":"/","body":"{{body}}","isBase64Encoded":true}""")));

    [Fact]
    public void Body_is_an_array_of_its_own_that_the_handler_may_keep()
    {
        byte[] json = """{"version":"2.0","rawPath":"/","body":"plain"}"""u8.ToArray();
        LambdaEvent read = LambdaEventReader.Read(json);
        json.AsSpan().Clear();

        Assert.Equal("plain", Body(read));
    }

    [Fact]
    public void Multi_value_headers_win_over_the_single_values_beside_them()
    {
        LambdaEvent read = Read("""{"httpMethod":"POST","path":"/","headers":{"A":"last"},"multiValueHeaders":{"A":["first","last"],"a":["lower"]},"queryStringParameters":{"q":"2"},"multiValueQueryStringParameters":{"q":["1","2"]}}""");

        Assert.Equal(["first", "last", "lower"], read.Headers["a"]!);
        Assert.Equal(("q=1&q=2", true), (read.Query, read.UsesMultiValueHeaders));
    }

    [Fact]
    public void Cookies_of_payload_2_are_headers_again() =>
        Assert.Equal("a=1; b=2", Read("""{"version":"2.0","rawPath":"/","cookies":["a=1","b=2"]}""").Headers["cookie"]);

    [Fact]
    public void Parameters_of_payload_1_are_escaped_again_and_those_of_a_load_balancer_are_left()
    {
        LambdaEvent rest = Read("""{"httpMethod":"POST","path":"/","queryStringParameters":{"a b":"1&2=é+"}}""");
        LambdaEvent balanced = Read("""{"httpMethod":"POST","path":"/","requestContext":{"elb":{}},"queryStringParameters":{"a%20b":"1%262"}}""");

        Assert.Equal(("a%20b=1%262%3D%C3%A9%2B", "a%20b=1%262"), (rest.Query, balanced.Query));
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("{", "not JSON")]
    [InlineData("{} {}", "not JSON")]
    [InlineData("nonsense", "not JSON")]
    [InlineData("\"text\"", "a text, not an object")]
    [InlineData("[]", "a list, not an object")]
    [InlineData("null", "null, not an object")]
    [InlineData("{}", "neither a rawPath")]
    [InlineData("""{"key1":"value1","key2":"value2"}""", "neither a rawPath")]
    [InlineData("""{"Records":[{"eventSource":"aws:sqs","body":"{}"}]}""", "SQS")]
    [InlineData("""{"version":"0","detail-type":"Scheduled Event","source":"aws.events","detail":{}}""", "EventBridge")]
    [InlineData("""{"version":"2.0","type":"REQUEST","routeArn":"arn"}""", "neither a rawPath")]
    [InlineData("""{"version":"2.0","rawPath":7}""", "'rawPath' holds a number where a text must be")]
    [InlineData("""{"version":"2.0","rawPath":"/","headers":[]}""", "'headers' holds a list where an object must be")]
    [InlineData("""{"version":"2.0","rawPath":"/","headers":{"a":1}}""", "'headers' holds a number where texts must be")]
    [InlineData("""{"httpMethod":"POST","path":"/","multiValueHeaders":{"a":"1"}}""", "'multiValueHeaders' holds a text where lists of texts must be")]
    [InlineData("""{"httpMethod":"POST","path":"/","multiValueHeaders":{"a":[{}]}}""", "'multiValueHeaders' holds an object where lists of texts must be")]
    [InlineData("""{"version":"2.0","rawPath":"/","body":{"id":1}}""", "'body' is neither a text nor null")]
    [InlineData("""{"version":"2.0","rawPath":"/","isBase64Encoded":"true"}""", "'isBase64Encoded' holds a text where true or false must be")]
    [InlineData("""{"version":"2.0","rawPath":"/","cookies":"a=1"}""", "'cookies' holds a text where a list of texts must be")]
    [InlineData("""{"version":"2.0","rawPath":"/","requestContext":"x"}""", "'requestContext' holds a text where an object must be")]
    public void Event_is_no_HTTP_request_the_error_says_what_it_is(string json, string expected)
    {
        string message = Assert.Throws<InvalidDataException>(() => Read(json)).Message;

        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Event_is_nested_deeper_than_any_gateways_it_is_refused() =>
        Assert.Throws<InvalidDataException>(() => Read("""{"version":"2.0","rawPath":"/","x":""" + new string('[', 100_000) + new string(']', 100_000) + "}"));

    [Fact]
    public async Task Event_is_read_from_any_stream_at_its_position()
    {
        byte[] json = [.. "skip"u8, .. Encoding.UTF8.GetBytes($$"""{"version":"2.0","rawPath":"/","body":"{{new string('x', 100_000)}}"}""")];
        using MemoryStream visible = new(json, 0, json.Length, writable: false, publiclyVisible: true) { Position = 4 };
        using MemoryStream hidden = new(json) { Position = 4 };
        using Trickle trickle = new(json.AsMemory(4));

        foreach (Stream stream in (Stream[])[visible, hidden, trickle])
        {
            Assert.Equal(100_000, (await EventBuffer.ReadEventAsync(stream, CancellationToken.None)).Body.Length);
        }
    }

    [Fact]
    public async Task Event_never_ends_it_is_refused_in_bounded_memory()
    {
        using Endless endless = new();

        InvalidDataException exception = await Assert.ThrowsAsync<InvalidDataException>(async () => await EventBuffer.ReadEventAsync(endless, CancellationToken.None));

        Assert.Contains("16777216 bytes", exception.Message, StringComparison.Ordinal);
        Assert.InRange(endless.Read, 16 << 20, 34 << 20);
    }

    private static LambdaEvent Read(string json) => LambdaEventReader.Read(Encoding.UTF8.GetBytes(json));

    private static string Body(LambdaEvent read) => Encoding.UTF8.GetString(read.Body.Span);

    /// <summary>A network stream in miniature: a few bytes at a time.</summary>
    private sealed class Trickle(ReadOnlyMemory<byte> bytes) : MinimalStream
    {
        private int _position;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int length = Math.Min(Math.Min(777, buffer.Length), bytes.Length - _position);
            bytes.Slice(_position, length).CopyTo(buffer);
            _position += length;
            return ValueTask.FromResult(length);
        }
    }

    private sealed class Endless : MinimalStream
    {
        public new long Read { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)' ');
            Read += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }

    private abstract class MinimalStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
