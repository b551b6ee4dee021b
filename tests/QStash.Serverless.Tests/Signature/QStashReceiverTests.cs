using System.Globalization;

namespace QStash.Serverless.Tests.Signature;

/// <summary>What a receiver says about one signature: which keys it tries, what its clock allows, which URLs it takes for the same.</summary>
public sealed class QStashReceiverTests
{
    private const string Other1 = "sig_ReceivingOther1x6789abcdefXY";
    private const string Other2 = "sig_ReceivingOther2x6789abcdefXY";

    private static QStashReceiver Receiver(TimeSpan? skew = null) => new(
        new QStashReceiverOptions { CurrentSigningKey = Receiving.Current, NextSigningKey = Receiving.Next, OtherSigningKeys = [Other1, Other2], ClockSkew = skew ?? TimeSpan.FromSeconds(60) },
        timeProvider: new ManualTimeProvider());

    [Theory]
    [InlineData(Receiving.Current, 1)]
    [InlineData(Receiving.Next, 2)]
    [InlineData(Other1, 3)]
    [InlineData(Other2, 4)]
    public async Task SignedWithAnyKey_IsValidAndKeysAreTriedInOrder(string key, int keysTried)
    {
        SignatureVerdict verdict = await Receiver().VerifyAsync(Receiving.Sign(key), default, Receiving.Url);

        Assert.Equal(new SignatureVerdict(SignatureFailure.None, keysTried, Receiving.Url), verdict);
        Assert.True(verdict.IsValid);
    }

    [Fact]
    public async Task Refused_TheSignedUrlIsKnownOnlyOnceAKeyHasProvenIt()
    {
        SignatureVerdict stranger = await Receiver().VerifyAsync(Receiving.Sign("sig_Stranger456789abcdefXYZabcde"), default, Receiving.Url);
        SignatureVerdict misled = await Receiver().VerifyAsync(Receiving.Sign(Receiving.Next), default, "https://other.example/");

        Assert.Equal((SignatureFailure.WrongKey, null), (stranger.Failure, stranger.SignedUrl));
        Assert.Equal(new SignatureVerdict(SignatureFailure.WrongUrl, 2, Receiving.Url), misled);
        Assert.False(misled.IsValid);
    }

    [Theory]
    [InlineData("iat", "99999999999")]
    [InlineData("iat", "1.5")]
    [InlineData("jti", "\"\"")]
    [InlineData("aud", "\"someone else\"")]
    [InlineData("aud", "[]")]
    [InlineData("x", "{\"a\":[null]}")]
    public async Task ClaimThatIsNotJudged_DecidesNothing(string claim, string value)
    {
        string claims = Forge.Claims(Receiving.Url, [], 1900000000);
        claims = claims.Replace(",\"iat\":1900000000", "", StringComparison.Ordinal).Replace(",\"jti\":\"jwt_1\"", "", StringComparison.Ordinal);
        string token = Forge.Sign(Receiving.Current, claims[..^1] + $",\"{claim}\":{value}}}");

        Assert.Equal(SignatureFailure.None, (await Receiver().VerifyAsync(token, default, Receiving.Url)).Failure);
    }

