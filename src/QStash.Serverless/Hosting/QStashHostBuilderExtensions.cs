using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless;

namespace Microsoft.Extensions.Hosting;

/// <summary>Registers QStash with an app's builder.</summary>
public static class QStashHostBuilderExtensions
{
    /// <inheritdoc cref="QStashServiceCollectionExtensions.AddQStash"/>
    /// <param name="builder">The app's builder: of a web app, a function app or a plain host.</param>
    /// <param name="configure">Settings in code; they win.</param>
    public static QStashBuilder AddQStash(this IHostApplicationBuilder builder, Action<QStashReceiverOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Services.AddQStash(builder.Configuration, configure);
    }
}
