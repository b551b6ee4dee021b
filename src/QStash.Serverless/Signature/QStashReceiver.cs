using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace QStash.Serverless;

/// <summary>
/// Verifies <c>Upstash-Signature</c> without any host (protocol 5.4): HS256 only, any number of keys, the MAC first, then the claims,
/// then the body's hash. It answers with a verdict and never throws for bad input.
/// </summary>
public sealed class QStashReceiver
{
    private readonly QStashReceiverOptions _options;
    private readonly TimeProvider _timeProvider;

    /// <summary>Verifies with these options.</summary>
    /// <param name="options">Keys, clock skew. The keys are used when <paramref name="keySource"/> is null.</param>
    /// <param name="keySource">Where the keys come from instead.</param>
    /// <param name="environment">The host's environment; the published development keys are accepted only when it is Development.</param>
    /// <param name="timeProvider">The clock; the system's when null.</param>
    /// <param name="logger">Told when keys are refreshed.</param>
    /// <exception cref="ArgumentException">The clock skew does not lie between 0 and 300 seconds, or a region is none of QStash's.</exception>
    public QStashReceiver(QStashReceiverOptions options, ISigningKeySource? keySource = null, IHostEnvironment? environment = null, TimeProvider? timeProvider = null, ILogger<QStashReceiver>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (ReceiverRules.Check(options) is { } error)
        {
            throw new ArgumentException(error, nameof(options));
        }

        _options = options;
        _timeProvider = timeProvider ?? TimeProvider.System;
        Keys = new SigningKeyCache(
            keySource ?? new ConfiguredSigningKeys(() => options),
            environment?.IsDevelopment() == true,
            _timeProvider,
            (ILogger?)logger ?? NullLogger.Instance);
    }

    internal SigningKeyCache Keys { get; }

    /// <summary>Verifies one delivery.</summary>
    /// <param name="signature">The value of <c>Upstash-Signature</c>.</param>
    /// <param name="body">The raw body, exactly as received.</param>
    /// <param name="url">The URL that QStash called, as the public knows it; compared with <c>sub</c> after canonicalization of scheme, host, port and escapes.</param>
    /// <param name="region">The value of <c>Upstash-Region</c>, which selects the region's keys where those are configured.</param>
    /// <param name="cancellationToken">Stops waiting for the key source.</param>
    /// <exception cref="InvalidOperationException">No usable signing keys can be had; the message names the settings to fill.</exception>
    public ValueTask<SignatureVerdict> VerifyAsync(string? signature, ReadOnlyMemory<byte> body, string url, string? region = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(url);
        ValueTask<SignedClaims> pending = AuthenticateAsync(signature, region, cancellationToken);
        return pending.IsCompletedSuccessfully ? ValueTask.FromResult(Compare(pending.Result, body.Span, url)) : CompareAsync(pending, body, url);
    }

    private static async ValueTask<SignatureVerdict> CompareAsync(ValueTask<SignedClaims> pending, ReadOnlyMemory<byte> body, string url) =>
        Compare(await pending.ConfigureAwait(false), body.Span, url);

    private static SignatureVerdict Compare(SignedClaims claims, ReadOnlySpan<byte> body, string url) =>
        claims.Failure != SignatureFailure.None ? claims.ToVerdict()
        : !SignedUrl.Equivalent(claims.Url!, url) ? claims.ToVerdict(SignatureFailure.WrongUrl)
        : claims.ToVerdict(claims.Covers(body) ? SignatureFailure.None : SignatureFailure.BodyMismatch);

    /// <summary>Everything that needs neither the URL nor the body: MAC, then claims.</summary>
    internal ValueTask<SignedClaims> AuthenticateAsync(string? signature, string? region, CancellationToken cancellationToken)
    {
        if (SignatureToken.TryParse(signature, out SignatureToken token) is var failure and not SignatureFailure.None)
        {
            return ValueTask.FromResult(SignedClaims.Refused(failure, 0));
        }

        string? knownRegion = QStashRegions.Normalize(region);
        ValueTask<SigningKeySet> pending = Keys.GetAsync(knownRegion, cancellationToken);
        if (!pending.IsCompletedSuccessfully)
        {
            return AuthenticateAsync(token, pending, knownRegion, cancellationToken);
        }

        SigningKeySet keys = pending.Result;
        return token.IsSignedBy(keys, out int tried)
            ? ValueTask.FromResult(Judge(token, tried))
            : AuthenticateWithNewerAsync(token, keys, knownRegion, cancellationToken);
    }

    private async ValueTask<SignedClaims> AuthenticateAsync(SignatureToken token, ValueTask<SigningKeySet> pending, string? region, CancellationToken cancellationToken)
    {
        SigningKeySet keys = await pending.ConfigureAwait(false);
        return token.IsSignedBy(keys, out int tried)
            ? Judge(token, tried)
            : await AuthenticateWithNewerAsync(token, keys, region, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<SignedClaims> AuthenticateWithNewerAsync(SignatureToken token, SigningKeySet failed, string? region, CancellationToken cancellationToken)
    {
        int tried = failed.Count;
        SigningKeySet? newer = await Keys.GetNewerAsync(region, failed, cancellationToken).ConfigureAwait(false);
        return IsSignedBy(newer) || IsSignedBy(Keys.GetSuperseded(region))
            ? Judge(token, tried)
            : SignedClaims.Refused(SignatureFailure.WrongKey, tried);

        bool IsSignedBy(SigningKeySet? keys)
        {
            if (keys is null || keys == failed)
            {
                return false;
            }

            bool signed = token.IsSignedBy(keys, out int keysTried);
            tried += keysTried;
            return signed;
        }
    }

    private SignedClaims Judge(SignatureToken token, int keysTried)
    {
        SignatureFailure failure = token.ReadClaims(_timeProvider.GetUtcNow(), _options.ClockSkew, out string? url, out string? bodyHash);
        return new SignedClaims(failure, keysTried, url, bodyHash);
    }
}
