using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace QStash.Serverless.DevServerTests.Node;

/// <summary>Who accepts which token: our receiver, Microsoft's token handler as people configure it, and the official JavaScript receiver. SECURITY.md has the table.</summary>
public sealed class TokenTableTests
{
    private const string Key = "sig_TokenTable0123456789abcdefXY";
    private const string Url = "https://shop.example/orders?a=1";
    private const string Body = """{"id":"o-1"}""";
    private const string Jwt = """{"alg":"HS256","typ":"JWT"}""";

    private static readonly long s_now = DateTimeOffset.Parse("2030-01-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds();

    [Fact]
    public async Task Table_SaysWhoAcceptsWhatInThisRuntime()
    {
        string[][] rows = Rows();

        foreach ((string name, string token) in Tokens(s_now))
        {
            string[] row = rows.Single(row => row[0] == name);
            Assert.Equal((name, row[1], row[2]), (name, Word(await OursAsync(token, s_now)), Word(await MicrosoftAsync(token, s_now))));
        }

        Assert.Equal(Tokens(s_now).Count, rows.Length);
    }

    [NodeFact]
    public async Task Table_SaysWhatTheJavaScriptReceiverAccepts_AndTokensOfItsLibraryAreAcceptedHere()
    {
        using NodeFolder node = new();
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        await node.RestoreAsync();
        await node.WriteAsync("tokens.json", JsonSerializer.Serialize(new { key = Key, url = Url, body = Body, bodyHash = Hash(), tokens = Tokens(now) }));

        JsonNode result = JsonNode.Parse(await node.RunAsync("node", new Dictionary<string, string>(), "tokens.mjs"))!;

        Assert.Equal(
            Rows().Select(static row => $"{row[0]}: {row[3]}"),
            Tokens(now).Keys.Select(name => $"{name}: {Word((bool)result["accepted"]![name]!)}"));
        Assert.Equal(6, result["made"]!.AsObject().Count);
        foreach ((string name, JsonNode? token) in result["made"]!.AsObject())
        {
            Assert.True(await OursAsync((string)token!, now), name);
        }
    }

    [Fact]
    public async Task TokensOfMicrosoftsLibrary_AreAcceptedHere_AndOursThere()
    {
        string theirs = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = "Upstash",
            IssuedAt = DateTimeOffset.FromUnixTimeSeconds(s_now).UtcDateTime,
            NotBefore = DateTimeOffset.FromUnixTimeSeconds(s_now).UtcDateTime,
            Expires = DateTimeOffset.FromUnixTimeSeconds(s_now + 300).UtcDateTime,
            Claims = new Dictionary<string, object> { ["sub"] = Url, ["body"] = Hash(), ["jti"] = "jwt_theirs" },
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(Key)), SecurityAlgorithms.HmacSha256),
        });
        string ours = new DeliverySigner(Key).Sign(Url, Encoding.UTF8.GetBytes(Body), DateTimeOffset.FromUnixTimeSeconds(s_now));

        Assert.True(await OursAsync(theirs, s_now));
        Assert.True(await MicrosoftAsync(ours, s_now));
    }

    private static Dictionary<string, string> Tokens(long now) => new(StringComparer.Ordinal)
    {
        ["as QStash makes it"] = Token(Jwt, Claims(now)),
        ["body hash without padding"] = Token(Jwt, Claims(now, ("body", Hash().TrimEnd('=')))),
        ["no `typ`"] = Token("""{"alg":"HS256"}""", Claims(now)),
        ["another `typ`"] = Token("""{"alg":"HS256","typ":"at+jwt"}""", Claims(now)),
        ["a key id"] = Token("""{"alg":"HS256","typ":"JWT","kid":"1"}""", Claims(now)),
        ["no `nbf`"] = Token(Jwt, Claims(now, ("nbf", null))),
        ["no `iat`, no `jti`"] = Token(Jwt, Claims(now, ("iat", null), ("jti", null))),
        ["expired 30 s ago"] = Token(Jwt, Claims(now, ("exp", now - 30))),
        ["expired 90 s ago"] = Token(Jwt, Claims(now, ("exp", now - 90))),
        ["valid in an hour"] = Token(Jwt, Claims(now, ("nbf", now + 3600))),
        ["no `exp`"] = Token(Jwt, Claims(now, ("exp", null))),
        ["`exp` as text"] = Token(Jwt, Claims(now, ("exp", (now + 300).ToString(System.Globalization.CultureInfo.InvariantCulture)))),
        ["another issuer"] = Token(Jwt, Claims(now, ("iss", "upstash"))),
        ["another URL"] = Token(Jwt, Claims(now, ("sub", "https://shop.example/admin"))),
        ["no `sub`"] = Token(Jwt, Claims(now, ("sub", null))),
        ["another body"] = Token(Jwt, Claims(now, ("body", Base64Url.EncodeToString(SHA256.HashData("{}"u8))))),
        ["no `body`"] = Token(Jwt, Claims(now, ("body", null))),
        ["HS512"] = Token("""{"alg":"HS512","typ":"JWT"}""", Claims(now), HMACSHA512.HashData),
        ["`none`, unsigned"] = Encode("""{"alg":"none"}""") + "." + Encode(Claims(now)) + ".",
        ["a critical header nobody knows"] = Token("""{"alg":"HS256","crit":["x"],"x":1}""", Claims(now)),
        ["padding on its signature"] = Token(Jwt, Claims(now)) + "=",
        ["of another key"] = Token(Jwt, Claims(now), key: "sig_another0123456789abcdefABCDE"),
    };

    private static string[][] Rows() =>
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "SECURITY.md")).SkipWhile(static line => line != "| token | this library | Microsoft | JavaScript |").Skip(2)
            .TakeWhile(static line => line.StartsWith('|')).Select(static line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)),
    ];

    private static async Task<bool> OursAsync(string token, long now)
    {
        QStashReceiver receiver = new(new QStashReceiverOptions { CurrentSigningKey = Key }, timeProvider: new ManualTimeProvider(DateTimeOffset.FromUnixTimeSeconds(now)));
        return (await receiver.VerifyAsync(token, Encoding.UTF8.GetBytes(Body), Url)).IsValid;
    }

    // What people write by hand: issuer, lifetime and key; then the URL and the body's hash.
    [SuppressMessage("Security", "CA5404", Justification = "QStash's audience is empty.")]
    private static async Task<bool> MicrosoftAsync(string token, long now)
    {
        TokenValidationResult result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = "Upstash",
            ValidateAudience = false,
            IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(Key)),
            ClockSkew = TimeSpan.FromMinutes(1),
            LifetimeValidator = (notBefore, expires, _, _) =>
                expires is { } end && end.AddMinutes(1) > DateTimeOffset.FromUnixTimeSeconds(now).UtcDateTime && (notBefore is not { } start || start.AddMinutes(-1) <= DateTimeOffset.FromUnixTimeSeconds(now).UtcDateTime),
        });
        return result.IsValid && result.ClaimsIdentity.FindFirst("sub") is Claim { Value: Url }
            && result.ClaimsIdentity.FindFirst("body") is { } hash && hash.Value.TrimEnd('=') == Hash().TrimEnd('=');
    }

    private static string Hash() => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(Body))) + "=";

    private static string Claims(long now, params (string Name, object? Value)[] changes)
    {
        Dictionary<string, object?> claims = new(StringComparer.Ordinal)
        {
            ["iss"] = "Upstash",
            ["sub"] = Url,
            ["exp"] = now + 300,
            ["nbf"] = 0,
            ["iat"] = now,
            ["jti"] = "jwt_1",
            ["body"] = Hash(),
        };
        foreach ((string name, object? value) in changes)
        {
            claims[name] = value;
        }

        return JsonSerializer.Serialize(claims.Where(static claim => claim.Value is not null).ToDictionary());
    }

    private static string Token(string header, string claims, Func<byte[], byte[], byte[]>? mac = null, string key = Key)
    {
        string input = Encode(header) + "." + Encode(claims);
        return input + "." + Base64Url.EncodeToString((mac ?? HMACSHA256.HashData)(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(input)));
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string Word(bool accepted) => accepted ? "yes" : "no";
}
