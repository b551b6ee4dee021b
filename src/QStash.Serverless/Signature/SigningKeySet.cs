using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace QStash.Serverless;

/// <summary>Keys ready to check MACs with: one cached, thread-safe signature provider a key.</summary>
internal sealed class SigningKeySet
{
    /// <summary>The shortest key that the providers accept, in bytes: 128 bits. QStash's own are 32 characters long.</summary>
    internal const int MinKeyBytes = 16;

    private readonly string[] _keys;
    private readonly SignatureProvider[] _providers;
    private volatile int _lastMatch;

    internal SigningKeySet(IReadOnlyList<string> keys)
    {
        AnyKeyLength factory = new();
        _keys = [.. keys.Distinct(StringComparer.Ordinal)];
        _providers = [.. _keys
            .Select(key => factory.CreateForSigning(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(key)) { CryptoProviderFactory = factory }, SecurityAlgorithms.HmacSha256))];
    }

    internal int Count => _providers.Length;

    /// <summary>The keys of this set that the other lacks.</summary>
    internal SigningKeySet Without(SigningKeySet other) => new([.. _keys.Except(other._keys, StringComparer.Ordinal)]);

    /// <summary>
    /// Whether any key made this MAC; compared in constant time. The current key is tried first, until another has matched: after a rotation every delivery is
    /// signed with what is still configured as the next key, and then costs one MAC as before.
    /// </summary>
    internal bool Matches(ReadOnlySpan<byte> signingInput, ReadOnlySpan<byte> mac, out int keysTried)
    {
        // The MAC is made and compared here: the providers' own Verify with offsets does not heed where the signature starts.
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        int first = _lastMatch;
        for (keysTried = 1; keysTried <= _providers.Length; keysTried++)
        {
            // The key that matched last, then the others in their order.
            int other = keysTried - 2;
            int i = other < 0 ? first : other < first ? other : other + 1;
            if (_providers[i].Sign(signingInput, expected, out int written) && CryptographicOperations.FixedTimeEquals(expected[..written], mac))
            {
                _lastMatch = i;
                return true;
            }
        }

        keysTried = _providers.Length;
        return false;
    }

    // The stock factory refuses HS256 keys below 256 bits; QStash decides how long its keys are, not this library.
    private sealed class AnyKeyLength : CryptoProviderFactory
    {
        internal AnyKeyLength() => CacheSignatureProviders = false;

        public override KeyedHashAlgorithm CreateKeyedHashAlgorithm(byte[] keyBytes, string algorithm) => new HMACSHA256(keyBytes);
    }
}
