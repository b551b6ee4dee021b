using System.Text.Json.Nodes;
using QStash.Serverless.DevServerTests.Server;

namespace QStash.Serverless.DevServerTests.Conformance.Rows;

/// <summary>Sections 2.10 and 5.2: signing keys.</summary>
internal static class KeyRows
{
    public static IEnumerable<Row> All =>
    [
        new("2.10", "a read shows current and next", async q =>
        {
            JsonNode keys = await q.Json("GET /v2/keys");
            Assert.Equal(["current", "next"], keys.AsObject().Select(p => p.Key));
            Assert.All(keys.AsObject(), key => Assert.Matches("^sig_[1-9A-HJ-NP-Za-km-z]{28}$", (string)key.Value!));
        }),
        new("2.10", "rotating makes next current and a new next, and answers both", async q =>
        {
            JsonNode before = await q.Json("GET /v2/keys");
            JsonNode after = await q.Json("POST /v2/keys/rotate");
            Assert.Equal((string?)before["next"], (string?)after["current"]);
            Assert.NotEqual((string?)before["next"], (string?)after["next"]);
            Assert.Equal(after.ToJsonString(), (await q.Json("GET /v2/keys")).ToJsonString());
        }),
        new("13", "row 31: keys are rotated with POST only", q => q.Refused(405, "", "GET /v2/keys/rotate")),
        new("5.2", "the current key signs, from the rotation on the new one", async q =>
        {
            string next = q.Server.NextSigningKey;
            Assert.True(Signed.By(await q.Delivered(), q.Server.CurrentSigningKey));
            await q.Ok("POST /v2/keys/rotate");
            await q.Publish("/b");
            await q.Settle();
            Assert.True(Signed.By(q.App.Received[^1], next));
        }),
    ];
}
