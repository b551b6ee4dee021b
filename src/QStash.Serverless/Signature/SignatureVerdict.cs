namespace QStash.Serverless;

/// <summary>The outcome of verifying one signature. A refusal is a value, never an exception.</summary>
/// <param name="Failure">Why the signature was refused, or <see cref="SignatureFailure.None"/>.</param>
/// <param name="KeysTried">How many signing keys were tried.</param>
/// <param name="SignedUrl">The <c>sub</c> claim, once a known key is proven to have signed it; else null.</param>
public readonly record struct SignatureVerdict(SignatureFailure Failure, int KeysTried, string? SignedUrl)
{
    /// <summary>Whether QStash signed exactly this body for exactly this URL, now.</summary>
    public bool IsValid => Failure == SignatureFailure.None && SignedUrl is not null;
}
