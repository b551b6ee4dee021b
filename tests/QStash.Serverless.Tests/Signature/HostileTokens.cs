using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace QStash.Serverless.Tests.Signature;

/// <summary>One request that must be refused.</summary>
/// <param name="Kind">What is wrong with it.</param>
/// <param name="Signature">The values of the header.</param>
/// <param name="Body">The body it comes with.</param>
internal sealed record HostileRequest(string Kind, IReadOnlyList<string> Signature, byte[] Body);

/// <summary>An endless, seeded supply of requests that look like deliveries and are none.</summary>
internal sealed class HostileTokens(int seed, string currentKey, string nextKey, string url, long now)
{
    private static readonly string[] s_headers =
    [
        "none", "None", "NONE", "HS384", "HS512", "RS256", "ES256", "PS256", "EdDSA", "hs256", "Hs256", "HS256 ", " HS256", "HS256\\u0000", "HS2561", "HS25", "", "dir",
    ];

    private static readonly string[] s_wrongHeaders =
    [
        "{}", "[]", "null", "5", "\"HS256\"", "true", "", " ", "{", """{"alg":"HS256" """, """{"alg":"HS256"}}""", """{"alg":"HS256"} {}""", """{"typ":"JWT"}""", """{"ALG":"HS256"}""",
        """{"alg":null}""", """{"alg":256}""", """{"alg":["HS256"]}""", """{"alg":{"a":"HS256"}}""", """{"alg":"none","alg":"HS256"}""", """{"alg":"HS256","alg":"HS256"}""",
        """{"alg":"HS256","\u0061lg":"none"}""", """{"alg":"HS256","crit":["exp"]}""", """{"alg":"HS256","crit":[]}""", """{"alg":"HS256","crit":null}""", """{"alg":"\ud800"}""",
        """{"alg":"HS256",}""", """{"alg":"HS256"/*c*/}""", "{'alg':'HS256'}", "{alg:HS256}",
    ];

    private static readonly string[] s_numbers = ["\"{0}\"", "\"\"", "null", "true", "[{0}]", "{{\"a\":{0}}}", "{0}.5", "1e400", "-1e400", "1.9e9", "99999999999999999999999999", "18446744073709551615", "NaN", "0x7fffffff", "01"];

    private static readonly string[] s_expiries = ["0", "-1", "-9223372036854775808", "1", "-0"];

    private readonly Random _random = new(seed);
    private readonly string _pathAndQuery = url[(url.IndexOf('/', 8))..];

    internal (string Signature, byte[] Body) Genuine()
    {
        byte[] body = new byte[_random.Next(300)];
        _random.NextBytes(body);
        return (Forge.Sign(_random.Next(2) == 0 ? currentKey : nextKey, Forge.Claims(url, body, now)), body);
    }

    internal HostileRequest Next()
    {
        (string genuine, byte[] body) = Genuine();
        string key = _random.Next(2) == 0 ? currentKey : nextKey;
        string claims = Forge.Claims(url, body, now);
        return _random.Next(22) switch
        {
            0 => One("a flipped bit", Flip(genuine)),
            1 => One("a flipped bit below the encoding", FlipDecoded(genuine)),
            2 => One("cut off", genuine[.._random.Next(genuine.Length)]),
            3 => One("something inserted", genuine.Insert(_random.Next(genuine.Length + 1), Pick(".", "..", "=", "==", " ", "\t", "\r\n", "\0", "%", "+", "/", "\ud800", "é", "A", ",", "A.A"))),
            4 => One("bits that decoding would drop", Loosened(key, claims)),
            5 => One("a foreign alg", Forge.Sign(key, claims, $$"""{"alg":"{{Pick(s_headers)}}","typ":"JWT"}""")),
            6 => One("a foreign alg with its own MAC", ForeignMac(key, claims)),
            7 => One("a wrong header", Forge.Sign(key, claims, Pick(s_wrongHeaders))),
            8 => One("a header that is not text", Forge.Sign(key, Bytes(_random.Next(1, 60)), Encoding.UTF8.GetBytes(claims))),
            9 => One("claims that are not text", Forge.Sign(key, Encoding.UTF8.GetBytes(Forge.UsualHeader), Spoiled(claims))),
            10 => One("claims too deep", Forge.Sign(key, claims[..^1] + ",\"x\":" + new string('[', _random.Next(65, 2000)))),
            11 => One("exp of a wrong type", Forge.Sign(key, claims.Replace($"{now + 300}", Number(now + 300), StringComparison.Ordinal))),
            12 => One("nbf of a wrong type", Forge.Sign(key, claims.Replace("\"nbf\":0", "\"nbf\":" + Number(0), StringComparison.Ordinal))),
            13 => One("an expiry gone by", Forge.Sign(key, claims.Replace($"{now + 300}", _random.Next(2) == 0 ? Pick(s_expiries) : $"{now - 60 - _random.Next(100_000)}", StringComparison.Ordinal))),
            14 => One("a beginning ahead", Forge.Sign(key, claims.Replace("\"nbf\":0", $"\"nbf\":{now + 61 + _random.Next(100_000)}", StringComparison.Ordinal))),
            15 => One("a claim left out, renamed or doubled", Forge.Sign(key, Renamed(claims))),
            16 => One("a foreign issuer, body hash or sub", Forge.Sign(key, WrongText(claims, body))),
            17 => One("another URL", Forge.Sign(key, Forge.Claims(OtherUrl(), body, now))),
            18 => One("a foreign key", Forge.Sign(ForeignKey(), claims)),
            19 => new HostileRequest("another body", [genuine], OtherBody(body)),
            20 => One("parts of several", Spliced(genuine)),
            _ => Odd(genuine, key, claims, body),
        };

        HostileRequest One(string kind, string signature) => new(kind, [signature], body);
    }

