using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using QStash.Serverless.DevServerTests.Server;

namespace QStash.Serverless.DevServerTests.Conformance.Rows;

/// <summary>Section 5: the token in Upstash-Signature.</summary>
internal static class SignatureRows
{
    public static IEnumerable<Row> All =>
    [
        new("5.1", "the header says HS256 and JWT", async q =>
        {
            string token = (await q.Delivered()).Headers["Upstash-Signature"];
            Assert.Equal("""{"alg":"HS256","typ":"JWT"}""", JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[0]))!.ToJsonString());
        }),
        new("5.1", "the key is the whole text with its prefix", async q => Assert.True(Signed.By(await q.Delivered(), q.Server.CurrentSigningKey))),
        .. Claims.Select(c => new Row("5.1", $"claim {c.Name}", async q => Assert.Equal(c.Json, Signed.Claims(await q.Delivered())[c.Name]?.ToJsonString()))),
        new("5.1", "claim jti is a text and differs each time", async q =>
        {
            q.App.Answers(_ => TestApp.Reply(500));
            await q.Publish("/a", "Upstash-Retries: 1", "Upstash-Retry-Delay: 0");
            await q.Settle();
            Assert.Equal(2, q.App.Received.Select(r => Signed.Claims(r)["jti"]!.GetValue<string>()).Distinct().Count());
        }),
        new("5.1", "claim sub is the URL exactly as it was given", async q =>
        {
            await q.Ok("POST /v2/publish/HTTPS://App.Test:443/%7Ea?b=%20", "x");
            await q.Settle();
            Assert.Equal("HTTPS://App.Test:443/%7Ea?b=%20", (string?)Signed.Claims(q.App.Received[0])["sub"]);
        }),
        new("5.1", "claim sub of a group is the endpoint's URL, of a callback its own", async q =>
        {
            await q.Group("/1");
            await q.Ok("POST /v2/publish/g", "x", "Upstash-Callback: https://app.test/cb");
            await q.Settle();
            Assert.All(q.App.Received, r => Assert.Equal(r.Url, (string?)Signed.Claims(r)["sub"]));
        }),
        new("5.1", "claim body of an empty body hashes zero bytes", async q =>
        {
            await q.Ok("POST /v2/publish/https://app.test/a");
            await q.Settle();
            Assert.Equal("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=", (string?)Signed.Claims(q.App.Received[0])["body"]);
        }),
        new("5.1", "each attempt is signed anew", async q =>
        {
            q.App.Answers(_ => TestApp.Reply(500));
            await q.Publish("/a", "Upstash-Retries: 1", "Upstash-Retry-Delay: 600000");
            await q.Advance(600);
            Assert.Equal([0, 600], q.App.Received.Select(r => (long)Signed.Claims(r)["iat"]! - (Bench.Now / 1000)));
        }),
    ];

    private static (string Name, string? Json)[] Claims =>
    [
        ("iss", "\"Upstash\""), ("sub", "\"https://app.test/a\""), ("iat", $"{Bench.Now / 1000}"), ("exp", $"{(Bench.Now / 1000) + 300}"), ("nbf", "0"), ("aud", null),
        ("body", $"\"{Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes("hello")))}=\""),
    ];
}
