using System.Text.Json.Nodes;
using QStash.Serverless.DevServerTests.Server;

namespace QStash.Serverless.DevServerTests.Conformance.Rows;

/// <summary>Sections 2.9 and 8.4: schedules.</summary>
internal static class ScheduleRows
{
    public static IEnumerable<Row> All =>
    [
        new("2.9", "create answers the id, a random one of its own", async q =>
        {
            JsonNode answer = await q.Json("POST /v2/schedules/https://app.test/a", "x", "Upstash-Cron: 0 0 * * *");
            Assert.Equal("scheduleId", Assert.Single(answer.AsObject()).Key);
            Assert.Matches("^scd_[1-9A-HJ-NP-Za-km-z]+$", (string)answer["scheduleId"]!);
        }),
        new("2.9", "a chosen id that is new is taken", async q => Assert.Equal("""{"scheduleId":"s"}""", (await q.CreateSchedule()).Text)),
        new("2.9", "a chosen id that exists is replaced, what is not sent again is gone", async q =>
        {
            await q.CreateSchedule("Upstash-Retries: 1", "Upstash-Callback: https://app.test/cb");
            await q.Ok("POST /v2/schedules/https://app.test/b", null, "Upstash-Cron: 0 0 * * *", "Upstash-Schedule-Id: s");
            JsonNode schedule = await q.Schedule();
            Assert.Equal(("https://app.test/b", "0 0 * * *", 3), ((string?)schedule["destination"], (string?)schedule["cron"], (int)schedule["retries"]!));
            Assert.Null(schedule["body"] ?? schedule["callback"]);
        }),
        new("2.9", "Upstash-Cron is required", q => q.Refused(400, "Upstash-Cron", "POST /v2/schedules/https://app.test/a", "x")),
        new("2.9", "a bad id is 400", q => q.Refused(400, "Upstash-Schedule-Id", "POST /v2/schedules/https://app.test/a", "x", "Upstash-Cron: 0 0 * * *", "Upstash-Schedule-Id: a b")),
        .. new[] { "60 * * * *", "* * * *", "* * * * * *", "@daily", "CRON_TZ=Nowhere/X * * * * *", "a * * * *" }.Select(cron => new Row("2.9", $"the cron expression {cron} is 400", q =>
            q.Refused(400, "Upstash-Cron", "POST /v2/schedules/https://app.test/a", "x", "Upstash-Cron: " + cron))),
        new("2.9", "a publish with Upstash-Cron creates a schedule", async q =>
        {
            Assert.NotNull((await q.Json("POST /v2/publish/https://app.test/a", "x", "Upstash-Cron: 0 0 * * *"))["scheduleId"]);
            Assert.Single((await q.Json("GET /v2/schedules")).AsArray());
        }),
        .. Fields.Select(f => new Row("2.9", $"schedule field {f.Name} {f.Json}", async q =>
        {
            await q.CreateSchedule(f.Headers);
            Assert.Equal(f.Json, (await q.Schedule())[f.Name]?.ToJsonString());
        })),
        new("2.9", "cron comes back trimmed, with its time zone", async q =>
        {
            await q.Ok("POST /v2/schedules/https://app.test/a", "x", "Upstash-Schedule-Id: s", "Upstash-Cron:   CRON_TZ=Europe/Berlin */10 * * * * ");
            Assert.Equal("CRON_TZ=Europe/Berlin */10 * * * *", (string?)(await q.Schedule())["cron"]);
        }),
        new("2.9", "lastScheduleTime and lastScheduleStates come with the first trigger", async q =>
        {
            await q.CreateSchedule();
            Assert.Null((await q.Schedule())["lastScheduleTime"] ?? (await q.Schedule())["lastScheduleStates"]);
            await q.Advance(600);
            JsonNode schedule = await q.Schedule();
            Assert.Equal((Bench.Now + 600_000, Bench.Now + 1_200_000), ((long)schedule["lastScheduleTime"]!, (long)schedule["nextScheduleTime"]!));
            Assert.Equal($$"""{"{{q.App.Received[0].Headers["Upstash-Message-Id"]}}":"SUCCESS"}""", schedule["lastScheduleStates"]!.ToJsonString());
        }),
        .. new[] { (500, "1", "IN_PROGRESS"), (500, "0", "FAIL"), (200, "0", "SUCCESS") }.Select(c => new Row("2.9", $"lastScheduleStates {c.Item3}", async q =>
        {
            q.App.Answers(_ => TestApp.Reply(c.Item1));
            await q.CreateSchedule("Upstash-Retries: " + c.Item2);
            await q.Advance(600);
            Assert.Equal(c.Item3, (string?)Assert.Single((await q.Schedule())["lastScheduleStates"]!.AsObject()).Value);
        })),
        new("2.9", "error tells why the last trigger made no message", async q =>
        {
            await q.Group("/1");
            await q.Ok("POST /v2/schedules/g", "x", "Upstash-Cron: */10 * * * *", "Upstash-Schedule-Id: s");
            await q.Ok("DELETE /v2/topics/g");
            await q.Advance(600);
            Assert.Equal("topic g not found", (string?)(await q.Schedule())["error"]);
        }),
        new("2.9", "list is a bare array", async q =>
        {
            await q.CreateSchedule();
            Assert.Equal((await q.Schedule()).ToJsonString(), Assert.Single((await q.Json("GET /v2/schedules")).AsArray())!.ToJsonString());
        }),
        new("2.9", "an unknown schedule is 404", async q =>
        {
            await q.Refused(404, "", "GET /v2/schedules/none");
            await q.Refused(404, "", "DELETE /v2/schedules/none");
        }),
        new("2.9", "delete: no more triggers, and what they made goes out", async q =>
        {
            await q.CreateSchedule("Upstash-Delay: 1m");
            await q.Advance(600);
            Assert.Equal(200, (int)(await q.Send("DELETE /v2/schedules/s")).Status);
            await q.Advance(1800);
            Assert.Single(q.App.Received);
        }),
        .. new[] { "PATCH", "POST" }.Select(verb => new Row("13", $"row 9: pause and resume with {verb}, both can be repeated", async q =>
        {
            await q.CreateSchedule();
            await q.Ok(verb + " /v2/schedules/s/pause");
            await q.Ok(verb + " /v2/schedules/s/pause");
            Assert.True((bool)(await q.Schedule())["isPaused"]!);
            await q.Ok(verb + " /v2/schedules/s/resume");
            await q.Ok(verb + " /v2/schedules/s/resume");
            Assert.False((bool)(await q.Schedule())["isPaused"]!);
        })),
        new("8.4", "paused: triggers are ignored, the next time moves on, resume replays nothing", async q =>
        {
            await q.CreateSchedule();
            await q.Ok("PATCH /v2/schedules/s/pause");
            await q.Advance(1500);
            Assert.Equal(Bench.Now + 1_800_000, (long)(await q.Schedule())["nextScheduleTime"]!);
            await q.Ok("PATCH /v2/schedules/s/resume");
            await q.Advance(1);
            Assert.Empty(q.App.Received);
        }),
        .. Crons.Select(c => new Row("8.4", $"the cron expression {c.Cron} triggers next at {c.Next}", async q =>
        {
            await q.Ok("POST /v2/schedules/https://app.test/a", "x", "Upstash-Schedule-Id: s", "Upstash-Cron: " + c.Cron);
            Assert.Equal(DateTimeOffset.Parse(c.Next, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(), (long)(await q.Schedule())["nextScheduleTime"]!);
        })),
        new("8.4", "each trigger is a fresh message with the stored settings", async q =>
        {
            await q.CreateSchedule("Upstash-Method: PUT", "Upstash-Forward-A: 1");
            await q.Advance(1200);
            Assert.Equal(2, q.App.Received.Select(r => r.Headers["Upstash-Message-Id"]).Distinct().Count());
            Assert.All(q.App.Received, r => Assert.Equal(("PUT", "1", "hello"), (r.Method, r.Headers["A"], r.Text)));
        }),
        new("8.4", "a delay postpones the delivery after each trigger", async q =>
        {
            await q.CreateSchedule("Upstash-Delay: 90s");
            await q.Advance(689);
            Assert.Empty(q.App.Received);
            await q.Advance(1);
            Assert.Single(q.App.Received);
        }),
        new("8.4", "a group gets a message an endpoint, as it is at the trigger", async q =>
        {
            await q.Group("/1");
            await q.Ok("POST /v2/schedules/g", "x", "Upstash-Cron: */10 * * * *");
            await q.Group("/2");
            await q.Advance(600);
            Assert.Equal(["/1", "/2"], q.App.Paths.Order());
        }),
        new("8.4", "with a queue the messages stand in it", async q =>
        {
            await q.Ok("POST /v2/queues", """{"queueName":"mail","paused":true}""");
            await q.CreateSchedule("Upstash-Queue-Name: mail");
            await q.Advance(1200);
            Assert.Equal(2, (int)(await q.Queue("mail"))["lag"]!);
        }),
    ];

    private static (string Name, string Json, string[] Headers)[] Fields =>
    [
        ("scheduleId", "\"s\"", []),
        ("cron", "\"*/10 * * * *\"", []),
        ("destination", "\"https://app.test/a\"", []),
        ("createdAt", $"{Bench.Now}", []),
        ("method", "\"POST\"", []),
        ("retries", "3", []),
        ("retries", "1", ["Upstash-Retries: 1"]),
        ("isPaused", "false", []),
        ("header", """{"A":["1"]}""", ["Upstash-Forward-a: 1"]),
        ("body", "\"hello\"", []),
        ("delay", "90", ["Upstash-Delay: 1m30s"]),
        ("timeout", "30", ["Upstash-Timeout: 30s"]),
        ("callback", "\"https://app.test/cb\"", ["Upstash-Callback: https://app.test/cb"]),
        ("callbackHeader", """{"A":["1"]}""", ["Upstash-Callback: https://app.test/cb", "Upstash-Callback-Forward-A: 1"]),
        ("failureCallback", "\"https://app.test/f\"", ["Upstash-Failure-Callback: https://app.test/f"]),
        ("failureCallbackHeader", """{"A":["1"]}""", ["Upstash-Failure-Callback: https://app.test/f", "Upstash-Failure-Callback-Forward-A: 1"]),
        ("queueName", "\"mail\"", ["Upstash-Queue-Name: mail"]),
        ("label", "\"a\"", ["Upstash-Label: a,b"]),
        ("labels", """["a","b"]""", ["Upstash-Label: a,b"]),
        ("retryDelayExpression", "\"1000 * retried\"", ["Upstash-Retry-Delay: 1000 * retried"]),
        ("flowControlKey", "\"k\"", ["Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: rate=3"]),
        ("rate", "3", ["Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: rate=3"]),
        ("parallelism", "2", ["Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: parallelism=2"]),
        ("period", "1", ["Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: parallelism=2"]),
        ("callerIP", "\"127.0.0.1\"", []),
        ("callerIp", "\"127.0.0.1\"", []),
        ("nextScheduleTime", $"{Bench.Now + 600_000}", []),
    ];

    private static (string Cron, string Next)[] Crons =>
    [
        ("* * * * *", "2030-01-01T00:01Z"),
        ("0 0 * * 0", "2030-01-06T00:00Z"),
        ("0 0 * * 7", "2030-01-06T00:00Z"),
        ("0 0 * * MON", "2030-01-07T00:00Z"),
        ("15,45 2-4 */2 1,6 *", "2030-01-01T02:15Z"),
        ("0 0 13 * FRI", "2030-01-04T00:00Z"),
        ("CRON_TZ=America/New_York 0 0 * * *", "2030-01-01T05:00Z"),
    ];
}
