using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace QStash.Serverless.AspNetCore;

/// <summary>What every kind of QStash endpoint needs from the app.</summary>
internal static class QStashEndpoints
{
    /// <summary>No browser can make a signed request: there is nothing that an antiforgery token would add, and QStash has none.</summary>
    internal static readonly IAntiforgeryMetadata NoAntiforgery = new NoAntiforgeryMetadata();

    /// <summary>The name of a route: its template, which is empty for the root of a route group.</summary>
    internal static string RouteName(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return pattern.Length == 0 ? "/" : pattern;
    }

    /// <summary>Whether this metadata or attribute is authorization that must not be switched off: every form that ASP.NET Core heeds.</summary>
    internal static bool AsksForAuthorization(object metadata) => metadata is IAuthorizeData or IAuthorizationRequirementData or AuthorizationPolicy;

    /// <summary>The app's engine; the app now needs signing keys to start.</summary>
    internal static DeliveryEngine Engine(IServiceProvider services, string caller)
    {
        DeliveryEngine engine = services.GetService<DeliveryEngine>()
            ?? throw new InvalidOperationException($"{caller} needs QStash's services: call builder.AddQStash() before builder.Build().");
        services.GetRequiredService<QStashStartup>().ReceiverIsUsed();
        return engine;
    }

    /// <summary>Marks the endpoints that <c>MapQStash</c> made.</summary>
    internal sealed record Mapped
    {
        internal static Mapped Mark { get; } = new();
    }

    private sealed class NoAntiforgeryMetadata : IAntiforgeryMetadata
    {
        public bool RequiresValidation => false;
    }
}
