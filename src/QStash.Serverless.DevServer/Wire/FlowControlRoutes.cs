using System.Text.Json;
using QStash.Serverless.DevServer.Quotas;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>Flow-control keys and the parallelism of the whole account (protocol 2.11, 2.12). Clients do not escape keys, so a key may hold slashes.</summary>
internal sealed class FlowControlRoutes(QStashStore store, TimeProvider time, Limits limits)
{
    private const long LongestPeriod = 7 * 24 * 60 * 60;

    public IEnumerable<Route> All =>
    [
        new("GET", "flowControl", ListAsync),
        new("GET", "flowControl/{*key}", GetAsync),
        new("POST", "flowControl/{*keyAndAction}", ChangeAsync),
        new("GET", "globalParallelism", GlobalAsync),
    ];

    private async Task<WireReply> ListAsync(WireCall call)
    {
        string search = call.Query.First("search") ?? "";
        List<StoredFlowControl> keys = await store.RunAsync(session => session.FindFlowControls(call.Account.Id, key: null, search)).ConfigureAwait(false);
        return WireReply.Json(200, json =>
        {
            json.WriteStartArray();
            keys.ForEach(key => Write(json, key));
            json.WriteEndArray();
        });
    }

    private async Task<WireReply> GetAsync(WireCall call)
    {
        string key = Uri.UnescapeDataString(call["key"]);
        if (key.Length == 0)
        {
            return await ListAsync(call).ConfigureAwait(false);
        }

        List<StoredFlowControl> found = await store.RunAsync(session => session.FindFlowControls(call.Account.Id, key)).ConfigureAwait(false);
        return found is [StoredFlowControl flow]
            ? WireReply.Json(200, json => Write(json, flow))
            : throw WireException.NotFound($"flow control key {key} not found");
    }

    private async Task<WireReply> ChangeAsync(WireCall call)
    {
        string path = call["keyAndAction"].TrimEnd('/');
        int slash = path.LastIndexOf('/');
        string key = Uri.UnescapeDataString(path[..Math.Max(0, slash)]);
        Action<StoreSession, long> change = Change(call, key, path[(slash + 1)..].ToUpperInvariant());
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await store.RunAsync(session =>
        {
            change(session, now);
            return true;
        }).ConfigureAwait(false);
        return WireReply.Empty;
    }

    private static Action<StoreSession, long> Change(WireCall call, string key, string action)
    {
        long account = call.Account.Id;
        Action<StoreSession, long> change;
        switch (action)
        {
            case "PAUSE":
                change = (session, now) => session.PauseFlowControl(account, key, paused: true, now);
                break;
            case "RESUME":
                change = (session, now) => session.PauseFlowControl(account, key, paused: false, now);
                break;
            case "PIN":
                (int? parallelism, int? rate, long? period) = (Number(call, "parallelism"), Number(call, "rate"), Period(call));
                if (parallelism is null && rate is null && period is null)
                {
                    throw WireException.BadRequest("pin needs at least one of parallelism, rate and period");
                }

                change = (session, now) => session.PinFlowControl(account, key, parallelism, rate, period, now);
                break;
            case "UNPIN":
                (bool unpinParallelism, bool unpinRate) = (Flag(call, "parallelism"), Flag(call, "rate"));
                change = (session, _) => session.UnpinFlowControl(account, key, unpinParallelism, unpinRate);
                break;
            case "RESETRATE" or "RESET":
                change = (session, now) => session.ResetFlowRate(account, key, now);
                break;
            default:
                throw WireException.NotFound("a flow control key has the actions pause, resume, pin, unpin and resetRate");
        }

        return key.Length > 0 ? change : throw WireException.BadRequest("the flow control key is empty");
    }

    private async Task<WireReply> GlobalAsync(WireCall call)
    {
        int active = await store.RunAsync(session => session.ActiveMessages().Single(a => a.Account == call.Account.Id).Active).ConfigureAwait(false);
        return WireReply.Json(200, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("parallelismMax", limits.Parallelism);
            json.WriteNumber("parallelismCount", active);
            json.WriteEndObject();
        });
    }

    private static int? Number(WireCall call, string name)
        => call.Query.First(name) is not { } text ? null
            : int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int number) && number >= 1 ? number
            : throw WireException.BadRequest($"invalid {name} '{text}': use a whole number, at least 1");

    private static long? Period(WireCall call)
        => call.Query.First("period") is not { } text ? null
            : QStashDuration.TryParse(text, out TimeSpan period, out _) && period.TotalSeconds is >= 1 and <= LongestPeriod ? (long)period.TotalSeconds
            : throw WireException.BadRequest($"invalid period '{text}': use seconds, 1 to {LongestPeriod}");

    private static bool Flag(WireCall call, string name)
        => call.Query.First(name) is { } text && (bool.TryParse(text, out bool flag) ? flag : throw WireException.BadRequest($"invalid {name} '{text}': use true or false"));

    private void Write(Utf8JsonWriter json, StoredFlowControl flow)
    {
        long count = flow.CountAt(time.GetUtcNow().ToUnixTimeMilliseconds());
        json.WriteStartObject();
        json.WriteString("flowControlKey", flow.Key);
        json.WriteNumber("waitListSize", flow.Waiting);
        json.WriteNumber("parallelismMax", flow.Parallelism ?? 0);
        json.WriteNumber("parallelismCount", flow.Active);
        json.WriteNumber("rateMax", flow.Rate ?? 0);
        json.WriteNumber("rateCount", count);
        json.WriteNumber("ratePeriod", flow.PeriodSeconds);
        json.WriteNumber("ratePeriodStart", flow.WindowStart / 1000);
        json.WriteBoolean("isPaused", flow.IsPaused);
        json.WriteBoolean("isPinnedParallelism", flow.IsPinnedParallelism);
        json.WriteBoolean("isPinnedRate", flow.IsPinnedRate);
        json.WriteEndObject();
    }
}
