using System.Text.Json.Nodes;
using QStash.Serverless.Infra;

namespace QStash.Serverless.DevServerTests.Infra;

/// <summary>Each thing that can be declared of a schedule, changed on its own: seen by the plan, changed in place, and quiet afterwards.</summary>
public sealed class FieldTests : InfraTest
{
    private static readonly PublishOptions s_options = new()
    {
        Method = HttpMethod.Put,
        ContentType = "text/plain",
        Headers = [new("X-Tenant", "t-9"), new("Authorization", "Bearer s3cret")],
        Delay = TimeSpan.FromSeconds(90),
        Timeout = TimeSpan.FromMinutes(2),
        Retries = 5,
        RetryDelay = RetryDelayExpression.Parse("1000"),
        Callback = new("https://shop.example/done?key=s3cret") { Headers = [new("X-A", "1")], Timeout = TimeSpan.FromSeconds(10) },
        FailureCallback = new("https://shop.example/failed") { Retries = 1 },
        Labels = ["night", "eu"],
        FlowControl = new("k", new() { Parallelism = 3, Rate = 5, Period = TimeSpan.FromMinutes(1) }),
        Redact = new() { Headers = ["Authorization"] },
    };

    private static DeclaredSchedule Full => Schedule("job", "0 2 * * *", s_options, "body", queue: "q");

