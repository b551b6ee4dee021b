using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using QStash.Serverless;
using QStash.Serverless.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Registers QStash with a web app's builder.</summary>
public static class QStashWebApplicationBuilderExtensions
{
    /// <summary>
    /// Registers the engine that verifies and handles deliveries. Settings come from <paramref name="configure"/>, then the section <c>QStash</c>, then
    /// QStash's own variables. An app with a QStash endpoint, mapped or protected, does not start without signing keys.
    /// </summary>
    /// <param name="builder">The web app's builder: full, slim or empty.</param>
    /// <param name="configure">Settings in code; they win.</param>
    public static QStashBuilder AddQStash(this WebApplicationBuilder builder, Action<QStashReceiverOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        QStashBuilder qstash = builder.Services.AddQStash(builder.Configuration, configure);
        builder.Services.AddHostedService<EndpointStartup>();
        return qstash;
    }
}
