using System.Text.Json.Nodes;
using QStash.Serverless.Client;
using QStash.Serverless.Infra;

namespace QStash.Serverless.DevServerTests.Infra;

/// <summary>What happens to an account over time, told by the plans people read and by what the API then says.</summary>
public sealed class StoryTests : InfraTest
{
    private static readonly UrlGroupEndpoint s_mail = new("https://shop.example/mail?key=s3cret", "mail");
    private static readonly UrlGroupEndpoint s_audit = new("https://audit.example/in", "audit");

    private static InfraModel Shop => Model(
        Group("receipts", s_mail, s_audit),
        Queue("orders", parallelism: 2),
        Pin("suppliers", rate: 10, period: TimeSpan.FromMinutes(1)),
        Schedule("close-day", "CRON_TZ=Europe/Berlin 0 2 * * *", new() { Retries = 5, ContentType = "application/json", Headers = [new("Authorization", "Bearer s3cret"), new("X-Tenant", "eu")], Labels = ["night"] }, """{"region":"EU"}"""),
        Schedule("poll", "*/5 * * * *", new() { FlowControl = new("shop.prod.suppliers", new() { Rate = 5 }) }, queue: "shop.prod.orders"),
        Schedule("report", "0 8 * * MON", destination: Destination.UrlGroup("shop.prod.receipts")));

    [Fact]
    public async Task FirstApply_MakesEverything()
    {
        InfraPlan plan = await PlanAsync(Shop);
        Approve("first-apply.txt", InfraPlanText.Human(plan));
        Approve("first-apply.md", InfraPlanText.Markdown(plan));
        Approve("first-apply.json", InfraPlanText.Json(plan));

        InfraReport report = await ApplyAsync(plan);

        Approve("first-apply-report.txt", InfraReportText.Human(report));
        Assert.Equal(6, report.Done.Count);
        JsonNode closeDay = await ScheduleAsync("shop.prod.close-day");
        Assert.Equal("CRON_TZ=Europe/Berlin 0 2 * * *", (string?)closeDay["cron"]);
        Assert.Equal("""{"region":"EU"}""", (string?)closeDay["body"]);
        Assert.Equal("Bearer s3cret", (string?)closeDay["header"]!["Authorization"]![0]);
        Assert.Equal(["night", "qss-owner=shop.prod"], closeDay["labels"]!.AsArray().Select(static label => (string?)label));
        Assert.Equal(("shop.prod.orders", "shop.prod.suppliers"), ((string?)(await ScheduleAsync("shop.prod.poll"))["queueName"], (string?)(await ScheduleAsync("shop.prod.poll"))["flowControlKey"]));
        Assert.Equal("shop.prod.receipts", (string?)(await ScheduleAsync("shop.prod.report"))["destination"]);
        Assert.Equal(2, (await GetAsync("/v2/topics/shop.prod.receipts")).Json["endpoints"]!.AsArray().Count);
        Assert.Equal(2, (int?)(await GetAsync("/v2/queues/shop.prod.orders")).Json["parallelism"]);
        JsonNode pin = (await GetAsync("/v2/flowControl/shop.prod.suppliers")).Json;
        Assert.Equal((true, 10, 60, false), ((bool)pin["isPinnedRate"]!, (int)pin["rateMax"]!, (int)pin["ratePeriod"]!, (bool)pin["isPinnedParallelism"]!));
    }

    [Fact]
    public async Task AppliedTwice_ChangesNothing()
    {
        await SettleAsync(Shop);
        Dictionary<string, string> before = await AccountAsync();
        Calls.Forget();

        InfraPlan plan = await PlanAsync(Shop);
        InfraReport report = await ApplyAsync(plan);

        Approve("no-op.txt", InfraPlanText.Human(plan));
        Assert.False(plan.HasDrift);
        Assert.True(report.IsComplete);
        Assert.Equal((5, 0), (Calls.Reads, Calls.Writes));
        Assert.Equal(before, await AccountAsync());
    }

    [Fact]
    public async Task Rename_WithPrune_MovesTheScheduleAndItsPause()
    {
        await SettleAsync(Model(Schedule("nightly", destination: Destination.Url("https://shop.example/x")), Schedule("other")));
        await Client.Schedules.PauseAsync("shop.prod.nightly");
        InfraModel renamed = Model(Schedule("close-day", destination: Destination.Url("https://shop.example/x")), Schedule("other"));

        Approve("rename-without-prune.txt", InfraPlanText.Human(await PlanAsync(renamed)));
        InfraPlan plan = await SettleAsync(renamed, new() { Prune = true });

        Approve("rename.txt", InfraPlanText.Human(plan));
        Assert.Equal(["schedules shop.prod.close-day", "schedules shop.prod.other"], (await AccountAsync()).Keys.Order());
        Assert.True((bool)(await ScheduleAsync("shop.prod.close-day"))["isPaused"]!);
    }

