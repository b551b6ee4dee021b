using QStash.Serverless.DevServer.Intake;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>Schedules (protocol 2.9).</summary>
internal sealed class ScheduleRoutes(QStashStore store, ScheduleIntake intake)
{
    public IEnumerable<Route> All =>
    [
        new("GET", "schedules", ListAsync),
        new("GET", "schedules/{id}", GetAsync),
        new("DELETE", "schedules/{id}", DeleteAsync),
        new("PATCH", "schedules/{id}/pause", call => PauseAsync(call, paused: true)),
        new("POST", "schedules/{id}/pause", call => PauseAsync(call, paused: true)),
        new("PATCH", "schedules/{id}/resume", call => PauseAsync(call, paused: false)),
        new("POST", "schedules/{id}/resume", call => PauseAsync(call, paused: false)),
        new("POST", "schedules/{*destination}", CreateAsync),
    ];

    /// <summary>Creates or replaces a schedule from a publish request with a cron expression.</summary>
    public async Task<WireReply> CreateAsync(WireCall call)
    {
        byte[] body = await call.ReadBodyAsync().ConfigureAwait(false);
        Submission submission = new(call.Account.Id, call.Destination, SettingsReader.OfPublish(call), body, call.CallerIp) { Incoming = call.Headers };
        (string id, bool duplicate) = await store.RunAsync(session => intake.Accept(session, submission)).ConfigureAwait(false);
        return WireReply.Json(duplicate ? 202 : 200, json =>
        {
            json.WriteStartObject();
            json.WriteString("scheduleId", id);
            json.WriteEndObject();
        });
    }

    private async Task<WireReply> ListAsync(WireCall call)
    {
        List<(StoredSchedule Schedule, List<(string, string)> States)> schedules = await store.RunAsync(
            session => session.FindSchedules(call.Account.Id).ConvertAll(schedule => (schedule, session.LastStates(schedule)))).ConfigureAwait(false);
        return WireReply.Json(200, json =>
        {
            json.WriteStartArray();
            schedules.ForEach(s => ScheduleJson.Write(json, s.Schedule, s.States));
            json.WriteEndArray();
        });
    }

    private async Task<WireReply> GetAsync(WireCall call)
    {
        (StoredSchedule schedule, List<(string, string)> states) = await store.RunAsync(session =>
        {
            StoredSchedule found = session.FindSchedule(call.Account.Id, call["id"]) ?? throw NotFound(call);
            return (found, session.LastStates(found));
        }).ConfigureAwait(false);
        return WireReply.Json(200, json => ScheduleJson.Write(json, schedule, states));
    }

    /// <summary>Messages it has created still go out.</summary>
    private Task<WireReply> DeleteAsync(WireCall call)
        => store.RunAsync(session => session.DeleteSchedule(call.Account.Id, call["id"]) > 0 ? WireReply.Empty : throw NotFound(call));

    private Task<WireReply> PauseAsync(WireCall call, bool paused)
        => store.RunAsync(session => session.PauseSchedule(call.Account.Id, call["id"], paused) > 0 ? WireReply.Empty : throw NotFound(call));

    private static WireException NotFound(WireCall call) => WireException.NotFound($"schedule {call["id"]} not found");
}
