using System.Text;
using System.Text.Json;

namespace QStash.Serverless.Tests.Callbacks;

public sealed class QStashCallbackTests
{
    [Fact]
    public void Callback_with_every_field_is_decoded()
    {
        QStashCallback callback = Parse("""
            {"status":200,"header":{"Content-Type":["application/json"],"X-Two":["a","b"]},"body":"eyJpZCI6N30=","retried":1,"maxRetries":3,
             "sourceMessageId":"msg_1","topicName":"receipts","endpointName":"billing","url":"https://shop.example/r","method":"PUT",
             "sourceHeader":{"X-Tenant":["t-9"]},"sourceBody":"aGVsbG8=","notBefore":1900000000000,"createdAt":1900000001000,"scheduleId":"scd_1","callerIP":"203.0.113.7"}
            """);

        Assert.Equal((200, 1, 3, "msg_1", "receipts", "billing"), (callback.Status, callback.Retried, callback.MaxRetries, callback.SourceMessageId, callback.UrlGroup, callback.EndpointName));
        Assert.Equal(("https://shop.example/r", "PUT", "scd_1", "203.0.113.7"), (callback.Url, callback.Method, callback.ScheduleId, callback.CallerIp));
        Assert.Equal("a,b", callback.ResponseHeaders["x-two"].ToString());
        Assert.Equal("t-9", callback.SourceHeaders["X-Tenant"]);
        Assert.Equal("hello", callback.ReadSource<string>());
        Assert.Equal(7, callback.ReadResponse<Answer>().Id);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1900000000000), callback.NotBefore);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1900000001000), callback.CreatedAt);
        Assert.True(callback is { IsDelivered: true, IsFailure: false, IsFinal: true });
    }

    [Theory]
    [InlineData("\"1900000000000\"", "\"text/plain\"")]
    [InlineData("1900000000000", "[\"text/plain\"]")]
    public void Every_documented_form_of_numbers_and_headers_is_understood(string number, string header)
    {
        QStashCallback callback = Parse($$"""{"sourceMessageId":"msg_1","status":503,"createdAt":{{number}},"sourceHeader":{"Content-Type":{{header}} } }""");

        Assert.Equal(1900000000000, callback.CreatedAt!.Value.ToUnixTimeMilliseconds());
        Assert.Equal("text/plain", callback.SourceHeaders["Content-Type"]);
    }

    [Theory]
    [InlineData("""{"sourceMessageId":"m","status":503,"retried":0,"maxRetries":3}""", false, false)]
    [InlineData("""{"sourceMessageId":"m","status":503,"retried":3,"maxRetries":3}""", true, false)]
    [InlineData("""{"sourceMessageId":"m","status":489,"retried":0,"maxRetries":3,"dlqId":"1-0"}""", true, true)]
    [InlineData("""{"sourceMessageId":"m","status":0,"retried":1,"maxRetries":3}""", false, false)]
    public void Final_and_failed_attempts_are_told_apart(string json, bool isFinal, bool isFailure)
    {
        QStashCallback callback = Parse(json);

        Assert.Equal((isFinal, isFailure, false), (callback.IsFinal, callback.IsFailure, callback.IsDelivered));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("3")]
    [InlineData("""{"sourceMessageId":""}""")]
    [InlineData("""{"sourceMessageId":"m","status":"soon"}""")]
    [InlineData("""{"sourceMessageId":"m","status":99999999999}""")]
    [InlineData("""{"sourceMessageId":"m","retried":-1}""")]
    [InlineData("""{"sourceMessageId":"m","url":"\ud800"}""")]
    [InlineData("""{"sourceMessageId":"m","body":"%"}""")]
    public void What_is_no_callback_is_refused_as_unreadable(string json) => Assert.ThrowsAny<JsonException>(() => Parse(json));

    [Fact]
    public void Source_that_is_not_the_expected_payload_says_so()
    {
        QStashCallback callback = Parse("""{"sourceMessageId":"m","sourceBody":"bnVsbA=="}""");

        JsonException exception = Assert.Throws<JsonException>(callback.ReadSource<Answer>);
        Assert.Contains("Answer", exception.Message, StringComparison.Ordinal);
    }

    private static QStashCallback Parse(string json) => QStashCallback.Parse(Encoding.UTF8.GetBytes(json));

    public sealed record Answer(int Id);
}
