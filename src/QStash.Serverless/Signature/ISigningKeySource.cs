namespace QStash.Serverless;

/// <summary>
/// Where the signing keys come from: configuration by default; a vault, or QStash's own API, by registering another source with
/// <c>AddQStash().UseSigningKeys(...)</c>. Answers are cached; a source is asked once, then again only when no known key fits a
/// signature, at most once a minute, so that key rotation needs no restart.
/// </summary>
public interface ISigningKeySource
{
    /// <summary>Reads the keys.</summary>
    /// <param name="region">The delivering region as <c>EU_CENTRAL_1</c> or <c>US_EAST_1</c>, or null when the delivery names none. It comes from an unauthenticated header and only selects which keys are tried.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The keys, current first; at least one, each the whole text with its <c>sig_</c> prefix.</returns>
    ValueTask<IReadOnlyList<string>> GetSigningKeysAsync(string? region, CancellationToken cancellationToken);
}
