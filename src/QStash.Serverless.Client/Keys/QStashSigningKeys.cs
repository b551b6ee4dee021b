namespace QStash.Serverless.Client;

/// <summary>The account's signing keys (protocol 2.10).</summary>
public sealed class QStashSigningKeys
{
    private readonly QStashCalls _calls;

    internal QStashSigningKeys(QStashCalls calls) => _calls = calls;

    /// <summary>Reads both keys.</summary>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task<SigningKeys> GetAsync(CancellationToken cancellationToken = default) =>
        _calls.ReadAsync(QStashCalls.Get("/v2/keys"), static json => Read(new JsonFields(json)), cancellationToken);

    /// <summary>
    /// Makes the next key the current one and makes a new next key. Receivers that know both keys notice nothing; a second rotation before they have
    /// learned the new next key would cut them off.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting for the answer. The keys may have been rotated all the same.</param>
    /// <returns>The keys after the rotation.</returns>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived; then read the keys before trying again.</exception>
    public Task<SigningKeys> RotateAsync(CancellationToken cancellationToken = default) =>
        _calls.ReadAsync(new OutgoingRequest(HttpMethod.Post, "/v2/keys/rotate", [], default, IsRepeatable: false), static json => Read(new JsonFields(json)), cancellationToken);

    private static SigningKeys Read(JsonFields fields) => new(fields.Required("current"), fields.Required("next"));
}
