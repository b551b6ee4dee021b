using System.Text;
using QStash.Serverless.Client;

namespace QStash.Serverless.Tests.Client;

public sealed class ReceiptReaderTests
{
    [Theory]
    [InlineData("""{"messageId":"m1","url":"https://a.example"}""", "m1 https://a.example False")]
    [InlineData("""{"messageId":"m1"}""", "m1  False")]
    [InlineData("""{"messageId":"m1","url":null,"deduplicated":true,"more":[1]}""", "m1  True")]
    [InlineData("""[{"messageId":"m1","url":"u"},{"messageId":"m2","deduplicated":true}]""", "m1 u False, m2  True")]
    [InlineData("""{"messages":[{"messageId":"m1"},{"messageId":"m2"}]}""", "m1  False, m2  False")]
    [InlineData("""{"messages":[]}""", null)]
    [InlineData("[]", null)]
    [InlineData("""[{"messageId":"m1"},{"error":"no"}]""", null)]
    [InlineData("""{"messageId":7}""", null)]
    [InlineData("""{"messageId":""}""", null)]
    [InlineData("{}", null)]
    [InlineData("null", null)]
    [InlineData("\"m1\"", null)]
    [InlineData("<html>", null)]
    [InlineData("", null)]
    public void PublishAnswer_IsReadInEveryKnownShape(string body, string? expected) =>
        Assert.Equal(expected, ReceiptReader.Publish(Encoding.UTF8.GetBytes(body), duplicate: false) is { } receipt ? Text(receipt) : null);

    [Fact]
    public void DuplicateStatus_CountsUnlessTheAnswerSaysOtherwise()
    {
        Assert.True(ReceiptReader.Publish("""{"messageId":"m"}"""u8.ToArray(), duplicate: true)!.Deduplicated);
        Assert.False(ReceiptReader.Publish("""{"messageId":"m","deduplicated":false}"""u8.ToArray(), duplicate: true)!.Deduplicated);
        Assert.False(ReceiptReader.Publish("""[{"messageId":"m"},{"messageId":"n","deduplicated":true}]"""u8.ToArray(), duplicate: true)!.Deduplicated);
    }

    [Theory]
    [InlineData("""[{"messageId":"m1"}]""", 1, "m1  False")]
    [InlineData("""{"messageId":"m1"}""", 1, "m1  False")]
    [InlineData("""[[{"messageId":"g1"},{"messageId":"g2"}],{"error":"no"},{"messages":[{"messageId":"x"}]}]""", 3, "g1  False, g2  False | no | x  False")]
    [InlineData("""[{"messageId":"m1"}]""", 2, null)]
    [InlineData("""[{"messageId":"m1"},{"messageId":"m2"}]""", 1, null)]
    [InlineData("""{"messageId":"m1"}""", 2, null)]
    [InlineData("""[{"messageId":"m1"},null]""", 2, null)]
    [InlineData("""[{"messageId":"m1"},[]]""", 2, null)]
    [InlineData("oops", 1, null)]
    public void BatchAnswer_HasOneResultAnItem(string body, int count, string? expected)
    {
        IReadOnlyList<BatchItemResult>? results = ReceiptReader.Batch(Encoding.UTF8.GetBytes(body), count);

        Assert.Equal(expected, results is null ? null : string.Join(" | ", results.Select(result => result.Error ?? Text(result.Receipt!))));
    }

    private static string Text(PublishReceipt receipt) => string.Join(", ", receipt.Messages.Select(message => $"{message.MessageId} {message.Url} {message.Deduplicated}"));
}
