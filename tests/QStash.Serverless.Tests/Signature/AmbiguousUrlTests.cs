namespace QStash.Serverless.Tests.Signature;

/// <summary>Hosts that cannot tell at which URL they were called: several may be meant, or only decoded parts are left to compare.</summary>
public sealed class AmbiguousUrlTests
{
    private const string Signed = "https://shop.example/prod/orders?a=1";

    [Theory]
    [InlineData(Signed, 200)]
    [InlineData("https://SHOP.example:443/prod/orders?a=1", 200)]
    [InlineData("https://shop.example/prod/orders?a=2", 401)]
    [InlineData("https://shop.example/dev/orders?a=1", 401)]
    public async Task OtherUrl_IsComparedAsStrictlyAsTheFirst(string other, int status) =>
        Assert.Equal(status, await DeliverAsync(Signed, "https://10.0.0.7/orders?a=1", others: ["https://elsewhere.example/", other]));

    [Fact]
    public async Task OtherUrls_AreNotAskedForWhenTheFirstIsTheSignedOne()
    {
        int asked = 0;
        IEnumerable<string> Others()
        {
            asked++;
            yield return "https://shop.example/";
        }

        Assert.Equal(200, await DeliverAsync(Signed, Signed, others: Others()));
        Assert.Equal(0, asked);
    }

    [Theory]
    [InlineData("https://public.example/prod/orders", 200)]
    [InlineData("https://public.example/orders", 200)]
    [InlineData("https://gateway.example/prod/orders", 401)]
    public async Task PublicBaseUrl_OnlyThePathsOfTheOtherUrlsCount(string signedFor, int status) =>
        Assert.Equal(status, await DeliverAsync(signedFor, "https://gateway.example/prod/orders", others: ["https://gateway.example/orders"], publicBaseUrl: "https://public.example"));

    [Theory]
    [InlineData("a=1&b=2", "b=2&a=1", 200)]
    [InlineData("a=x%20y", "a=x+y", 200)]
    [InlineData("a=1+2", "a=1%202", 200)]
    [InlineData("a=%C3%A9&b=%2F", "b=/&a=é", 200)]
    [InlineData("a=1&a=2", "a=2&a=1", 200)]
    [InlineData("a", "a=", 200)]
    [InlineData("a=1&&b=2", "a=1&b=2", 200)]
    [InlineData("a=b=c", "a=b%3Dc", 200)]
    [InlineData("a=1%26b%3D2", "a=1&b=2", 401)]
    [InlineData("a=1&a=2", "a=2", 401)]
    [InlineData("a=1&a=1", "a=1", 401)]
    [InlineData("a=1", "A=1", 401)]
    [InlineData("a=1", "a=1&admin=1", 401)]
    [InlineData("a=1&admin=1", "a=1", 401)]
    [InlineData("a=%2526", "a=%26", 401)]
    public async Task UnorderedQuery_HasTheSamePairsEachAsOften(string query, string seen, int status) =>
        Assert.Equal(status, await DeliverAsync("https://shop.example/orders?" + query, "https://shop.example/orders?" + seen, queryIsUnordered: true));

    [Theory]
    [InlineData("https://shop.example/orders?b=2&a=1")]
    [InlineData("https://shop.example/orders?a=1&b=%32")]
    public async Task OrderedQuery_IsComparedAsItStands(string seen)
    {
        Assert.Equal(seen.EndsWith("%32", StringComparison.Ordinal) ? 200 : 401, await DeliverAsync("https://shop.example/orders?a=1&b=2", seen));
        Assert.Equal(200, await DeliverAsync("https://shop.example/orders?a=1&b=2", seen, queryIsUnordered: true));
    }

    [Theory]
    [InlineData("https://shop.example/a%20b?x=%2F", "https://shop.example/a b?x=%2F", 200)]
    [InlineData("https://shop.example/a%20b?x=%2F", "https://shop.example/a b?x=/", 401)]
    [InlineData("https://shop.example/a%3Fx=1", "https://shop.example/a?x=1", 401)]
    [InlineData("https://shop.example/a%2525", "https://shop.example/a%2525", 200)]
    [InlineData("https://shop.example/a%2525", "https://shop.example/a%25", 401)]
    public async Task DecodedPath_LeavesTheQueryAsStrictAsItWas(string signedFor, string seen, int status) =>
        Assert.Equal(status, await DeliverAsync(signedFor, seen, pathIsDecoded: true));

    private static async Task<int> DeliverAsync(string signedFor, string seen, IEnumerable<string>? others = null, bool pathIsDecoded = false, bool queryIsUnordered = false, string? publicBaseUrl = null)
    {
        await using Receiving app = new(new() { ["QStash:CurrentSigningKey"] = Receiving.Current, ["QStash:PublicBaseUrl"] = publicBaseUrl });
        RawDelivery raw = new()
        {
            Url = seen,
            OtherUrls = others ?? [],
            PathIsDecoded = pathIsDecoded,
            QueryIsUnordered = queryIsUnordered,
            Headers = Receiving.Signed(signedFor),
            Body = DeliveryBody.FromBytes(default),
        };
        return await app.DeliverAsync(raw, CancellationToken.None);
    }
}
