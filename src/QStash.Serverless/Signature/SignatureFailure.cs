namespace QStash.Serverless;

/// <summary>Why a signature was refused (protocol 5.4). For logs and counters only: a caller is never told.</summary>
public enum SignatureFailure
{
    /// <summary>The signature is genuine.</summary>
    None = 0,
    /// <summary>There is no <c>Upstash-Signature</c> header, or it is empty.</summary>
    Missing,
    /// <summary>There is more than one <c>Upstash-Signature</c> header, or one with several values.</summary>
    Repeated,
    /// <summary>The value is not a compact JWS in canonical base64url, is over 16,384 characters, or a signed part of it is not JSON.</summary>
    Malformed,
    /// <summary>The token's <c>alg</c> is not exactly <c>HS256</c>, its MAC has the length of another algorithm's, or it has a <c>crit</c> header.</summary>
    UnsupportedAlgorithm,
    /// <summary>No known signing key made this signature.</summary>
    WrongKey,
    /// <summary><c>iss</c> is not exactly <c>Upstash</c>.</summary>
    WrongIssuer,
    /// <summary><c>exp</c>, <c>sub</c> or <c>body</c> is missing or is not what it has to be.</summary>
    MissingClaim,
    /// <summary><c>exp</c> has passed, clock skew allowed for.</summary>
    Expired,
    /// <summary><c>nbf</c> lies ahead, clock skew allowed for.</summary>
    NotYetValid,
    /// <summary><c>sub</c> names another URL than the one that was called.</summary>
    WrongUrl,
    /// <summary>The body is not the one that was signed.</summary>
    BodyMismatch,
}
