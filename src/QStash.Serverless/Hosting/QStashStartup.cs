using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace QStash.Serverless;

/// <summary>
/// Fails the start of an app that receives deliveries but has no usable signing keys. Hosts call <see cref="ReceiverIsUsed"/> when an endpoint is mapped;
/// an app that only publishes needs no keys.
/// </summary>
public sealed class QStashStartup : IHostedLifecycleService
{
    private readonly QStashReceiver _receiver;
    private readonly QStashReceiverOptions _options;
    private readonly IHostEnvironment? _environment;
    private readonly ILogger _logger;
    private volatile bool _isUsed;
    private bool _isChecked;

    internal QStashStartup(QStashReceiver receiver, IOptions<QStashReceiverOptions> options, IHostEnvironment? environment, ILogger<QStashStartup> logger)
    {
        _receiver = receiver;
        _options = options.Value;
        _environment = environment;
        _logger = logger;
    }

    /// <summary>Says that this app receives deliveries.</summary>
    public void ReceiverIsUsed() => _isUsed = true;

    /// <summary>Checks now that deliveries can be verified, for hosts whose process other code shares: they log a failure instead of not starting.</summary>
    /// <exception cref="InvalidOperationException">No usable signing keys can be had; the message names the settings to fill.</exception>
    internal async Task CheckAsync(CancellationToken cancellationToken)
    {
        await _receiver.Keys.GetAsync(null, cancellationToken).ConfigureAwait(false);
        foreach (string region in QStashRegions.All.Where(_options.Regions.ContainsKey))
        {
            await _receiver.Keys.GetAsync(region, cancellationToken).ConfigureAwait(false);
        }

        if (string.IsNullOrWhiteSpace(_options.PublicBaseUrl) && _environment?.IsProduction() == true)
        {
            Log.NoPublicBaseUrl(_logger);
        }
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => CheckOnceAsync(cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Checks again: some hosts map their endpoints while they start.</summary>
    public Task StartedAsync(CancellationToken cancellationToken) => CheckOnceAsync(cancellationToken);

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Task CheckOnceAsync(CancellationToken cancellationToken)
    {
        if (!_isUsed || _isChecked)
        {
            return Task.CompletedTask;
        }

        _isChecked = true;
        return CheckAsync(cancellationToken);
    }
}
