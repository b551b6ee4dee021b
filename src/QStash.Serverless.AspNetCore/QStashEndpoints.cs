using Microsoft.Extensions.DependencyInjection;

namespace QStash.Serverless.AspNetCore;

/// <summary>What every kind of QStash endpoint needs from the app.</summary>
internal static class QStashEndpoints
{
    /// <summary>The app's engine; the app now needs signing keys to start.</summary>
    internal static DeliveryEngine Engine(IServiceProvider services, string caller)
    {
        DeliveryEngine engine = services.GetService<DeliveryEngine>()
            ?? throw new InvalidOperationException($"{caller} needs QStash's services: call builder.AddQStash() before builder.Build().");
        services.GetRequiredService<QStashStartup>().ReceiverIsUsed();
        return engine;
    }
}
