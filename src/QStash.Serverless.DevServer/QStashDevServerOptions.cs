using System.Net;
using Microsoft.Extensions.Logging;
using QStash.Serverless.DevServer.Delivery;

namespace QStash.Serverless.DevServer;

/// <summary>How a local QStash is started.</summary>
public sealed class QStashDevServerOptions
{
    /// <summary>
    /// The address to listen on. Default 127.0.0.1. Any other address lets other machines in, so it is refused together with
    /// <see cref="UseWellKnownAccounts"/>.
    /// </summary>
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    /// <summary>The port to listen on; 0 takes a free one. Default 0.</summary>
    public int Port { get; set; }

    /// <summary>
    /// Where everything is kept (<c>qstash.db</c> and a lock file); created if missing. A server on the same directory goes on where the last one
    /// stopped, with the same token and keys. Null, the default, keeps everything in memory until the server is disposed.
    /// </summary>
    public string? DataDirectory { get; set; }

    /// <summary>
    /// Whether the server has the four public accounts of the official development server (protocol 10.3), the first of them by default, so that
    /// clients in their development mode find it on port 8080. Anyone can forge deliveries with public keys: for local development only. Default false.
    /// </summary>
    public bool UseWellKnownAccounts { get; set; }

    /// <summary>
    /// The accounts of the server, isolated from each other; the first is the default one. With none, and without
    /// <see cref="UseWellKnownAccounts"/>, there is one account with random secrets. A data directory belongs to the accounts it was made with: more
    /// can be added, none left out.
    /// </summary>
    public IList<DevServerAccount> Accounts { get; } = [];

    /// <summary>
    /// Origins such as <c>https://console.example.com</c> whose web pages may use the server from a browser; <c>*</c> stands for all. Empty by
    /// default: every request of a page from elsewhere is refused.
    /// </summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>
    /// How many requests a second an account may make of everything but publishing, with the answers and headers of the hosted service's burst
    /// limit (protocol 1.4). Null, the default, is no limit and no headers.
    /// </summary>
    public int? RequestsPerSecond { get; set; }

    /// <summary>
    /// The clock of delays, retries, timeouts, deduplication and signatures. The system's by default; a <see cref="DevServerClock"/> makes
    /// <see cref="QStashDevServer.AdvanceAsync"/> available.
    /// </summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>
    /// The clock that dates signatures, where it is another than <see cref="TimeProvider"/>: the system's, so that receivers in other processes go
    /// on accepting deliveries while the server's clock is moved ahead. Null, the default, dates them by <see cref="TimeProvider"/>.
    /// </summary>
    public TimeProvider? SignatureTimeProvider { get; set; }

    /// <summary>
    /// How long, in real time, <see cref="QStashDevServer.AdvanceAsync"/> waits for one attempt before it moves on without it. Default 30 seconds;
    /// shorten it where a destination hangs on purpose.
    /// </summary>
    public TimeSpan AttemptPatience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether destinations outside this machine are delivered to over the network. By default they are refused when they are published (400),
    /// unless they are mapped with <see cref="MapHost(string, Uri)"/>.
    /// </summary>
    public bool AllowExternal { get; set; }

    /// <summary>Whose limits the server has. Default <see cref="DevServerQuota.PayAsYouGo"/>.</summary>
    public DevServerQuota Quota { get; set; }

    /// <summary>
    /// How long a deduplication id is remembered from the acceptance of its message, 0 to 365 days. Default 10 minutes, as the hosted service does;
    /// its first version kept ids for 90 days (protocol 8.1).
    /// </summary>
    public TimeSpan DeduplicationWindow { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The r of the wait before retry n, e^(r n) seconds and at most a day, of messages that set no <c>Upstash-Retry-Delay</c>; 0 to 10. Default 2.5, as
    /// the hosted service does; its first version had 2 (protocol 7.1).
    /// </summary>
    public double BackoffRate { get; set; } = 2.5;

    /// <summary>
    /// Whether a callback is called after every attempt, failed ones too. Default true, as the hosted service does; older descriptions have one call, with the response
    /// that delivered the message (protocol 6). Failure callbacks do not depend on it.
    /// </summary>
    public bool CallbackAfterEachAttempt { get; set; } = true;

    /// <summary>The value of <c>Upstash-Region</c> on deliveries. Default <c>EU-CENTRAL-1</c>.</summary>
    public string Region { get; set; } = "EU-CENTRAL-1";

    /// <summary>Where the server logs; nowhere by default. Bodies, tokens and keys are never logged.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    internal List<Action<HostMap>> HostMappings { get; } = [];

    /// <summary>Sends deliveries for a host into a handler instead of the network, for example <c>TestServer.CreateHandler()</c>.</summary>
    /// <param name="host"><c>orders.test</c>, <c>orders.test:8443</c>, <c>https://orders.test</c> or <c>*.orders.test</c>; the more specific form wins.</param>
    /// <param name="handler">Receives the deliveries; it is not disposed.</param>
    public void MapHost(string host, HttpMessageHandler handler) => HostMappings.Add(hosts => hosts.Map(host, handler));

    /// <summary>
    /// Sends deliveries for a public host to an app on this machine. The app sees the public <c>Host</c>, and the public scheme in
    /// <c>X-Forwarded-Proto</c>; signatures cover the public URL.
    /// </summary>
    /// <param name="host"><c>orders.test</c>, <c>orders.test:8443</c>, <c>https://orders.test</c> or <c>*.orders.test</c>; the more specific form wins.</param>
    /// <param name="target">An origin such as <c>http://localhost:5000</c>; outside this machine only with <see cref="AllowExternal"/>.</param>
    public void MapHost(string host, Uri target) => HostMappings.Add(hosts => hosts.Map(host, target));
}
