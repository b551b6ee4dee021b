using Microsoft.Extensions.Logging;

namespace QStash.Serverless.DevServer;

/// <summary>How a local QStash is started.</summary>
public sealed class QStashDevServerOptions
{
    /// <summary>The port on 127.0.0.1 to listen on; 0 takes a free one. Default 0.</summary>
    public int Port { get; set; }

    /// <summary>
    /// Where everything is kept (<c>qstash.db</c> and a lock file); created if missing. A server on the same directory goes on where the last one
    /// stopped, with the same token and keys. Null, the default, keeps everything in memory until the server is disposed.
    /// </summary>
    public string? DataDirectory { get; set; }

    /// <summary>
    /// Whether a new store gets the public account of the official development server (protocol 10.3) instead of a random token and random keys.
    /// Anyone can forge deliveries with public keys: for local development only. Default false.
    /// </summary>
    public bool UseWellKnownAccounts { get; set; }

    /// <summary>
    /// The clock of delays, retries, timeouts, deduplication and signatures. The system's by default; a <see cref="DevServerClock"/> makes
    /// <see cref="QStashDevServer.AdvanceAsync"/> available.
    /// </summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>
    /// How long, in real time, <see cref="QStashDevServer.AdvanceAsync"/> waits for one attempt before it moves on without it. Default 30 seconds;
    /// shorten it where a destination hangs on purpose.
    /// </summary>
    public TimeSpan AttemptPatience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether destinations outside this machine are delivered to over the network. By default they are refused when they are published (400),
    /// unless they are mapped with <see cref="MapHost"/>.
    /// </summary>
    public bool AllowExternal { get; set; }

    /// <summary>Whose limits the server has. Default <see cref="DevServerQuota.PayAsYouGo"/>.</summary>
    public DevServerQuota Quota { get; set; }

    /// <summary>The value of <c>Upstash-Region</c> on deliveries. Default <c>EU-CENTRAL-1</c>.</summary>
    public string Region { get; set; } = "EU-CENTRAL-1";

    /// <summary>Where the server logs; nowhere by default. Bodies, tokens and keys are never logged.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    internal List<(string Host, HttpMessageHandler Handler)> HostMappings { get; } = [];

    /// <summary>Sends deliveries for a host into a handler instead of the network, for example <c>TestServer.CreateHandler()</c>.</summary>
    /// <param name="host"><c>orders.test</c>, <c>orders.test:8443</c> or <c>https://orders.test</c>; the more specific form wins.</param>
    /// <param name="handler">Receives the deliveries; it is not disposed.</param>
    public void MapHost(string host, HttpMessageHandler handler) => HostMappings.Add((host, handler));
}
