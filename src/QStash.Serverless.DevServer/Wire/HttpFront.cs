using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>Kestrel on one address, without any configuration from files, environment or arguments of the process it is embedded in.</summary>
internal sealed class HttpFront : IAsyncDisposable
{
    /// <summary>How many bytes a request body may have.</summary>
    public const long LargestRequest = 100 * 1024 * 1024;

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    private readonly WebApplication _app;

    private HttpFront(WebApplication app, Uri url)
    {
        _app = app;
        Url = url;
    }

    /// <summary>Where the server listens.</summary>
    public Uri Url { get; }

    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<HttpFront> StartAsync(IPAddress address, int port, RequestDelegate handle, CancellationToken ct)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());

        // The framework logs the URLs of requests, and with them tokens and what destinations are called by: the server logs for itself.
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopPatience);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.Listen(address, port);
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = LargestRequest;
            options.Limits.MaxRequestLineSize = 64 * 1024;
            options.Limits.MaxRequestHeadersTotalSize = 256 * 1024;
            options.Limits.MaxRequestHeaderCount = 1000;
            options.Limits.MinRequestBodyDataRate = null;
        });
        WebApplication app = builder.Build();
        try
        {
            app.Run(handle);
            await app.StartAsync(ct).ConfigureAwait(false);
            UriBuilder url = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
            if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            {
                // It listens everywhere, but nobody can call an address that means everywhere.
                url.Host = address.Equals(IPAddress.Any) ? "127.0.0.1" : "[::1]";
            }

            return new(app, url.Uri);
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The process belongs to somebody else: its signals are not this server's business.</summary>
    private sealed class EmbeddedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