    [Fact]
    public void RegionThatQStashDoesNotHave_IsRefusedAtConstruction()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new QStashReceiver(new QStashReceiverOptions { CurrentSigningKey = Receiving.Current, Regions = { ["eu"] = new() } }));

        Assert.Contains("EU_CENTRAL_1", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, -1, "None")]
    [InlineData(0, 0, "Expired")]
    [InlineData(60, 59, "None")]
    [InlineData(60, 60, "Expired")]
    [InlineData(300, 299, "None")]
    [InlineData(300, 300, "Expired")]
    public async Task Expiry_IsTheFirstInvalidSecondPlusTheSkew(int skew, int secondsAfterExpiry, string expected)
    {
        string token = Forge.Sign(Receiving.Current, Forge.Claims(Receiving.Url, [], 1900000000 - 300 - secondsAfterExpiry));

        Assert.Equal(expected, (await Receiver(TimeSpan.FromSeconds(skew)).VerifyAsync(token, default, Receiving.Url)).Failure.ToString());
    }

    [Theory]
    [InlineData(0, 0, "None")]
    [InlineData(0, 1, "NotYetValid")]
    [InlineData(60, 60, "None")]
    [InlineData(60, 61, "NotYetValid")]
    public async Task Beginning_IsTheFirstValidSecondMinusTheSkew(int skew, int secondsAhead, string expected)
    {
        string claims = Forge.Claims(Receiving.Url, [], 1900000000).Replace("\"nbf\":0", string.Create(CultureInfo.InvariantCulture, $"\"nbf\":{1900000000 + secondsAhead}"), StringComparison.Ordinal);

        Assert.Equal(expected, (await Receiver(TimeSpan.FromSeconds(skew)).VerifyAsync(Forge.Sign(Receiving.Current, claims), default, Receiving.Url)).Failure.ToString());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(301)]
    public void SkewOutOfRange_IsRefusedAtConstruction(int seconds)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => Receiver(TimeSpan.FromSeconds(seconds)));
        Assert.Contains("QStash:ClockSkew", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://shop.example/a", "HTTPS://SHOP.example/a")]
    [InlineData("https://shop.example:443/a", "https://shop.example/a")]
    [InlineData("http://shop.example:80/a", "http://shop.example/a")]
    [InlineData("https://shop.example:8443/a", "https://shop.example:8443/a")]
    [InlineData("https://[2001:DB8::1]:443/a", "https://[2001:db8::1]/a")]
    [InlineData("https://shop.example", "https://shop.example/")]
    [InlineData("https://shop.example?x=1", "https://shop.example/?x=1")]
    [InlineData("https://shop.example/%7Euser%2D1", "https://shop.example/~user-1")]
    [InlineData("https://shop.example/%41", "https://shop.example/A")]
    [InlineData("https://shop.example/a%2fb", "https://shop.example/a%2Fb")]
    [InlineData("https://shop.example/%c3%a7ay", "https://shop.example/çay")]
    [InlineData("https://shop.example/a?x=%7e", "https://shop.example/a?x=~")]
    [InlineData("https://shop.example/%2541", "https://shop.example/%2541")]
    public async Task UrlWrittenDifferently_IsTheSame(string inToken, string called)
    {
        Assert.Equal(SignatureFailure.None, (await Receiver().VerifyAsync(Receiving.Sign(Receiving.Current, inToken), default, called)).Failure);
        Assert.Equal(SignatureFailure.None, (await Receiver().VerifyAsync(Receiving.Sign(Receiving.Current, called), default, inToken)).Failure);
    }

    [Theory]
    [InlineData("https://shop.example/a", "http://shop.example/a")]
    [InlineData("https://shop.example/a", "https://shop.example/A")]
    [InlineData("https://shop.example/a", "https://shop.example/a/")]
    [InlineData("https://shop.example/a", "https://shop.example/a?")]
    [InlineData("https://shop.example/a?x=1", "https://shop.example/a?X=1")]
    [InlineData("https://shop.example/a?x=1&y=2", "https://shop.example/a?y=2&x=1")]
    [InlineData("https://shop.example/a%2Fb", "https://shop.example/a/b")]
    [InlineData("https://shop.example/a%20b", "https://shop.example/a b")]
    [InlineData("https://shop.example/a+b", "https://shop.example/a%20b")]
    [InlineData("https://shop.example/%2541", "https://shop.example/%41")]
    [InlineData("https://shop.example/a/../b", "https://shop.example/b")]
    [InlineData("https://shop.example/./b", "https://shop.example/b")]
    [InlineData("https://shop.example/a//b", "https://shop.example/a/b")]
    [InlineData("https://shop.example:80/a", "https://shop.example/a")]
    [InlineData("http://shop.example:443/a", "http://shop.example/a")]
    [InlineData("https://shop.example./a", "https://shop.example/a")]
    [InlineData("https://user@shop.example/a", "https://shop.example/a")]
    [InlineData("https://shop.example.evil.example/a", "https://shop.example/a")]
    [InlineData("https://\u212Aeys.example/a", "https://keys.example/a")]
    [InlineData("/a", "https://shop.example/a")]
    public async Task OtherUrl_IsAnother(string inToken, string called)
    {
        Assert.Equal(SignatureFailure.WrongUrl, (await Receiver().VerifyAsync(Receiving.Sign(Receiving.Current, inToken), default, called)).Failure);
        Assert.Equal(SignatureFailure.WrongUrl, (await Receiver().VerifyAsync(Receiving.Sign(Receiving.Current, called), default, inToken)).Failure);
    }
}
