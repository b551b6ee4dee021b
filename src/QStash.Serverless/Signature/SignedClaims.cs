namespace QStash.Serverless;

/// <summary>What an authenticated token says; URL and body are still to be compared.</summary>
internal readonly record struct SignedClaims(SignatureFailure Failure, int KeysTried, string? Url, string? BodyHash)
{
    internal static SignedClaims Refused(SignatureFailure failure, int keysTried) => new(failure, keysTried, null, null);

    internal bool Covers(ReadOnlySpan<byte> body) => SignatureToken.IsHashOf(BodyHash!, body);

    internal SignatureVerdict ToVerdict() => new(Failure, KeysTried, Url);

    internal SignatureVerdict ToVerdict(SignatureFailure failure) => new(failure, KeysTried, Url);
}
