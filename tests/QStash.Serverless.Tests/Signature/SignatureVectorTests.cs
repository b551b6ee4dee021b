using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace QStash.Serverless.Tests.Signature;

/// <summary>Protocol Appendix A and its neighbours, through the receiver and through the signer.</summary>
public sealed class SignatureVectorTests
{
    public static TheoryData<string> Names() => [.. SignatureVectors.All.Select(static vector => vector.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Vector_EndsAsItSays(string name)
    {
        SignatureVector vector = SignatureVectors.Named(name);
        QStashReceiver receiver = new(
            new QStashReceiverOptions { CurrentSigningKey = vector.Keys[0], NextSigningKey = vector.Keys[1] },
            timeProvider: new ManualTimeProvider(DateTimeOffset.FromUnixTimeSeconds(vector.Now)));

        SignatureVerdict verdict = await receiver.VerifyAsync(vector.Signature, vector.BodyBytes, vector.Url);

        Assert.Equal(Enum.Parse<SignatureFailure>(vector.Result), verdict.Failure);
        Assert.Equal(vector.Result == "None", verdict.IsValid);
        if (vector.KeysTried is { } tried && verdict.IsValid)
        {
            Assert.Equal(tried, verdict.KeysTried);
        }
    }

    [Fact]
    public void Signer_MakesTheClaimsOfAppendixA()
    {
        SignatureVector vector = SignatureVectors.Named("Appendix A");

        string signature = new DeliverySigner(vector.Keys[0]).Sign(vector.Url, vector.BodyBytes, DateTimeOffset.FromUnixTimeSeconds(vector.Now));

        string[] parts = signature.Split('.');
        Assert.Equal("""{"alg":"HS256","typ":"JWT"}""", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])));
        string claims = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1]));
        Assert.Matches("""^\{"iss":"Upstash","sub":"https://shop\.example/api/orders","exp":1900000300,"nbf":0,"iat":1900000000,"jti":"jwt_[1-9A-HJ-NP-Za-km-z]{28}","body":"LixOQT5Fo3hxw_yIZJMhKqHgu9GIP1wn7BErpJD5WqQ="\}$""", claims);
        byte[] mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(vector.Keys[0]), Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]));
        Assert.Equal(Base64Url.EncodeToString(mac), parts[2]);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(200)]
    public async Task KeyOfAnyLength_VerifiesWhatItSigned(int length)
    {
        string key = "sig_" + new string('k', length - 4);
        QStashReceiver receiver = new(new QStashReceiverOptions { CurrentSigningKey = key }, timeProvider: new ManualTimeProvider());
        string signature = new DeliverySigner(key).Sign("https://shop.example/", "{}"u8, DateTimeOffset.FromUnixTimeSeconds(1900000000));

        Assert.True((await receiver.VerifyAsync(signature, "{}"u8.ToArray(), "https://shop.example/")).IsValid);
        Assert.Equal(SignatureFailure.WrongKey, (await receiver.VerifyAsync(Tampered(signature), "{}"u8.ToArray(), "https://shop.example/")).Failure);
    }

    private static string Tampered(string signature) => signature[..^2] + (signature[^2] == 'A' ? 'B' : 'A') + signature[^1];
}
