using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using QStash.Serverless.DevServer.Delivery;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>What a test in any language needs besides QStash's own routes: the clock, a wait for quiet, a clean slate, faults. Each calls the server's public method.</summary>
internal sealed class DevRoutes(QStashDevServer server, Dispatcher dispatcher)
{
    private const long LongestSeconds = 100L * 365 * 24 * 60 * 60;

    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(30);

    public IEnumerable<Route> All =>
    [
        new("POST", "clock", ClockAsync),
        new("POST", "drain", DrainAsync),
        new("POST", "reset", ResetAsync),
        new("GET", "state", StateAsync),
        new("GET", "faults", call => Task.FromResult(Faults(call))),
        new("POST", "faults", AddFaultAsync),
        new("DELETE", "faults", call =>
        {
            server.ClearFaults(call.Account.Name);
            return Task.FromResult(WireReply.Empty with { Status = StatusCodes.Status204NoContent });
        }),
    ];

    private async Task<WireReply> ClockAsync(WireCall call)
    {
        (TimeSpan? advance, long? set, bool? freeze) = JsonBody.Read(
            await call.ReadBodyAsync().ConfigureAwait(false), json => (Duration(json, "advance"), JsonBody.Long(json, "set"), JsonBody.Flag(json, "freeze")));
        if (new object?[] { advance, set, freeze }.Count(given => given is not null) != 1)
        {
            throw WireException.BadRequest("""the clock takes one of {"advance":"90s"}, {"set":<Unix milliseconds>} and {"freeze":true}""");
        }

        long before = dispatcher.Started;
        await RefusingAsync(async () =>
        {
            if (advance is { } by)
            {
                await server.AdvanceAsync(by, call.Http.RequestAborted).ConfigureAwait(false);
            }
            else if (set is { } time)
            {
                await server.AdvanceToAsync(Time(time), call.Http.RequestAborted).ConfigureAwait(false);
            }
            else
            {
                server.FreezeClock(freeze!.Value);
            }
        }).ConfigureAwait(false);
        return WireReply.Json(200, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("now", server.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds());
            json.WriteBoolean("frozen", server.TimeProvider is DevServerClock { IsFrozen: true });
            json.WriteNumber("attempts", dispatcher.Started - before);
            json.WriteEndObject();
        });
    }

    private async Task<WireReply> DrainAsync(WireCall call)
    {
        TimeSpan timeout = call.Query.First("timeout") is { } text ? Duration("timeout", text) : DrainPatience;
        long before = dispatcher.Started;
        try
        {
            await server.DrainAsync(timeout, call.Http.RequestAborted).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return Pending(call, timeout);
        }

        return WireReply.Json(200, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("attempts", dispatcher.Started - before);
            json.WriteEndObject();
        });
    }

    private WireReply Pending(WireCall call, TimeSpan timeout) => WireReply.Json(408, json =>
    {
        json.WriteStartObject();
        json.WriteString("error", string.Create(CultureInfo.InvariantCulture, $"deliveries were still in progress after {timeout.TotalSeconds:0.###} s"));
        json.WriteStartArray("pending");
        foreach (Attempt attempt in dispatcher.InFlight.Where(a => a.Message.Account == call.Account.Id).OrderBy(a => a.Message.Seq))
        {
            json.WriteStartObject();
            json.WriteString("messageId", attempt.Message.Id);
            json.WriteString("url", attempt.Message.Url);
            json.WriteNumber("retried", attempt.Message.Retried);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private async Task<WireReply> ResetAsync(WireCall call)
    {
        await server.ResetAsync(call.Account.Name, call.Http.RequestAborted).ConfigureAwait(false);
        return WireReply.Empty with { Status = StatusCodes.Status204NoContent };
    }

    private async Task<WireReply> StateAsync(WireCall call)
    {
        DevServerState state = await server.GetStateAsync(call.Account.Name, call.Http.RequestAborted).ConfigureAwait(false);
        return WireReply.Json(200, json =>
        {
            json.WriteStartObject();
            json.WriteString("account", state.Account);
            json.WriteNumber("now", state.Now.ToUnixTimeMilliseconds());
            json.WriteBoolean("frozen", state.IsFrozen);
            json.WriteNumber("waiting", state.Waiting);
            json.WriteNumber("active", state.Active);
            if (state.NextDue is { } due)
            {
                json.WriteNumber("nextDue", due.ToUnixTimeMilliseconds());
            }

            json.WriteNumber("deadLetters", state.DeadLetters);
            json.WriteNumber("queues", state.Queues);
            json.WriteNumber("urlGroups", state.UrlGroups);
            json.WriteNumber("schedules", state.Schedules);
            json.WriteNumber("flowControlKeys", state.FlowControlKeys);
            json.WriteNumber("faults", state.Faults);
            json.WriteEndObject();
        });
    }

    private async Task<WireReply> AddFaultAsync(WireCall call)
    {
        DevServerFault fault = JsonBody.Read(await call.ReadBodyAsync().ConfigureAwait(false), json => new DevServerFault
        {
            Url = JsonBody.Text(json, "url") ?? "*",
            Kind = Enum.TryParse(JsonBody.Text(json, "kind"), ignoreCase: true, out DevServerFaultKind kind) && Enum.IsDefined(kind)
                ? kind
                : throw WireException.BadRequest("kind must be status, timeout, slow, duplicate or drop"),
            Status = JsonBody.Number(json, "status") ?? 503,
            Delay = Duration(json, "delay") ?? TimeSpan.Zero,
            Probability = JsonBody.Fraction(json, "probability") ?? 1,
            Seed = JsonBody.Number(json, "seed"),
            Times = JsonBody.Number(json, "times"),
        });
        await RefusingAsync(() =>
        {
            server.AddFault(fault, call.Account.Name);
            return Task.CompletedTask;
        }).ConfigureAwait(false);
        return Faults(call);
    }

    private WireReply Faults(WireCall call) => WireReply.Json(200, json =>
    {
        json.WriteStartArray();
        foreach (DevServerFault fault in server.GetFaults(call.Account.Name))
        {
            json.WriteStartObject();
            json.WriteString("url", fault.Url);
            json.WriteString("kind", fault.Kind.ToString().ToLowerInvariant());
            json.WriteNumber("status", fault.Status);
            json.WriteNumber("delay", fault.Delay.TotalSeconds);
            json.WriteNumber("probability", fault.Probability);
            WriteIfAny(json, "seed", fault.Seed);
            WriteIfAny(json, "times", fault.Times);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>What a public method refuses is an answer, not a failure of the server.</summary>
    private static async Task RefusingAsync(Func<Task> call)
    {
        try
        {
            await call().ConfigureAwait(false);
        }
        catch (ArgumentException e)
        {
            throw WireException.BadRequest(e.Message);
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            throw new WireException(409, e.Message);
        }
    }

    private static void WriteIfAny(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    /// <summary>A duration as text, or as a number of seconds.</summary>
    private static TimeSpan? Duration(JsonElement json, string name)
        => json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            ? value.TryGetDouble(out double seconds) && seconds is >= 0 and <= LongestSeconds ? TimeSpan.FromSeconds(seconds) : throw WireException.BadRequest($"invalid {name}: use seconds, 0 to {LongestSeconds}")
            : JsonBody.Text(json, name) is { } text ? Duration(name, text) : null;

    private static TimeSpan Duration(string name, string text)
        => QStashDuration.TryParse(text, out TimeSpan duration, out string? error) ? duration : throw WireException.BadRequest($"invalid {name}: {error}");

    private static DateTimeOffset Time(long milliseconds)
        => milliseconds >= 0 && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : throw WireException.BadRequest("set must be a Unix time in milliseconds");
}
