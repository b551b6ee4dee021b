using Microsoft.Extensions.Options;

namespace QStash.Serverless;

/// <summary>The keys of <see cref="QStashReceiverOptions"/>: configuration, environment and code.</summary>
internal sealed class ConfiguredSigningKeys(Func<QStashReceiverOptions> options) : ISigningKeySource
{
    internal ConfiguredSigningKeys(IOptionsMonitor<QStashReceiverOptions> options)
        : this(() => options.CurrentValue)
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

    private static void Add(List<string> keys, string? key)
    {
        if (key is not null)
        {
            keys.Add(key);
        }
    }
}