    [Fact]
    public async Task Removal_IsListedWithoutPrune_AndMadeWithIt()
    {
        await SettleAsync(Shop);
        InfraModel less = Model(Schedule("poll", "*/5 * * * *", new() { FlowControl = new("shop.prod.suppliers", new() { Rate = 5 }) }, queue: "shop.prod.orders"), Queue("orders", 2));
        Dictionary<string, string> before = await AccountAsync();

        InfraPlan listed = await PlanAsync(less);
        Approve("removal-without-prune.txt", InfraPlanText.Human(listed));
        Assert.True((await ApplyAsync(listed)).IsComplete);
        Assert.Equal(before, await AccountAsync());

        InfraPlan plan = await SettleAsync(less, new() { Prune = true });
        Approve("removal-with-prune.txt", InfraPlanText.Human(plan));
        Assert.Equal(["flowControl shop.prod.suppliers", "queues shop.prod.orders", "schedules shop.prod.poll"], (await AccountAsync()).Keys.Order(StringComparer.Ordinal));
        Assert.False((bool)(await GetAsync("/v2/flowControl/shop.prod.suppliers")).Json["isPinnedRate"]!);
    }

    [Fact]
    public async Task WhatIsNotOurs_StaysAsItIs()
    {
        await SettleAsync(Shop);
        await Client.Schedules.CreateAsync("0 1 * * *", new QStashMessage<string>(Destination.Url("https://shop.example/other"), "x"), "somebody-else");
        await Client.Schedules.CreateAsync("0 1 * * *", new QStashMessage<string>(Destination.Url("https://shop.example/other"), "x"), "shop.prod.by-hand");
        await Client.Schedules.CreateAsync("0 1 * * *", new QStashMessage<string>(Destination.Url("https://shop.example/other"), "x") { Options = new() { Labels = ["qss-owner=shop.prod"] } }, "shop.prod2.labelled");
        await Client.UrlGroups.AddEndpointsAsync("shop-prod", [s_audit]);
        await Client.Queues.UpsertAsync("shop.production", 3);
        await Client.FlowControl.PinAsync("other.prod.key", parallelism: 3);
        Dictionary<string, string> before = await AccountAsync();

        InfraPlan clash = await PlanAsync(Model(Schedule("by-hand", "0 1 * * *")), new() { AllowDestroy = true });
        Assert.True(clash.IsRefused);
        Approve("not-ours.txt", InfraPlanText.Human(clash));
        await Assert.ThrowsAsync<InvalidOperationException>(() => ApplyAsync(clash));
        Assert.Equal(before, await AccountAsync());

        await SettleAsync(Model(Schedule("only")), new() { Prune = true, AllowDestroy = true });
        InfraReport destroyed = await ApplyAsync(InfraPlan.ToDestroy(Prod, await ReadAsync()));

        Assert.True(destroyed.IsComplete);
        Dictionary<string, string> after = await AccountAsync();
        Assert.Equal(
            ["flowControl other.prod.key", "flowControl shop.prod.suppliers", "queues shop.production", "schedules shop.prod.by-hand", "schedules shop.prod2.labelled", "schedules somebody-else", "topics shop-prod"],
            after.Keys.Order(StringComparer.Ordinal));
        Assert.All(after.Where(static item => item.Key != "flowControl shop.prod.suppliers"), item => Assert.Equal(before[item.Key], item.Value));
    }

    [Fact]
    public async Task ManualEdits_AreSeenAsDrift()
    {
        await SettleAsync(Shop);
        await Client.Schedules.PauseAsync("shop.prod.close-day");
        await SendAsync("POST", "/v2/schedules/https://shop.example/elsewhere?token=s3cret", "edited", "Upstash-Cron: */10 * * * *", "Upstash-Schedule-Id: shop.prod.poll", "Upstash-Label: qss-owner=shop.prod");
        await Client.Schedules.DeleteAsync("shop.prod.report");
        await Client.Queues.UpsertAsync("shop.prod.orders", 7);
        await Client.UrlGroups.AddEndpointsAsync("shop.prod.receipts", [new("https://intruder.example/in", "intruder")]);
        await Client.FlowControl.PinAsync("shop.prod.suppliers", rate: 99);
        await Client.Queues.UpsertAsync("shop.prod.left-over");

        InfraPlan plan = await PlanAsync(Shop with { Schedules = [.. Shop.Schedules.Select(static schedule => schedule.Name == "close-day" ? schedule with { Paused = false } : schedule)] });

        Assert.True(plan.HasDrift);
        Approve("drift.txt", InfraPlanText.Human(plan, new() { AsDrift = true, Width = 80 }));
        Approve("drift.md", InfraPlanText.Markdown(plan, new() { AsDrift = true }));
        await SettleAsync(Shop, new() { Prune = true });
        Assert.True((bool)(await ScheduleAsync("shop.prod.close-day"))["isPaused"]!);
        Assert.Equal("*/5 * * * *", (string?)(await ScheduleAsync("shop.prod.poll"))["cron"]);
    }

    [Fact]
    public async Task TwoEnvironments_LiveSideBySide()
    {
        ResourceScope test = new("shop", "test");
        InfraModel staging = ModelOf(test, Schedule("close-day", "0 3 * * *", scope: test));
        await SettleAsync(Model(Schedule("close-day")));
        await SettleAsync(staging);
        Dictionary<string, string> both = await AccountAsync();
        Assert.Equal(["schedules shop.prod.close-day", "schedules shop.test.close-day"], both.Keys.Order());

        await SettleAsync(Model(Schedule("close-day")), new() { Prune = true });
        Assert.Equal(both, await AccountAsync());
        InfraPlan destroy = InfraPlan.ToDestroy(test, await ReadAsync());
        Approve("destroy.txt", InfraPlanText.Human(destroy));
        await ApplyAsync(destroy);

        Assert.Equal(["schedules shop.prod.close-day"], (await AccountAsync()).Keys);
    }
}
