using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests.ByHand;

/// <summary>What docs/by-hand.md shows, beside the library on the same deliveries.</summary>
public sealed class HandWrittenVerifierTests
{
    private const string Url = "https://shop.example/orders";

    private static readonly string s_current = SignedDelivery.NewSigningKey();
    private static readonly string s_next = SignedDelivery.NewSigningKey();

    public static TheoryData<string, bool> Deliveries => new()
    {
        { "genuine", true }, { "by the next key", true }, { "expired", false }, { "wrong key", false }, { "wrong url", false }, { "tampered", false },
        { "missing", false }, { "no token", false }, { "unsigned", false }, { "two parts", false },
    };

    [Theory]
    [MemberData(nameof(Deliveries))]
    public async Task Verdict_is_that_of_the_library(string kind, bool genuine)
    {
        SignedDelivery delivery = new SignedDelivery(Url, kind == "by the next key" ? s_next : s_current).WithJson("""{"id":"o-1"}""");
        delivery = kind switch { "expired" => delivery.Expired(), "wrong key" => delivery.WithWrongKey(), "wrong url" => delivery.WithWrongUrl(), "tampered" => delivery.Tampered(), _ => delivery };
        string? signature = kind switch { "missing" => null, "no token" => "x.y.z", "unsigned" => delivery.Sign().Split('.')[0] + "." + delivery.Sign().Split('.')[1] + ".", "two parts" => "e30.e30", _ => delivery.Sign() };
        byte[] body = delivery.Body.ToArray();

        bool byHand = HandWrittenVerifier.IsGenuine(signature, body, Url, [s_current, s_next], TimeProvider.System.GetUtcNow());
        QStashReceiver receiver = new(new QStashReceiverOptions { CurrentSigningKey = s_current, NextSigningKey = s_next });
        SignatureVerdict verdict = await receiver.VerifyAsync(signature, body, Url);

        Assert.Equal((genuine, genuine), (byHand, verdict.IsValid));
    }
}
