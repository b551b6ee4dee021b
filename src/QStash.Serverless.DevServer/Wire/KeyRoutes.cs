using QStash.Serverless.DevServer.Accounts;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>Signing keys (protocol 2.10).</summary>
internal sealed class KeyRoutes(AccountBook accounts)
{
    public IEnumerable<Route> All =>
    [
        new("GET", "keys", call => Task.FromResult(Reply(call.Account.Keys))),
        new("POST", "keys/rotate", async call => Reply(await accounts.RotateAsync(call.Account).ConfigureAwait(false))),
    ];

    private static WireReply Reply(SigningKeys keys) => WireReply.Json(200, json =>
    {
        json.WriteStartObject();
        json.WriteString("current", keys.Current);
        json.WriteString("next", keys.Next);
        json.WriteEndObject();
    });
}