    private HostileRequest Odd(string genuine, string key, string claims, byte[] body) => _random.Next(8) switch
    {
        0 => new HostileRequest("repeated", [genuine, genuine], body),
        1 => new HostileRequest("repeated with junk", [genuine, "x"], body),
        2 => new HostileRequest("repeated in one line", [genuine + "," + genuine], body),
        3 => new HostileRequest("nothing", [Pick("", ".", "..", "...", "a.", ".a", "a..a", "..a", "null", "Bearer x", "=", " ", "\0")], body),
        4 => new HostileRequest("signed, but over 16 KB", [Forge.Sign(key, claims[..^1] + ",\"x\":\"" + new string('x', _random.Next(12_000, 40_000)) + "\"}")], body),
        5 => new HostileRequest("a flood", [Text(_random.Next(16_000, 300_000), "abcXYZ019-_.")], body),
        6 => new HostileRequest("noise in three parts", [Text(_random.Next(1, 80), "abcXYZ019-_") + "." + Text(_random.Next(1, 400), "abcXYZ019-_") + "." + Text(_random.Next(40, 46), "abcXYZ019-_")], body),
        _ => new HostileRequest("noise", [Text(_random.Next(1, 600), "abcXYZ019-_.={}[]\":,\\é\ud83d ")], body),
    };

    private string Flip(string genuine)
    {
        int at = _random.Next(genuine.Length);
        return genuine[..at] + (char)(genuine[at] ^ (1 << _random.Next(8))) + genuine[(at + 1)..];
    }

    private string FlipDecoded(string genuine)
    {
        string[] parts = genuine.Split('.');
        int part = _random.Next(3);
        byte[] decoded = Base64Url.DecodeFromChars(parts[part]);
        decoded[_random.Next(decoded.Length)] ^= (byte)(1 << _random.Next(8));
        parts[part] = Base64Url.EncodeToString(decoded);
        return string.Join('.', parts);
    }

