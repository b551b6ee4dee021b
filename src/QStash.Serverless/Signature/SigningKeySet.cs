using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace QStash.Serverless;

/// <summary>Keys ready to check MACs with: one cached, thread-safe signature provider a key.</summary>
internal sealed class SigningKeySet
{
    private readonly SignatureProvider[] _providers;

    internal SigningKeySet(IReadOnlyList<string> keys)
    {
        CryptoProviderFactory factory = new() { CacheSignatureProviders = false };
        _providers = [.. keys.Distinct(StringComparer.Ordinal)
            .Select(key => factory.CreateForVerifying(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(key)), SecurityAlgorithms.HmacSha256))];
    }

    internal int Count => _providers.Length;

    /// <summary>Whether any key made this MAC; compared in constant time, current key first.</summary>
    internal bool Matches(byte[] signingInput, int signingInputLength, byte[] mac, int macLength, out int keysTried)
    {
        for (int i = 0; i < _providers.Length; i++)
        {
            if (_providers[i].Verify(signingInput, 0, signingInputLength, mac, 0, macLength))
            {
                keysTried = i + 1;
                return true;
            }
        }

        keysTried = _providers.Length;
        return false;
    }
}
