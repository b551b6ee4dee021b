namespace QStash.Serverless.Tests.Grammar;

public sealed class QStashHeadersTests
{
    [Fact]
    public void Name_AcceptsExactlyTheTokenCharacters()
    {
        const string Others = "\"(),/:;<=>?@[\\]{}";
        for (char c = '\0'; c < '\u0180'; c++)
        {
            Assert.Equal(c is > ' ' and <= '~' && !Others.Contains(c, StringComparison.Ordinal), QStashHeaders.IsValidName($"X{c}"));
        }
    }

    [Fact]
    public void EmptyName_IsRefused()
    {
        Assert.False(QStashHeaders.IsValidName(""));
        Assert.False(QStashHeaders.IsValidName(null));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("t-9", true)]
    [InlineData("a\tb", true)]
    [InlineData("a, b; c=\"d\"", true)]
    [InlineData("çay", true)]
    [InlineData("a\r\nUpstash-Retries: 9", false)]
    [InlineData("a\n", false)]
    [InlineData("a\r", false)]
    [InlineData("a\0", false)]
    [InlineData("a\u001b", false)]
    [InlineData("a\u007f", false)]
    [InlineData("a\u0085", false)]
    [InlineData(null, false)]
    public void Value_IsRefusedWhenItCouldStartAnotherHeader(string? value, bool valid) => Assert.Equal(valid, QStashHeaders.IsValidValue(value));
}
