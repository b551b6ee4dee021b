using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace QStash.Serverless.Tests.Signature;

/// <summary>An app that receives, without a host: <c>AddQStash</c> over settings, a clock and an environment.</summary>
internal sealed class Receiving : IAsyncDisposable
{
    internal const string Current = "sig_ReceivingCurrent6789abcdefXY";
    internal const string Next = "sig_ReceivingNext3456789abcdefXY";
    internal const string Url = "https://shop.example/api/orders";
    internal const long Now = 1900000000;

    private readonly ServiceProvider _services;

    internal Receiving(Dictionary<string, string?>? settings = null, Action<QStashReceiverOptions>? code = null, string environment = "Production", Action<QStashBuilder>? build = null)
    {
        settings ??= new() { ["QStash:CurrentSigningKey"] = Current, ["QStash:NextSigningKey"] = Next };
        ServiceCollection services = new();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<IHostEnvironment>(new NamedEnvironment(environment));
        QStashBuilder builder = services.AddQStash(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), code);
        build?.Invoke(builder);
        _services = services.BuildServiceProvider();
    }

    internal ManualTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeSeconds(Now));

    internal QStashReceiverOptions Options => _services.GetRequiredService<IOptions<QStashReceiverOptions>>().Value;

    internal static string Sign(string key, string url = Url, byte[]? body = null) => new DeliverySigner(key).Sign(url, body ?? [], DateTimeOffset.FromUnixTimeSeconds(Now));

    internal async Task<SignatureVerdict> VerifyAsync(string signature, string? region = null) =>
        await _services.GetRequiredService<QStashReceiver>().VerifyAsync(signature, ReadOnlyMemory<byte>.Empty, Url, region);

    /// <summary>Starts as a host does after an endpoint was mapped.</summary>
    internal async Task StartAsync()
    {
        QStashStartup startup = _services.GetRequiredService<QStashStartup>();
        startup.ReceiverIsUsed();
        await startup.StartingAsync(CancellationToken.None);
    }

    /// <summary>The status a delivery signed for one URL gets when the host saw another.</summary>
    internal Task<int> DeliverAsync(string signedFor, string seen, bool pathIsDecoded = false) =>
        DeliverAsync(new RawDelivery { Url = seen, Headers = Signed(signedFor), Body = DeliveryBody.FromBytes(default), PathIsDecoded = pathIsDecoded }, CancellationToken.None);

    internal async Task<int> DeliverAsync(RawDelivery raw, CancellationToken cancellationToken) =>
        (await HandleAsync(raw, DeliveryRoute.To("orders", static (_, _, _) => Task.FromResult(QStashResult.Success())), cancellationToken)).Status;

    internal Task<DeliveryReply> HandleAsync(RawDelivery raw, DeliveryRoute route, CancellationToken cancellationToken = default) =>
        _services.GetRequiredService<DeliveryEngine>().HandleAsync(raw, route, _services, cancellationToken);

    internal static DeliveryHeaders Signed(string url, byte[]? body = null)
    {
        DeliveryHeaders headers = new();
        headers.Add("Upstash-Signature", Sign(Current, url, body));
        return headers;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private sealed class NamedEnvironment(string name) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = name;

        public string ApplicationName { get; set; } = "tests";

        public string ContentRootPath { get; set; } = AppContext.BaseDirectory;

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
