using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace QStash.Serverless.Tests.Signature;

/// <summary>100,000 generated requests that no key of ours has signed as they are, among genuine ones.</summary>
public sealed class HostileTokenTests
{
    private const int Batch = 10_000;
    private const string CurrentKey = "sig_HostileCurrent456789abcdefXY";
    private const string NextKey = "sig_HostileNext0123456789abcdefX";
    private const string Url = "https://shop.example/api/orders%2Fnew/v1.2?x=1&y=a%20b";
    private const long Now = 1900000000;
    private const long MaxAllocation = 4 * 1024 * 1024;
    private static readonly TimeSpan s_ceiling = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    public async Task HostileRequest_IsRefusedQuietlyAndQuickly(int seed)
    {
        int handled = 0;
        await using ServiceProvider services = Services();
        DeliveryEngine engine = services.GetRequiredService<DeliveryEngine>();
        QStashReceiver receiver = services.GetRequiredService<QStashReceiver>();
        DeliveryRoute route = DeliveryRoute.To("orders", (_, _, _) =>
        {
            handled++;
            return Task.FromResult(QStashResult.Success());
        });
        HostileTokens tokens = new(seed, CurrentKey, NextKey, Url, Now);
        for (int i = 0; i < Batch; i++)
        {
            if (i % 500 == 0)
            {
                (string signature, byte[] body) = tokens.Genuine();
                SignatureVerdict accepted = await receiver.VerifyAsync(signature, body, Url);
                Assert.True(accepted.IsValid, $"seed {seed}, item {i}: a genuine token ended as {accepted.Failure}: {signature}");
                Assert.Equal(200, (await engine.HandleAsync(Raw([signature], body), route, services, CancellationToken.None)).Status);
                Assert.Equal((i / 500) + 1, handled);
            }

            HostileRequest request = tokens.Next();
            string Which() => string.Create(CultureInfo.InvariantCulture, $"seed {seed}, item {i}, {request.Kind}: {string.Join(" | ", request.Signature)[..Math.Min(2000, request.Signature.Sum(static s => s.Length))]}");
            try
            {
                if (request.Signature.Count == 1)
                {
                    SignatureVerdict verdict = await WithinBoundsAsync(() => receiver.VerifyAsync(request.Signature[0], request.Body, Url).AsTask(), Which);
                    Assert.False(verdict.IsValid, $"accepted: {Which()}");
                    Assert.NotEqual(SignatureFailure.None, verdict.Failure);
                }

                if (request.Signature.Count > 1 || i % 5 == 0)
                {
                    int before = handled;
                    DeliveryReply reply = await WithinBoundsAsync(() => engine.HandleAsync(Raw(request.Signature, request.Body), route, services, CancellationToken.None), Which);
                    Assert.True(reply.Status == 401 && reply.Body.IsEmpty && reply.Headers.Count == 0 && handled == before, $"answered {reply.Status}: {Which()}");
                }
            }
            catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"{exception.GetType().Name} escaped, {Which()}{Environment.NewLine}{exception}");
            }
        }
    }

    // Bounded by what it allocates, which does not depend on the machine, and by a time that only work out of all proportion can take twice in a row.
    private static async Task<T> WithinBoundsAsync<T>(Func<Task<T>> work, Func<string> which)
    {
        for (int attempt = 1; ; attempt++)
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long started = Stopwatch.GetTimestamp();
            Task<T> task = work();
            TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            T result = await task;
            Assert.True(allocated <= MaxAllocation, $"{allocated} bytes allocated, {which()}");
            if (elapsed <= s_ceiling)
            {
                return result;
            }

            Assert.True(attempt < 2, $"took {elapsed} twice, {which()}");
        }
    }

    private static RawDelivery Raw(IReadOnlyList<string> signature, byte[] body)
    {
        DeliveryHeaders headers = new();
        headers.Add("upstash-signature", new StringValues([.. signature]));
        headers.Add("Upstash-Message-Id", "msg_1");
        return new RawDelivery { Url = Url, Headers = headers, Body = DeliveryBody.FromBytes(body) };
    }

    private static ServiceProvider Services()
    {
        ServiceCollection services = new();
        services.AddSingleton<TimeProvider>(new ManualTimeProvider(DateTimeOffset.FromUnixTimeSeconds(Now)));
        services.AddQStash(new ConfigurationBuilder().Build(), options =>
        {
            options.CurrentSigningKey = CurrentKey;
            options.NextSigningKey = NextKey;
        });
        return services.BuildServiceProvider();
    }
}
