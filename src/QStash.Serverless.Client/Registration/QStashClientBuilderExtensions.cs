using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using QStash.Serverless.Client;

namespace QStash.Serverless;

/// <summary>Adds the QStash client to an app that receives deliveries.</summary>
public static class QStashClientBuilderExtensions
{
    /// <summary>
    /// Registers <see cref="QStashClient"/>, and as <see cref="IQStashPublisher"/> unless the app has registered its own: handlers' messages are
    /// published through it. The sources of the settings are those of <c>AddQStashClient</c>; the app does not start without a token. Where no signing
    /// keys are configured, they are read from QStash with this token, so that the token alone starts an app.
    /// </summary>
    /// <param name="builder">What <c>AddQStash()</c> returned.</param>
    /// <param name="configure">Sets options; what it sets beats every other source.</param>
    public static QStashBuilder AddClient(this QStashBuilder builder, Action<QStashClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddQStashClient(builder.Configuration, configure);
        builder.Services.TryAddSingleton(static provider => new SigningKeyFallback(new ApiSigningKeys(provider.GetRequiredService<QStashClient>())));
        return builder;
    }

    /// <summary>
    /// Registers a further <see cref="QStashClient"/> under a name, for apps with several QStash accounts: as a keyed service, and as keyed
    /// <see cref="IQStashPublisher"/>. Token and URL come from the configuration section of that name; the app does not start without a token.
    /// </summary>
    /// <param name="builder">What <c>AddQStash()</c> returned.</param>
    /// <param name="name">The name, which is the section's too, as in <c>Billing</c> or <c>Accounts:Billing</c>.</param>
    /// <param name="configure">Sets options; what it sets beats every other source.</param>
    public static QStashBuilder AddClient(this QStashBuilder builder, string name, Action<QStashClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddQStashClient(builder.Configuration, name, configure);
        return builder;
    }
}
