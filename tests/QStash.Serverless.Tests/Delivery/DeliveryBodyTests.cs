using QStash.Serverless.Tests.Signature;

namespace QStash.Serverless.Tests.Delivery;

/// <summary>How much of a body is read: none before the signature is proven, and no more than the limit after it.</summary>
public sealed class DeliveryBodyTests
{
    private const int Limit = 100;

    [Theory]
    [InlineData(0, 200, 0)]
    [InlineData(99, 200, 99)]
    [InlineData(100, 200, 100)]
    [InlineData(101, 489, 101)]
    [InlineData(100_000, 489, 101)]
    public async Task GenuineBodyOfUnknownLength_IsReadNoFurtherThanOneByteOverTheLimit(int length, int status, int read)
    {
        byte[] body = new byte[length];
        using MemoryStream stream = new(body);

        Assert.Equal(status, await DeliverAsync(Receiving.Signed(Receiving.Url, body), DeliveryBody.FromStream(stream, null)));
        Assert.Equal(read, stream.Position);
    }

    [Fact]
    public async Task GenuineBodyAnnouncedOverTheLimit_IsNotRead()
    {
        byte[] body = new byte[101];
        using MemoryStream stream = new(body);

        Assert.Equal(489, await DeliverAsync(Receiving.Signed(Receiving.Url, body), DeliveryBody.FromStream(stream, 101)));
        Assert.Equal(0, stream.Position);
    }

    [Fact]
    public async Task ForgedDelivery_ItsBodyIsNotRead()
    {
        using MemoryStream stream = new(new byte[10]);
        DeliveryHeaders headers = new();
        headers.Add("Upstash-Signature", Receiving.Sign("sig_Stranger456789abcdefXYZabcde"));

        Assert.Equal(401, await DeliverAsync(headers, DeliveryBody.FromStream(stream, null)));
        Assert.Equal(0, stream.Position);
    }

    [Fact]
    public async Task BodyLargerThanTheFirstBuffer_ArrivesWhole()
    {
        byte[] body = new byte[300_000];
        new Random(7).NextBytes(body);
        using MemoryStream stream = new(body);

        Assert.Equal(200, await DeliverAsync(Receiving.Signed(Receiving.Url, body), DeliveryBody.FromStream(stream, null), limit: 300_000));
    }

    private static async Task<int> DeliverAsync(DeliveryHeaders headers, DeliveryBody body, long limit = Limit)
    {
        await using Receiving app = new(code: options => options.MaxBodyBytes = limit);
        return await app.DeliverAsync(new RawDelivery { Url = Receiving.Url, Headers = headers, Body = body }, CancellationToken.None);
    }
}
