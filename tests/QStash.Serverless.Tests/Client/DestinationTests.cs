namespace QStash.Serverless.Tests.Client;

public sealed class DestinationTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("shop.example/x", "UrlGroup")]
    [InlineData("https%3A%2F%2Fshop.example", "http://")]
    [InlineData("https://", "absolute")]
    [InlineData("https://shop.example/a b", "percent-encode")]
    [InlineData("https://shop.example/a\tb", "percent-encode")]
    [InlineData("https://shop.example/a\u007f", "percent-encode")]
    [InlineData("https://shop.example/çay", "percent-encode")]
    [InlineData("https://çay.example/", "xn--")]
    [InlineData("https://shop.example/#top", "fragment")]
    public void TextThatCannotBeSentAsGiven_IsRefused(string url, string rule) =>
        Assert.Contains(rule, Assert.Throws<ArgumentException>(() => Destination.Url(url)).Message, StringComparison.Ordinal);

    [Fact]
    public void RefusalAndText_LeaveOutQueryAndUserInformation()
    {
        Assert.DoesNotContain("secret", Assert.Throws<ArgumentException>(() => Destination.Url("https://a:secret@shop.example/ä?code=secret")).Message, StringComparison.Ordinal);
        Assert.Equal("https://shop.example/@x?...", Destination.Url("https://a:secret@shop.example/@x?code=secret").ToString());
    }

    [Fact]
    public void Url_KeepsEveryCharacter() => Assert.Equal("HTTPS://Shop.Example:443/%7e/../a//b?%2F", Destination.Url("HTTPS://Shop.Example:443/%7e/../a//b?%2F").Value);
}
