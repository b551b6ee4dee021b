using System.Globalization;
using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>Calls QStash, and calls again when a call was over the burst limit.</summary>
internal sealed class PatientCalls(QStashClient client, TimeProvider time)
{
    private const int Patience = 20;

    internal TimeProvider Time => time;

    /// <summary>Makes a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Stops waiting for the next second.</param>
    /// <exception cref="QStashApiException">QStash refused it for another reason, or again and again.</exception>
    internal async Task<T> MakeAsync<T>(Func<QStashClient, Task<T>> call, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await call(client).ConfigureAwait(false);
            }
            catch (QStashApiException limited) when (limited.RateLimit is { Kind: QStashRateLimitKind.Burst } && attempt < Patience)
            {
                await Task.Delay(Pause(limited), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc cref="MakeAsync{T}"/>
    internal Task MakeAsync(Func<QStashClient, Task> call, CancellationToken cancellationToken) => MakeAsync(
        async client =>
        {
            await call(client).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <summary>Burst limits are counted by the second (protocol 1.4).</summary>
    private TimeSpan Pause(QStashApiException limited)
    {
        TimeSpan second = TimeSpan.FromSeconds(1);
        TimeSpan? reset = long.TryParse(limited.RateLimit?.Reset, NumberStyles.None, CultureInfo.InvariantCulture, out long at) && at < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(at) - time.GetUtcNow()
            : null;
        TimeSpan pause = limited.RetryAfter ?? reset ?? second;
        return pause < TimeSpan.Zero ? second : pause > TimeSpan.FromMinutes(1) ? TimeSpan.FromMinutes(1) : pause + TimeSpan.FromMilliseconds(50);
    }
}
