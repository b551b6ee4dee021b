namespace QStash.Serverless.Client;

/// <summary>The signing keys as QStash's own API states them, for apps that configure none.</summary>
internal sealed class ApiSigningKeys(QStashClient client) : ISigningKeySource
{
    public async ValueTask<IReadOnlyList<string>> GetSigningKeysAsync(string? region, CancellationToken cancellationToken)
    {
        // One token belongs to one region and its pair of keys, whatever a delivery's header says.
        SigningKeys keys = await client.SigningKeys.GetAsync(cancellationToken).ConfigureAwait(false);
        return [keys.Current, keys.Next];
    }
}
