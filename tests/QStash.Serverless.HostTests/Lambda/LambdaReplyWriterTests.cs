using System.Text;
using System.Text.Json;
using QStash.Serverless.Lambda;

namespace QStash.Serverless.HostTests.Lambda;

/// <summary>The reply as the caller's own JSON.</summary>
public sealed class LambdaReplyWriterTests
{
    [Fact]
    public void Each_caller_gets_its_form()
    {
        DeliveryReply reply = new(503, [new("Retry-After", "10")], "busy"u8.ToArray(), "text/plain");

        Assert.Equal("""{"statusCode":503,"headers":{"Retry-After":"10","Content-Type":"text/plain"},"body":"busy","isBase64Encoded":false}""", Write(reply, LambdaEventShape.Http2));
        Assert.Equal("""{"statusCode":503,"multiValueHeaders":{"Retry-After":["10"],"Content-Type":["text/plain"]},"body":"busy","isBase64Encoded":false}""", Write(reply, LambdaEventShape.Http1, usesMultiValueHeaders: true));
        Assert.Equal("""{"statusCode":503,"statusDescription":"503 Service Unavailable","headers":{"Retry-After":"10","Content-Type":"text/plain"},"body":"busy","isBase64Encoded":false}""", Write(reply, LambdaEventShape.LoadBalancer));
        Assert.Equal("""{"statusCode":200,"headers":{},"body":"","isBase64Encoded":false}""", Write(new DeliveryReply(200, [], default, null), LambdaEventShape.Http2));
    }

    [Theory]
    [InlineData(200, "200 OK")]
    [InlineData(401, "401 Unauthorized")]
    [InlineData(404, "404 Not Found")]
    [InlineData(489, "489 Not Retryable")]
    [InlineData(500, "500 Internal Server Error")]
    [InlineData(429, "429 TooManyRequests")]
    public void Load_balancer_gets_a_description_of_every_status(int status, string description)
    {
        using JsonDocument reply = JsonDocument.Parse(Write(new DeliveryReply(status, [], default, null), LambdaEventShape.LoadBalancer));

        Assert.Equal(description, reply.RootElement.GetProperty("statusDescription").GetString());
    }

    [Theory]
    [InlineData("{\"a\":\"\\\\ \\\" /\"}", false)]
    [InlineData("line\r\nline\ttab\b\f", false)]
    [InlineData("ç € \U0001F600 \u2028 <&>", false)]
    [InlineData("nul \0", true)]
    [InlineData("escape \u001b[31m", true)]
    [InlineData("delete \u007f", true)]
    public void Body_goes_out_as_text_unless_it_has_control_characters(string body, bool isBase64)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);

        AssertBody(bytes, isBase64, Write(new DeliveryReply(200, [], bytes, "text/plain"), LambdaEventShape.Http2));
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE })]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    public void Body_that_is_no_UTF8_goes_out_as_base64(byte[] body) => AssertBody(body, isBase64: true, Write(new DeliveryReply(200, [], body, null), LambdaEventShape.Http1));

    [Theory]
    [InlineData("\"")]
    [InlineData("\n")]
    [InlineData("\0")]
    [InlineData("x")]
    public void Longest_body_fits_whatever_it_consists_of(string unit)
    {
        // What the engine lets through (RawDelivery.MaxReplyBytes) against what Lambda and a load balancer take.
        foreach ((LambdaEventShape shape, int limit) in (ReadOnlySpan<(LambdaEventShape, int)>)[(LambdaEventShape.Http2, 6 << 20), (LambdaEventShape.LoadBalancer, 1 << 20)])
        {
            int most = new LambdaEvent { Shape = shape, Path = "/", Headers = new DeliveryHeaders() }.ToDelivery(isDevelopment: false).MaxReplyBytes;
            byte[] body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(unit, most)));

            Assert.InRange(Write(new DeliveryReply(200, [], body, "application/json"), shape).Length, most, limit - 1000);
        }
    }

    [Fact]
    public void Headers_cannot_break_out_of_the_JSON()
    {
        using JsonDocument reply = JsonDocument.Parse(Write(new DeliveryReply(200, [new("X-\"Odd\\", "a\"}\r\n,\u0001ç")], default, null), LambdaEventShape.Http2));

        Assert.Equal("a\"}\r\n,\u0001ç", reply.RootElement.GetProperty("headers").GetProperty("X-\"Odd\\").GetString());
    }

    private static void AssertBody(byte[] body, bool isBase64, string json)
    {
        using JsonDocument reply = JsonDocument.Parse(json);
        JsonElement written = reply.RootElement.GetProperty("body");

        Assert.Equal(isBase64, reply.RootElement.GetProperty("isBase64Encoded").GetBoolean());
        Assert.Equal(body, isBase64 ? written.GetBytesFromBase64() : Encoding.UTF8.GetBytes(written.GetString()!));
    }

    private static string Write(DeliveryReply reply, LambdaEventShape shape, bool usesMultiValueHeaders = false)
    {
        using MemoryStream stream = LambdaReplyWriter.Write(reply, shape, usesMultiValueHeaders);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
