using Microsoft.Extensions.Hosting;

namespace QStash.Serverless.Lambda;

/// <summary>Lets the function be told to stop: deliveries that arrive from then on are answered 503, and handlers that watch the token can end.</summary>
internal sealed class LambdaLifetime : IHostApplicationLifetime, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    public CancellationToken ApplicationStarted { get; } = new(canceled: true);

    public CancellationToken ApplicationStopping => _stopping.Token;

    public CancellationToken ApplicationStopped => CancellationToken.None;

    public void StopApplication() => _stopping.Cancel();

    public void Dispose() => _stopping.Dispose();
}
