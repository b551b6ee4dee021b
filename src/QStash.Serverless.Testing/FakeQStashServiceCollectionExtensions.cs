using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using QStash.Serverless;
using QStash.Serverless.Client;
using QStash.Serverless.Testing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts a fake in QStash's place.</summary>
public static class FakeQStashServiceCollectionExtensions
{
    /// <summary>
    /// Replaces the app's <see cref="IQStashPublisher"/> by a <see cref="FakeQStashPublisher"/>, which tests take from the app's services; where the app has named
    /// clients, each of theirs by one of its own, as a keyed service. The app then starts without any QStash setting: signing keys that are configured
    /// go on to be valid, and a token that is missing is made up. Call it after the app's own registrations, as in <c>ConfigureTestServices</c>.
    /// What the app does through <see cref="QStashClient"/> itself, such as schedules, is not faked and fails: that is what <c>QStashDevServer</c> is for.
    /// </summary>
    /// <param name="services">The app's services.</param>
    public static IServiceCollection AddFakeQStash(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddQStash(new ConfigurationBuilder().Build());
        string signingKey = SignedDelivery.NewSigningKey();
        services.Replace(ServiceDescriptor.Singleton<ISigningKeySource>(provider => new FakeSigningKeys(
            new ConfiguredSigningKeys(provider.GetRequiredService<IOptionsMonitor<QStashReceiverOptions>>(), fallback: null), signingKey)));
        services.PostConfigureAll<QStashClientOptions>(static options => options.Token = string.IsNullOrWhiteSpace(options.Token) ? "fake" : options.Token);
        services.AddHttpClient(QStashClientOptions.HttpClientName).ConfigurePrimaryHttpMessageHandler(static () => new NoQStash());

        services.RemoveAll<FakeQStashPublisher>().AddSingleton(provider => new FakeQStashPublisher(provider, signingKey));
        services.Replace(ServiceDescriptor.Singleton<IQStashPublisher>(static provider => provider.GetRequiredService<FakeQStashPublisher>()));
        foreach (ServiceDescriptor named in services.Where(static service => service.IsKeyedService && service.ServiceType == typeof(IQStashPublisher)).ToArray())
        {
            services.Remove(named);
            services.AddKeyedSingleton(named.ServiceKey, (provider, _) => new FakeQStashPublisher(provider, signingKey));
            services.AddKeyedSingleton<IQStashPublisher>(named.ServiceKey, static (provider, key) => provider.GetRequiredKeyedService<FakeQStashPublisher>(key));
        }

        return services;
    }

    private sealed class FakeSigningKeys(ISigningKeySource configured, string signingKey) : ISigningKeySource
    {
        public async ValueTask<IReadOnlyList<string>> GetSigningKeysAsync(string? region, CancellationToken cancellationToken) =>
            [.. await configured.GetSigningKeysAsync(region, cancellationToken).ConfigureAwait(false), signingKey];
    }

    private sealed class NoQStash : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => throw new InvalidOperationException(
            $"{request.Method} {request.RequestUri?.AbsolutePath}: AddFakeQStash() fakes IQStashPublisher only. To test what uses QStashClient itself, start a QStashDevServer instead.");
    }
}
