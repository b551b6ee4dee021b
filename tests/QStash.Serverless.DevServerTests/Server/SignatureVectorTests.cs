using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;

namespace QStash.Serverless.DevServerTests.Server;

/// <summary>What the server signs with, held against the published vectors (protocol, Appendix A).</summary>
public sealed class SignatureVectorTests
{
    private const string Key = "sig_DocVector0123456789abcdefXYZ";
    private const string Url = "https://shop.example/api/orders";
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("{\"orderId\":42,\"note\":\"çay\"}");

    [Fact]
    public void Signature_HasTheVectorsHeaderClaimsAndBodyHash()
    {
        string[] token = new DeliverySigner(Key).Sign(Url, Body, DateTimeOffset.FromUnixTimeSeconds(1900000000)).Split('.');
        Assert.Equal("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", token[0]);
        JsonObject claims = JsonNode.Parse(Base64Url.DecodeFromChars(token[1]))!.AsObject();
        Assert.Equal("LixOQT5Fo3hxw_yIZJMhKqHgu9GIP1wn7BErpJD5WqQ=", (string?)claims["body"]);
        Assert.Equal(1900000300, (long?)claims["exp"]);
        Assert.Equal(1900000000, (long?)claims["iat"]);
        Assert.Equal(0, (long?)claims["nbf"]);
        Assert.Equal("Upstash", (string?)claims["iss"]);
        Assert.Equal(Url, (string?)claims["sub"]);
        Assert.Matches("^jwt_.{28}$", (string)claims["jti"]!);
    }

    [Fact]
    public void Vector_VerifiesTheWayTheseTestsVerifyDeliveries()
    {
        const string Vector = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhdWQiOiIiLCJib2R5IjoiTGl4T1FUNUZvM2h4d195SVpKTWhLcUhndTlHSVAxd243QkVycEpENVdxUT0iLCJleHAiOjE5MDAwMDAzMDAsImlhdCI6MTkwMDAwMDAwMCwiaXNzIjoiVXBzdGFzaCIsImp0aSI6Imp3dF9kb2N2ZWN0b3IxIiwibmJmIjowLCJzdWIiOiJodHRwczovL3Nob3AuZXhhbXBsZS9hcGkvb3JkZXJzIn0.0Yqo9za10r1hd6qrau888OlLvfGryxrJALHuCb23H4k";
        Received received = new("POST", Url, new Dictionary<string, string> { ["Upstash-Signature"] = Vector }, Body);
        Assert.True(Signed.By(received, Key));
        Assert.False(Signed.By(received, Key + "x"));
        Assert.False(Signed.By(received with { Body = [.. Body, 0] }, Key));
        Assert.False(Signed.By(received with { Url = Url + "/" }, Key));
    }

    [Fact]
    public void EmptyBody_HashesZeroBytes()
    {
        string token = new DeliverySigner(Key).Sign(Url, [], DateTimeOffset.UnixEpoch).Split('.')[1];
        Assert.Equal("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=", (string?)JsonNode.Parse(Base64Url.DecodeFromChars(token))!["body"]);
    }
}
