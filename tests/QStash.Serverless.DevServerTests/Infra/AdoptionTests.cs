using System.Text.Json.Nodes;
using QStash.Serverless.Client;
using QStash.Serverless.Infra;

namespace QStash.Serverless.DevServerTests.Infra;

/// <summary>What somebody made by hand becomes what the code declares.</summary>
public sealed class AdoptionTests : InfraTest
{
    private static readonly UrlGroupEndpoint s_a = new("https://shop.example/a", "a");
    private static readonly UrlGroupEndpoint s_b = new("https://shop.example/b");

    private static InfraModel Shop => Model(
        Group("receipts", s_a, s_b),
        Schedule("close-day", "0 2 * * *", new() { Retries = 5 }, "new body"),
        Schedule("report", "0 8 * * MON", destination: Destination.UrlGroup("shop.prod.receipts")),
        Schedule("same-id", "0 4 * * *"));

    [Fact]
    public async Task HandMadeThings_AreTakenOverAndThenNothingDiffers()
    {
        await HandAsync("scd_1", "0  2 * * *", "https://shop.example/close-day");
        await Client.UrlGroups.AddEndpointsAsync("receipts", [s_b, s_a]);
        await HandAsync("scd_2", "0 8 * * mon", "receipts", group: true);
        await HandAsync("shop.prod.same-id", "0 5 * * *", "https://shop.example/same-id");
        await HandAsync("elsewhere", "0 2 * * *", "https://shop.example/elsewhere");
        await HandAsync("other-times", "0 3 * * *", "https://shop.example/close-day");
        await Client.Schedules.PauseAsync("scd_1");
        await Client.Schedules.PauseAsync("shop.prod.same-id");
        Dictionary<string, string> before = await AccountAsync();

        InfraPlan plan = InfraPlan.ToAdopt(Shop, await ReadAsync());
        Approve("adopt.txt", InfraPlanText.Human(plan));
        InfraReport report = await ApplyAsync(plan);

        Assert.True(report.IsComplete, InfraReportText.Human(report));
        InfraPlan after = await PlanAsync(Shop);
        Assert.True(after.IsEmpty, InfraPlanText.Human(after));
        Assert.False(after.HasDrift);
        Dictionary<string, string> account = await AccountAsync();
        Assert.Equal(
            ["schedules elsewhere", "schedules other-times", "schedules shop.prod.close-day", "schedules shop.prod.report", "schedules shop.prod.same-id", "topics shop.prod.receipts"],
            account.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((before["schedules elsewhere"], before["schedules other-times"]), (account["schedules elsewhere"], account["schedules other-times"]));
        Assert.Equal((true, false, true), (await IsPausedAsync("close-day"), await IsPausedAsync("report"), await IsPausedAsync("same-id")));
        Assert.True(InfraPlan.ToAdopt(Shop, await ReadAsync()).IsEmpty);
    }

    [Fact]
    public async Task SeveralCandidates_AreNamedAndNothingIsTakenOver()
    {
        await HandAsync("scd_1", "0 2 * * *", "https://shop.example/close-day");
        await HandAsync("scd_2", "0 2 * * *", "https://shop.example/close-day");
        await HandAsync("scd_3", "0 9 * * *", "https://shop.example/x");
        InfraModel model = Model(
            Schedule("close-day"), Schedule("x-1", "0 9 * * *", destination: Destination.Url("https://shop.example/x")), Schedule("x-2", "0 9 * * *", destination: Destination.Url("https://shop.example/x")));

        InfraPlan plan = InfraPlan.ToAdopt(model, await ReadAsync());

        Approve("adopt-ambiguous.txt", InfraPlanText.Human(plan));
        Assert.Equal(3, plan.Refusals.Count);
        await Assert.ThrowsAsync<InvalidOperationException>(() => ApplyAsync(plan));
    }

    [Fact]
    public async Task SeveralGroupsWithTheEndpoints_AreNamed()
    {
        await Client.UrlGroups.AddEndpointsAsync("one", [s_a, s_b]);
        await Client.UrlGroups.AddEndpointsAsync("two", [s_a, s_b]);

        InfraPlan plan = InfraPlan.ToAdopt(Model(Group("receipts", s_a, s_b)), await ReadAsync());

        Assert.Contains("one, two have its endpoints", Assert.Single(plan.Refusals), StringComparison.Ordinal);
        Assert.Empty(plan.Changes);
    }

    [Fact]
    public async Task GroupThatOthersSendTo_Stays()
    {
        await Client.UrlGroups.AddEndpointsAsync("receipts", [s_a, s_b]);
        await HandAsync("somebody-else", "0 9 * * *", "receipts", group: true);

        InfraPlan plan = InfraPlan.ToAdopt(Model(Group("receipts", s_a, s_b)), await ReadAsync());
        Assert.True((await ApplyAsync(plan)).IsComplete);

        Assert.Contains("somebody-else", Assert.Single(plan.Notes), StringComparison.Ordinal);
        Assert.Equal(["schedules somebody-else", "topics receipts", "topics shop.prod.receipts"], (await AccountAsync()).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task GroupOfAnotherScope_IsNotTakenOver()
    {
        ResourceScope test = new("shop", "test");
        await SettleAsync(ModelOf(test, Group("receipts", s_a, s_b) with { PhysicalName = test.Physical("receipts") }));

        InfraPlan plan = InfraPlan.ToAdopt(Model(Group("receipts", s_a, s_b)), await ReadAsync());

        Assert.Empty(plan.Changes);
        Assert.StartsWith("the URL group shop.test.receipts has the endpoints of 'receipts'", Assert.Single(plan.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ScheduleOfAnotherScope_IsNotTakenOver()
    {
        ResourceScope test = new("shop", "test");
        await SettleAsync(ModelOf(test, Schedule("close-day", scope: test)));
        Dictionary<string, string> before = await AccountAsync();

        Assert.True(InfraPlan.ToAdopt(Model(Schedule("close-day")), await ReadAsync()).IsEmpty);
        Assert.Equal(before, await AccountAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task FailureOnTheWay_LosesNoRunAndTheNextAttemptFinishes(int failing)
    {
        await HandAsync("scd_1", "0 2 * * *", "https://shop.example/close-day");
        InfraModel model = Model(Schedule("close-day"));
        Calls.Forget();
        Calls.Refuses = (number, _) => number == failing ? System.Net.HttpStatusCode.InternalServerError : null;
        await ApplyAsync(InfraPlan.ToAdopt(model, await ReadAsync()));
        Calls.Refuses = null;

        JsonArray between = (await GetAsync("/v2/schedules")).Json.AsArray();
        Assert.Contains(between, static schedule => !(bool)schedule!["isPaused"]!);
        Assert.True((await ApplyAsync(InfraPlan.ToAdopt(model, await ReadAsync()))).IsComplete);

        Assert.Equal(["schedules shop.prod.close-day"], (await AccountAsync()).Keys);
        Assert.False(await IsPausedAsync("close-day"));
        Assert.True((await PlanAsync(model)).IsEmpty);
    }

    [Fact]
    public async Task TakeOverWhileItRuns_MakesEachMessageOnce()
    {
        await HandAsync("scd_1", "* * * * *", "https://shop.example/tick");
        await Server.AdvanceAsync(TimeSpan.FromSeconds(150));
        InfraPlan plan = InfraPlan.ToAdopt(Model(Schedule("tick", "* * * * *")), await ReadAsync());
        Assert.True((await ApplyAsync(plan)).IsComplete);
        await Server.AdvanceAsync(TimeSpan.FromSeconds(150));

        Assert.Equal(5, App.Received.Length);
        Assert.Equal(["scd_1", "scd_1", "shop.prod.tick", "shop.prod.tick", "shop.prod.tick"], App.Received.Select(static received => received.Headers["Upstash-Schedule-Id"]));
    }

    private Task<string> HandAsync(string id, string cron, string destination, bool group = false) =>
        Client.Schedules.CreateAsync(cron, new QStashMessage<string>(group ? Destination.UrlGroup(destination) : Destination.Url(destination), "by hand") { Options = new() { Labels = ["theirs"] } }, id);

    private async Task<bool> IsPausedAsync(string name) => (bool)(await ScheduleAsync("shop.prod." + name))["isPaused"]!;
}
