using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace QStash.Serverless;

/// <summary>
/// Keeps the source's answers, one entry a region: read once by whoever comes first while the others wait, read again only when no
/// known key fits, at most once a minute. A failed refresh keeps the known keys; a failed first read is not repeated for 5 seconds.
/// </summary>
internal sealed class SigningKeyCache(ISigningKeySource source, bool isDevelopment, TimeProvider timeProvider, ILogger logger)
{
    internal static readonly TimeSpan RefreshInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_readLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_failureInterval = TimeSpan.FromSeconds(5);

    private volatile Entry[] _entries = NewEntries();

    internal ValueTask<SigningKeySet> GetAsync(string? region, CancellationToken cancellationToken)
    {
        Entry entry = EntryOf(region);
        return entry.Keys is { } keys ? ValueTask.FromResult(keys) : new ValueTask<SigningKeySet>(ReadFirstAsync(entry, region, cancellationToken).WaitAsync(cancellationToken));
    }

    /// <summary>The keys to try after <paramref name="failed"/> did not fit: newer ones, or null when there are none.</summary>
    internal ValueTask<SigningKeySet?> GetNewerAsync(string? region, SigningKeySet failed, CancellationToken cancellationToken)
    {
        Entry entry = EntryOf(region);
        return entry.Keys == failed && !MayRefresh(entry)
            ? default
            : new ValueTask<SigningKeySet?>(ReadNewerAsync(entry, region, failed, cancellationToken).WaitAsync(cancellationToken));
    }

    private async Task<SigningKeySet?> ReadNewerAsync(Entry entry, string? region, SigningKeySet failed, CancellationToken cancellationToken)
    {
        if (entry.Keys is null)
        {
            // Forgotten in the meantime: the new configuration has not been read yet.
            return await ReadFirstAsync(entry, region, cancellationToken).ConfigureAwait(false);
        }

        await entry.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (entry.Keys != failed)
            {
                return entry.Keys;
            }

            if (!MayRefresh(entry))
            {
                return null;
            }

            return await RefreshAsync(entry, region, failed).ConfigureAwait(false);
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    /// <summary>
    /// The keys that the last refresh replaced, for one minute more: deliveries signed just before a rotation may still be on their way. Null afterwards.
    /// </summary>
    internal SigningKeySet? GetSuperseded(string? region) =>
        EntryOf(region).Superseded is { } superseded && timeProvider.GetElapsedTime(superseded.At) < RefreshInterval ? superseded.Keys : null;

    /// <summary>Forgets every answer: the source's configuration has changed.</summary>
    internal void Clear() => _entries = NewEntries();

    // The first entry is for deliveries that name no known region.
    private Entry EntryOf(string? region) => _entries[region is null ? 0 : 1 + Array.IndexOf(QStashRegions.All, region)];

    private static Entry[] NewEntries() => [new(), .. QStashRegions.All.Select(static _ => new Entry())];

    private bool MayRefresh(Entry entry) =>
        Interlocked.Read(ref entry.RefreshedAt) is var at && (at == long.MinValue || timeProvider.GetElapsedTime(at) >= RefreshInterval);

    private async Task<SigningKeySet?> RefreshAsync(Entry entry, string? region, SigningKeySet failed)
    {
        try
        {
            SigningKeySet keys = await ReadAsync(region).ConfigureAwait(false);
            Log.SigningKeysRefreshed(logger, keys.Count);
            SigningKeySet replaced = failed.Without(keys);
            if (replaced.Count == 0 && keys.Count == failed.Count)
            {
                // The same keys again are nothing newer: whoever asked has tried them.
                return null;
            }

            entry.Superseded = new Superseded(replaced, timeProvider.GetTimestamp());
            return entry.Keys = keys;
        }
        catch (Exception exception)
        {
            // The known keys stay in force: a source that is down must not refuse what they can verify.
            Log.SigningKeyRefreshFailed(logger, exception);
            return null;
        }
        finally
        {
            // Only now: until then others wait at the gate for the outcome instead of going without.
            Interlocked.Exchange(ref entry.RefreshedAt, timeProvider.GetTimestamp());
        }
    }

    private async Task<SigningKeySet> ReadFirstAsync(Entry entry, string? region, CancellationToken cancellationToken)
    {
        await entry.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (entry.Keys is { } known)
            {
                return known;
            }

            if (entry.Failure is { } failure && timeProvider.GetElapsedTime(entry.FailedAt) < s_failureInterval)
            {
                throw new SigningKeysUnavailableException(failure.Message, failure);
            }

            try
            {
                return entry.Keys = await ReadAsync(region).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                entry.FailedAt = timeProvider.GetTimestamp();
                entry.Failure = exception as SigningKeysUnavailableException
                    ?? new SigningKeysUnavailableException($"The QStash signing keys could not be read from {source.GetType().Name}: {exception.Message}", exception);
                throw entry.Failure;
            }
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    private async Task<SigningKeySet> ReadAsync(string? region)
    {
        // Everyone waits for this one reading, so no single caller's cancellation may end it; its own limit does.
        using CancellationTokenSource limit = new(s_readLimit, timeProvider);
        IReadOnlyList<string> keys = await source.GetSigningKeysAsync(region, limit.Token).AsTask().WaitAsync(limit.Token).ConfigureAwait(false);
        if (keys is null || keys.Count == 0)
        {
            throw new SigningKeysUnavailableException(
                "No QStash signing keys. Set QStash:CurrentSigningKey and QStash:NextSigningKey, or QSTASH_CURRENT_SIGNING_KEY and QSTASH_NEXT_SIGNING_KEY, to the two keys of the QStash console; locally, to those that 'dotnet qstash dev' prints. With AddClient() and a token they are read from QStash instead.");
        }

        foreach (string key in keys)
        {
            if (string.IsNullOrWhiteSpace(key))
            {
                throw new SigningKeysUnavailableException("A QStash signing key is empty or blank; with it anyone could sign. Remove the setting or fill in the key, with its sig_ prefix.");
            }

            if (key.AsSpan().Trim().Length != key.Length)
            {
                throw new SigningKeysUnavailableException("A QStash signing key has white space around it, so it could never fit. Copy it without, with its sig_ prefix.");
            }

            if (key.Length < SigningKeySet.MinKeyBytes)
            {
                throw new SigningKeysUnavailableException("A QStash signing key is shorter than 16 characters, too short to be one. Copy the whole key, with its sig_ prefix.");
            }

            if (!isDevelopment && PublishedDevKeys.Contains(key))
            {
                throw new SigningKeysUnavailableException(
                    "A QStash signing key is one of the published development keys, with which anyone can forge deliveries; they are accepted in the Development environment only. Use the keys of your QStash account; on your own machine set DOTNET_ENVIRONMENT (or ASPNETCORE_ENVIRONMENT, or AZURE_FUNCTIONS_ENVIRONMENT) to Development.");
            }
        }

        return new SigningKeySet(keys);
    }

    private sealed record Superseded(SigningKeySet Keys, long At);

    // Three entries at most live as long as the app; a SemaphoreSlim whose wait handle is never used holds nothing to dispose.
    [SuppressMessage("Design", "CA1001", Justification = "See above.")]
    private sealed class Entry
    {
        internal readonly SemaphoreSlim Gate = new(1, 1);
        internal volatile SigningKeySet? Keys;
        internal volatile Superseded? Superseded;
        internal long RefreshedAt = long.MinValue;
        internal SigningKeysUnavailableException? Failure;
        internal long FailedAt;
    }
}
