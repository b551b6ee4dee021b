using Microsoft.Extensions.Options;

namespace QStash.Serverless;

/// <summary>The keys of <see cref="QStashReceiverOptions"/>: configuration, environment and code; where neither a current nor a next one is set, those of the fallback.</summary>
internal sealed class ConfiguredSigningKeys(Func<QStashReceiverOptions> options, SigningKeyFallback? fallback = null) : ISigningKeySource
{
    internal ConfiguredSigningKeys(IOptionsMonitor<QStashReceiverOptions> options, SigningKeyFallback? fallback)
        : this(() => options.CurrentValue, fallback)
    {
    }

    public ValueTask<IReadOnlyList<string>> GetSigningKeysAsync(string? region, CancellationToken cancellationToken)
    {
        QStashReceiverOptions current = options();
        List<string> keys = [];
        if (region is not null && current.Regions.TryGetValue(region, out RegionSigningKeys? pair))
        {
            Add(keys, pair.CurrentSigningKey);
            Add(keys, pair.NextSigningKey);
            if (keys.Count > 0)
            {
                return ValueTask.FromResult<IReadOnlyList<string>>(keys);
            }
        }

        Add(keys, current.CurrentSigningKey);
        Add(keys, current.NextSigningKey);
        if (keys.Count == 0 && fallback is not null && !current.Regions.Values.Any(static pair => (pair.CurrentSigningKey ?? pair.NextSigningKey) is not null))
        {
            return WithFallbackAsync(fallback, region, current.OtherSigningKeys, cancellationToken);
        }

        keys.AddRange(current.OtherSigningKeys);
        if (keys.Count == 0)
        {
            foreach (RegionSigningKeys regional in current.Regions.Values)
            {
                Add(keys, regional.CurrentSigningKey);
                Add(keys, regional.NextSigningKey);
            }
        }

        return ValueTask.FromResult<IReadOnlyList<string>>(keys);
    }

    // Further keys are those of others: they do not stand for the account's own.
    private static async ValueTask<IReadOnlyList<string>> WithFallbackAsync(SigningKeyFallback fallback, string? region, IList<string> others, CancellationToken cancellationToken) =>
        [.. await fallback.Source.GetSigningKeysAsync(region, cancellationToken).ConfigureAwait(false), .. others];

    private static void Add(List<string> keys, string? key)
    {
        if (key is not null)
        {
            keys.Add(key);
        }
    }
}
