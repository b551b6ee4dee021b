using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace QStash.Serverless.Lambda;

/// <summary>Sends a delivery of its own, signed with a key of its own, through everything but a handler; no counter and no log sees it.</summary>
internal static class LambdaWarmUp
{
    private const string Url = "https://warm-up.example/";
    private static int s_hasBegun;

    /// <summary>
    /// Warms up beside a cold start, once a process and on Lambda only: what another core compiles while the function builds itself and Amazon's bootstrap connects, the first
    /// delivery finds ready.
    /// </summary>
    internal static void Begin()
    {
        if (LambdaEnvironment.IsLambda && Interlocked.Exchange(ref s_hasBegun, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static _ => _ = TryAsync(), null);
        }
    }

    private static async Task TryAsync()
    {
        try
        {
            await RunAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It decides nothing: what fails here fails again where it counts, and is reported there.
        }
    }

    internal static async Task RunAsync(CancellationToken cancellationToken)
    {
        string key = "sig_" + RandomNumberGenerator.GetHexString(32);
        ServiceCollection services = new();
        services.AddQStash(new ConfigurationBuilder().Build(), options =>
        {
            options.CurrentSigningKey = key;
            options.NextSigningKey = null;
            options.PublicBaseUrl = null;
            options.OtherSigningKeys.Clear();
            options.Regions.Clear();
        });
        ServiceProvider provider = services.BuildServiceProvider();
        await using (provider.ConfigureAwait(false))
        {
            await DeliverAsync(provider, key, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task DeliverAsync(ServiceProvider provider, string key, CancellationToken cancellationToken)
    {
        string signature = new DeliverySigner(key).Sign(Url, "{}"u8, provider.GetRequiredService<TimeProvider>().GetUtcNow());
        byte[] json = Encoding.UTF8.GetBytes($$"""
            {"version":"2.0","rawPath":"/","rawQueryString":"","headers":{"host":"warm-up.example","upstash-signature":"{{signature}}","upstash-message-id":"msg_warm-up"},
             "requestContext":{"domainName":"warm-up.example","stage":"$default"},"body":"{}","isBase64Encoded":false}
            """);
        using MemoryStream stream = new(json);
        LambdaEvent read = await EventBuffer.ReadEventAsync(stream, cancellationToken).ConfigureAwait(false);
        await provider.GetRequiredService<DeliveryEngine>().VerifyAsync(read.ToDelivery(isDevelopment: false), "warm-up", cancellationToken).ConfigureAwait(false);
        await LambdaReplyWriter.Write(new DeliveryReply(200, [], "{}"u8.ToArray(), "application/json"), read.Shape, read.UsesMultiValueHeaders).DisposeAsync().ConfigureAwait(false);
    }
}
