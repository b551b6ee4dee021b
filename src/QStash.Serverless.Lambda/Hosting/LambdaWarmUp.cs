using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace QStash.Serverless.Lambda;

/// <summary>Sends a delivery of its own, signed with a key of its own, through everything but a handler; no counter and no log sees it.</summary>
internal static class LambdaWarmUp
{
    private const string Url = "https://warm-up.example/";

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