    // The part is signed as it stands: only its last, superfluous bits are not as they should be.
    private string Loosened(string key, string claims)
    {
        string header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes("""{"alg":"HS256"}""" + new string(' ', _random.Next(1, 3))));
        string payload = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims + new string(' ', (3 - (Encoding.UTF8.GetByteCount(claims) % 3)) + _random.Next(1, 3))));
        string signed = Forge.SignText(key, header + "." + payload);
        return _random.Next(3) switch
        {
            0 => Forge.SignText(key, Loosen(header) + "." + payload),
            1 => Forge.SignText(key, header + "." + Loosen(payload)),
            _ => Loosen(signed),
        };
    }

    private static string Loosen(string text)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return text[..^1] + Alphabet[Alphabet.IndexOf(text[^1], StringComparison.Ordinal) | 1];
    }

    private string ForeignMac(string key, string claims)
    {
        string alg = Pick(s_headers);
        string input = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"{{alg}}","typ":"JWT"}""")) + "." + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims));
        byte[] keyBytes = Encoding.UTF8.GetBytes(key);
        byte[] bytes = Encoding.UTF8.GetBytes(input);
        byte[] mac = _random.Next(4) switch
        {
            0 => HMACSHA384.HashData(keyBytes, bytes),
            1 => HMACSHA512.HashData(keyBytes, bytes),
            2 => Bytes(Pick(64, 256, 384, 512)),
            _ => [],
        };
        return input + "." + Base64Url.EncodeToString(mac);
    }

    private byte[] Spoiled(string claims)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(claims);
        bytes[_random.Next(bytes.Length)] = (byte)_random.Next(0x80, 0x100);
        return bytes;
    }

    private string Number(long value) => string.Format(System.Globalization.CultureInfo.InvariantCulture, Pick(s_numbers), value);

    private string Renamed(string claims)
    {
        string name = Pick("iss", "sub", "exp", "body");
        string member = $"\"{name}\":";
        return _random.Next(4) switch
        {
            0 => claims.Replace(member, $"\"x{name}\":", StringComparison.Ordinal),
            1 => claims.Replace(member, $"\"{name.ToUpperInvariant()}\":", StringComparison.Ordinal),
            2 => "{" + claims[claims.IndexOf(member, StringComparison.Ordinal)..].Split(",\"")[0].TrimEnd('}') + "," + claims[1..],
            _ => claims + Pick("{}", "x", ",", "]", "}", claims),
        };
    }

    private string WrongText(string claims, byte[] body) => _random.Next(3) switch
    {
        0 => claims.Replace("\"Upstash\"", Pick("\"upstash\"", "\"UPSTASH\"", "\"Upstash \"", "\"Upstash\\u0000\"", "\"\"", "null", "5", "[\"Upstash\"]", "{\"a\":\"Upstash\"}", "\"https://upstash.com\""), StringComparison.Ordinal),
        1 => claims.Replace($"\"{Forge.Hash(body)}\"", Pick("\"\"", "\"=\"", "null", "5", "true", $"[\"{Forge.Hash(body)}\"]", $"\"{Forge.Hash(body)[..^3]}\"", $"\"{Forge.Hash(body)[..^1]}A\"", $"\" {Forge.Hash(body)}\"",
            $"\"={Forge.Hash(body)}\"", $"\"{Convert.ToHexString(SHA256.HashData(body))}\"", $"\"{Forge.Hash([1])}\"", "\"\\ud800\""), StringComparison.Ordinal),
        _ => claims.Replace($"\"{url}\"", Pick("\"\"", "null", "5", "true", $"[\"{url}\"]", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"/\"", "\"*\"", "\"https://\"", "\"://\""), StringComparison.Ordinal),
    };

    private string OtherUrl() => _random.Next(14) switch
    {
        0 => "https://user@shop.example" + _pathAndQuery,
        1 => "https://user:pass@shop.example" + _pathAndQuery,
        2 => "http://shop.example" + _pathAndQuery,
        3 => "https://shop.example:" + Pick("80", "444", "0443", "4430") + _pathAndQuery,
        4 => "https://shop.example.evil.example" + _pathAndQuery,
        5 => "https://shop.example" + _pathAndQuery.ToUpperInvariant(),
        6 => url.Replace("/api/", "/api/./", StringComparison.Ordinal),
        7 => url.Replace("/api/", "/x/../api/", StringComparison.Ordinal),
        8 => url.Replace("%2F", "/", StringComparison.Ordinal),
        9 => url.Replace("%2F", "%252F", StringComparison.Ordinal),
        10 => url + Pick("&z=1", "#f", " ", "/", "?", "%00", "&"),
        11 => url[..url.IndexOf('?', StringComparison.Ordinal)],
        12 => "https:///shop.example" + _pathAndQuery,
        _ => Pick("//shop.example", "shop.example", "ftp://shop.example", "https:/shop.example", "https:\\\\\\\\shop.example") + _pathAndQuery,
    };

    private string ForeignKey() => _random.Next(5) switch
    {
        0 => currentKey["sig_".Length..],
        1 => currentKey.ToUpperInvariant(),
        2 => currentKey + Pick(" ", "\n", "x"),
        3 => "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r",
        _ => "sig_" + Text(28, "abcXYZ019"),
    };

    private byte[] OtherBody(byte[] body)
    {
        byte[] other = [.. body];
        if (other.Length == 0 || _random.Next(3) == 0)
        {
            return [.. other, (byte)_random.Next(256)];
        }

        other[_random.Next(other.Length)] ^= (byte)(1 << _random.Next(8));
        return other;
    }

    private string Spliced(string genuine)
    {
        string[] mine = genuine.Split('.');
        string[] other = Forge.Sign(nextKey, Forge.Claims(url, Bytes(8), now), """{"typ":"JWT","alg":"HS256"}""").Split('.');
        int part = _random.Next(3);
        mine[part] = other[part];
        return string.Join('.', mine);
    }

    private byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    private string Text(int length, string alphabet) => new(_random.GetItems<char>(alphabet, length));

    private T Pick<T>(params T[] items) => items[_random.Next(items.Length)];
}