    public static TheoryData<string, string> Fields => new()
    {
        { "cron", "cron" },
        { "time zone", "cron" },
        { "destination", "destination" },
        { "destination query", "destination" },
        { "group", "destination" },
        { "body", "body" },
        { "no body", "body" },
        { "binary body", "body" },
        { "queue", "queue" },
        { "no queue", "queue" },
        { "method", "method" },
        { "no method", "method" },
        { "content type", "content type" },
        { "header", "header X-Tenant" },
        { "redacted header", "header Authorization" },
        { "no header", "header X-Tenant" },
        { "delay", "delay" },
        { "no delay", "delay" },
        { "timeout", "timeout" },
        { "no timeout", "timeout" },
        { "retries", "retries" },
        { "no retries", "retries" },
        { "retry delay", "retry delay" },
        { "no retry delay", "retry delay" },
        { "callback", "callback" },
        { "no callback", "callback" },
        { "callback header", "callback header X-A" },
        { "callback timeout", "hidden options" },
        { "failure callback", "failure callback" },
        { "failure callback retries", "hidden options" },
        { "labels", "labels" },
        { "no labels", "labels" },
        { "flow control key", "flow control" },
        { "flow control rate", "flow control" },
        { "no flow control", "flow control" },
        { "redaction", "hidden options" },
        { "no redaction", "hidden options" },
        { "redacted body", "hidden options" },
        { "raw header", "hidden options" },
        { "forwarding", "hidden options" },
        { "paused", "paused" },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task Edit_ChangesTheScheduleInPlaceAndKeepsItsPause(string edit, string field)
    {
        await Client.UrlGroups.AddEndpointsAsync("g", [new("https://shop.example/g")]);
        await SettleAsync(Model(Full));
        await Client.Schedules.PauseAsync("shop.prod.job");
        JsonNode before = await ScheduleAsync("shop.prod.job");
        bool resumes = edit == "paused";

        InfraPlan plan = await SettleAsync(Model(Edited(edit)));

        InfraChange change = Assert.Single(plan.Changes);
        Assert.Equal((InfraChangeKind.Update, "shop.prod.job"), (change.Kind, change.PhysicalName));
        Assert.Contains(field, change.Fields.Select(static field => field.Name));
        string text = InfraPlanText.Human(plan) + InfraPlanText.Markdown(plan) + InfraPlanText.Json(plan);
        Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
        JsonNode after = await ScheduleAsync("shop.prod.job");
        Assert.Equal((before["createdAt"]!.ToString(), !resumes), (after["createdAt"]!.ToString(), (bool)after["isPaused"]!));
        Assert.NotEqual(resumes ? "" : Bare(before), resumes ? "x" : Bare(after));

        // And back again: what is no longer declared is no longer there.
        InfraPlan back = await SettleAsync(Model(Full with { Paused = true }));
        Assert.Single(back.Changes);
        Assert.Equal(Bare(before), Bare(await ScheduleAsync("shop.prod.job")));
    }

    [Theory]
    [InlineData("0  2 * * *")]
    [InlineData(" 0 2 * * * ")]
    [InlineData("CRON_TZ=UTC 0 2 * * *")]
    public async Task SameTimesWrittenDifferently_AreNoChange(string cron)
    {
        await SettleAsync(Model(Schedule("job")));
        Assert.True((await PlanAsync(Model(Schedule("job", cron)))).IsEmpty);
    }

    [Fact]
    public async Task OptionsSetToQStashsDefaults_AreNoChange()
    {
        await SettleAsync(Model(Schedule("job")));
        Assert.True((await PlanAsync(Model(Schedule("job", options: new() { Method = HttpMethod.Post, Retries = 3, Delay = TimeSpan.Zero })))).IsEmpty);
    }

    [Fact]
    public async Task OrderOfHeadersAndLabels_MakesNoDifference()
    {
        await SettleAsync(Model(Schedule("job", options: new() { Headers = [new("A", "1"), new("B", "2")], Labels = ["x", "y"] })));
        Assert.True((await PlanAsync(Model(Schedule("job", options: new() { Headers = [new("b", "2"), new("a", "1")], Labels = ["y", "x"] })))).IsEmpty);
    }

    [Fact]
    public async Task HeadersThatQStashAddsOrDrops_AreNoDrift()
    {
        await SettleAsync(Model(Schedule("job", options: new() { ForwardRequestHeaders = true, Headers = [new("Host", "x"), new("User-Agent", "y"), new("X-A", "1")] })));
        Assert.NotEmpty((await ScheduleAsync("shop.prod.job"))["header"]!.AsObject());
    }

    [Fact]
    public async Task RedactedBody_IsComparedByItsFingerprintAndNeverShown()
    {
        PublishOptions options = new() { Redact = new() { Body = true } };
        await SettleAsync(Model(Schedule("job", options: options, body: "first s3cret")));
        Assert.StartsWith("REDACTED:", (string?)(await ScheduleAsync("shop.prod.job"))["body"], StringComparison.Ordinal);

        InfraPlan plan = await SettleAsync(Model(Schedule("job", options: options, body: "second s3cret")));

        InfraField field = Assert.Single(Assert.Single(plan.Changes).Fields);
        Assert.Equal("body", field.Name);
        Assert.DoesNotContain("s3cret", InfraPlanText.Human(plan), StringComparison.Ordinal);
        Assert.NotEqual(field.Before, field.After);
    }

    [Fact]
    public async Task BodyThatBecomesHidden_IsNotShownAnyMore()
    {
        await SettleAsync(Model(Schedule("job", body: "first s3cret")));

        InfraPlan plan = await SettleAsync(Model(Schedule("job", options: new() { Redact = new() { Body = true } }, body: "second s3cret")));

        Assert.DoesNotContain("s3cret", InfraPlanText.Human(plan), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PausedSchedule_IsPausedAgainWhenItIsReplaced()
    {
        await SettleAsync(Model(Schedule("job", paused: true)));
        Calls.Forget();

        await SettleAsync(Model(Schedule("job", "0 3 * * *")));

        Assert.Equal(["POST /v2/schedules/https://shop.example/job", "PATCH /v2/schedules/shop.prod.job/pause"], Calls.All.Where(static call => !call.StartsWith("GET", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("dedup")]
    [InlineData("label")]
    public async Task WhatWouldBreakUpdatesOrOwnership_IsRefusedBeforeAnyCall(string what)
    {
        InfraPlan plan = await PlanAsync(Model(Schedule("job", options: what == "label" ? new() { Labels = ["qss-owner=other.prod"] } : new() { DeduplicationId = "x" })));

        Assert.Contains(what == "label" ? "qss-" : "deduplication", Assert.Single(plan.Refusals), StringComparison.Ordinal);
    }

    private static DeclaredSchedule Edited(string edit)
    {
        PublishOptions o = s_options;
        DeclaredSchedule With(PublishOptions options, string body = "body") => Schedule("job", "0 2 * * *", options, body, queue: "q");
        return edit switch
        {
            "cron" => Full with { Cron = CronSchedule.Parse("0 3 * * *") },
            "time zone" => Full with { Cron = CronSchedule.Parse("CRON_TZ=Europe/Berlin 0 2 * * *") },
            "destination" => Schedule("job", "0 2 * * *", o, "body", queue: "q", destination: Destination.Url("https://shop.example/other")),
            "destination query" => Schedule("job", "0 2 * * *", o, "body", queue: "q", destination: Destination.Url("https://shop.example/job?key=s3cret")),
            "group" => Schedule("job", "0 2 * * *", o, "body", queue: "q", destination: Destination.UrlGroup("g")),
            "body" => With(o, "other body"),
            "no body" => With(o, ""),
            "binary body" => new DeclaredSchedule { Name = "job", ScheduleId = Full.ScheduleId, Cron = Full.Cron, At = Full.At, Message = new QStashMessage<byte[]>(Full.Message.Destination, [0, 0xff, 1]) { Options = o, Queue = "q" } },
            "queue" => Schedule("job", "0 2 * * *", o, "body", queue: "r"),
            "no queue" => Schedule("job", "0 2 * * *", o, "body"),
            "method" => With(o with { Method = HttpMethod.Patch }),
            "no method" => With(o with { Method = null }),
            "content type" => With(o with { ContentType = "text/csv" }),
            "header" => With(o with { Headers = [new("X-Tenant", "t-10"), o.Headers[1]] }),
            "redacted header" => With(o with { Headers = [o.Headers[0], new("Authorization", "Bearer s3cret too")] }),
            "no header" => With(o with { Headers = [o.Headers[1]] }),
            "delay" => With(o with { Delay = TimeSpan.FromHours(1) }),
            "no delay" => With(o with { Delay = null }),
            "timeout" => With(o with { Timeout = TimeSpan.FromMinutes(3) }),
            "no timeout" => With(o with { Timeout = null }),
            "retries" => With(o with { Retries = 0 }),
            "no retries" => With(o with { Retries = null }),
            "retry delay" => With(o with { RetryDelay = RetryDelayExpression.Parse("2000") }),
            "no retry delay" => With(o with { RetryDelay = null }),
            "callback" => With(o with { Callback = new("https://shop.example/elsewhere") { Headers = o.Callback!.Headers, Timeout = o.Callback.Timeout } }),
            "no callback" => With(o with { Callback = null }),
            "callback header" => With(o with { Callback = o.Callback! with { Headers = [new("X-A", "2")] } }),
            "callback timeout" => With(o with { Callback = o.Callback! with { Timeout = TimeSpan.FromSeconds(20) } }),
            "failure callback" => With(o with { FailureCallback = new("https://shop.example/elsewhere") { Retries = 1 } }),
            "failure callback retries" => With(o with { FailureCallback = o.FailureCallback! with { Retries = 2 } }),
            "labels" => With(o with { Labels = ["night", "us"] }),
            "no labels" => With(o with { Labels = [] }),
            "flow control key" => With(o with { FlowControl = o.FlowControl! with { Key = "l" } }),
            "flow control rate" => With(o with { FlowControl = new("k", new() { Parallelism = 3, Rate = 6, Period = TimeSpan.FromMinutes(1) }) }),
            "no flow control" => With(o with { FlowControl = null }),
            "redaction" => With(o with { Redact = new() { AllHeaders = true } }),
            "no redaction" => With(o with { Redact = null }),
            "redacted body" => With(o with { Redact = new() { Body = true, Headers = ["Authorization"] } }),
            "raw header" => With(o with { RawHeaders = [new("Upstash-Something-New", "s3cret")] }),
            "forwarding" => With(o with { ForwardRequestHeaders = true }),
            "paused" => Full with { Paused = false },
            _ => throw new ArgumentOutOfRangeException(nameof(edit), edit, "There is no such edit."),
        };
    }

    private static string Bare(JsonNode schedule)
    {
        JsonObject bare = schedule.DeepClone().AsObject();
        bare.Remove("nextScheduleTime");
        return bare.ToJsonString();
    }
}
