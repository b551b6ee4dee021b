namespace QStash.Serverless.Tests.Grammar;

public sealed class QStashNameTests
{
    [Theory]
    [InlineData("orders")]
    [InlineData("shop.prod.Orders_2-x")]
    [InlineData("-")]
    [InlineData("0")]
    public void Name_OfTheAllowedCharactersIsValid(string name)
    {
        Assert.True(QStashName.IsValid(name));
        QStashName.ThrowIfInvalid(name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a:b")]
    [InlineData("çay")]
    [InlineData("\u0661")]
    [InlineData("orders\n")]
    public void Name_OfOtherCharactersIsRefused(string? queueName)
    {
        Assert.False(QStashName.IsValid(queueName));
        Assert.Equal("queueName", Assert.Throws<ArgumentException>(() => QStashName.ThrowIfInvalid(queueName)).ParamName);
    }

    [Theory]
    [InlineData("order-42")]
    [InlineData("msg_1.Placed.receipts.0")]
    [InlineData("a/b=c,{d}")]
    public void DeduplicationId_OfPrintableCharactersIsValid(string id)
    {
        Assert.True(QStashName.IsValidDeduplicationId(id));
        QStashName.ThrowIfInvalidDeduplicationId(id);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("a\tb")]
    [InlineData("a\r\nX: y")]
    [InlineData("a\u00a0b")]
    [InlineData("a\u007f")]
    [InlineData("çay")]
    public void DeduplicationId_WithSpaceColonOrUnprintableIsRefused(string? id)
    {
        Assert.False(QStashName.IsValidDeduplicationId(id));
        Assert.Equal("id", Assert.Throws<ArgumentException>(() => QStashName.ThrowIfInvalidDeduplicationId(id)).ParamName);
    }
}
