using QStash.Serverless.Infra;

namespace QStash.Serverless.Tests.Infra.Planning;

/// <summary>What plans show of values that were made elsewhere, whether or not this library would make them.</summary>
public sealed class ShownTests
{
    [Theory]
    [InlineData("https://shop.example/ü?key=s3cret", "https://shop.example/ü?... REDACTED:")]
    [InlineData("https://user:s3cret@shop.example/a b", "https://shop.example/a b REDACTED:")]
    [InlineData("https://shop.example/a#part", "https://shop.example/a#part")]
    [InlineData("", "")]
    public void Url_IsShownWithoutItsSecretsWhateverItIs(string url, string start)
    {
        string shown = Shown.Url(url);

        Assert.StartsWith(start, shown, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", shown, StringComparison.Ordinal);
    }
}
