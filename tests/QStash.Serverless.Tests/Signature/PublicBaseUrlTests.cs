using Microsoft.Extensions.Options;

namespace QStash.Serverless.Tests.Signature;

/// <summary>Which URLs a delivery may have been signed for when the app says what the public calls it.</summary>
public sealed class PublicBaseUrlTests
{
    [Theory]
    [InlineData("https://shop.example", "https://shop.example/orders?x=1", "http://10.0.0.7:8080/orders?x=1", 200)]
    [InlineData("https://shop.example/", "https://shop.example/orders", "http://10.0.0.7:8080/orders", 200)]
    [InlineData("HTTPS://SHOP.EXAMPLE:443", "https://shop.example/orders", "http://10.0.0.7/orders", 200)]
    [InlineData("https://shop.example; https://slot.example", "https://slot.example/orders", "http://10.0.0.7/orders", 200)]
    [InlineData("https://shop.example;https://slot.example;", "https://shop.example/orders", "http://10.0.0.7/orders", 200)]
    [InlineData("https://shop.example", "http://10.0.0.7/orders", "http://10.0.0.7/orders", 401)]
    [InlineData("https://shop.example", "https://evil.example/orders", "https://evil.example/orders", 401)]
    [InlineData("https://shop.example", "https://shop.example/other", "http://10.0.0.7/orders", 401)]
    [InlineData("https://shop.example", "https://shop.example/orders", "http://10.0.0.7/orders?x=1", 401)]
    public async Task BaseUrl_ReplacesWhatTheHostSaw(string baseUrl, string signedFor, string seen, int status) => await AssertStatusAsync(baseUrl, signedFor, seen, status);

    [Theory]
    [InlineData("http://10.0.0.7/orders")]
    [InlineData("http://10.0.0.7/api/orders")]
    public async Task BasePath_CountsOnceWhetherTheHostSeesItOrNot(string seen) =>
        await AssertStatusAsync("https://shop.example/api", "https://shop.example/api/orders", seen, 200);

    [Theory]
    [InlineData("https://shop.example/api/orders", "http://10.0.0.7/apiorders")]
    [InlineData("https://shop.example/orders", "http://10.0.0.7/orders")]
    [InlineData("https://shop.example/API/orders", "http://10.0.0.7/api/orders")]
    public async Task BasePath_IsPartOfTheUrl(string signedFor, string seen) => await AssertStatusAsync("https://shop.example/api", signedFor, seen, 401);

    [Theory]
    [InlineData("https://shop.example/a%2Fb%20c", "https://shop.example/a/b c", true, 200)]
    [InlineData("https://shop.example/%C3%A7ay", "https://shop.example/çay", true, 200)]
    [InlineData("https://shop.example/a%2Fb", "https://shop.example/a/b", false, 401)]
    [InlineData("https://shop.example/a%2Fb", "https://shop.example/a/c", true, 401)]
    public async Task DecodedPath_IsComparedDecodedOnlyWhereTheHostSaysSo(string signedFor, string seen, bool pathIsDecoded, int status)
    {
        await using Receiving app = new();
        Assert.Equal(status, await app.DeliverAsync(signedFor, seen, pathIsDecoded));
    }

    [Theory]
    [InlineData("shop.example")]
    [InlineData("ftp://shop.example")]
    [InlineData("https:shop.example")]
    [InlineData("https://shop.example?x=1")]
    [InlineData("https://shop.example/?")]
    [InlineData("https://shop.example/#")]
    [InlineData("https://shop.example/#top")]
    [InlineData("https://user@shop.example")]
    [InlineData("https://good.example;nonsense")]
    [InlineData(";")]
    public void UnusableBaseUrl_SaysWhatToWrite(string baseUrl)
    {
        Receiving app = new(new() { ["QStash:CurrentSigningKey"] = Receiving.Current, ["QSTASH_PUBLIC_BASE_URL"] = baseUrl });

        string message = Assert.Throws<OptionsValidationException>(() => app.Options).Message;

        Assert.Contains("QSTASH_PUBLIC_BASE_URL", message, StringComparison.Ordinal);
        Assert.Contains("https://shop.example.com", message, StringComparison.Ordinal);
    }

    private static async Task AssertStatusAsync(string baseUrl, string signedFor, string seen, int status)
    {
        await using Receiving app = new(new() { ["QStash:CurrentSigningKey"] = Receiving.Current, ["QStash:PublicBaseUrl"] = baseUrl });
        Assert.Equal(status, await app.DeliverAsync(signedFor, seen));
    }
}
