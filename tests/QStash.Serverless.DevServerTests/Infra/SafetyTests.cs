using QStash.Serverless.Client;
using QStash.Serverless.Infra;

namespace QStash.Serverless.DevServerTests.Infra;

/// <summary>Plans that look like a mistake, and what plans say of the limits and losses to come.</summary>
public sealed class SafetyTests : InfraTest
{
    private static InfraModel Ten => Model([.. Enumerable.Range(0, 10).Select(static i => Schedule($"job-{i}"))]);

    [Fact]
    public async Task EmptyDeclaration_PrunesNothingUnlessAllowed()
    {
        await SettleAsync(Ten);

        Assert.False((await PlanAsync(Model())).IsRefused);
        Assert.Equal(10, (await PlanAsync(Model())).Orphans.Count);
        string refusal = Assert.Single((await PlanAsync(Model(), new() { Prune = true })).Refusals);
        Assert.Contains("nothing is declared", refusal, StringComparison.Ordinal);
        Assert.Contains("--allow-destroy", refusal, StringComparison.Ordinal);
        await SettleAsync(Model(), new() { Prune = true, AllowDestroy = true });
        Assert.Empty(await AccountAsync());
    }

    [Theory]
    [InlineData(4, 5, true)]
    [InlineData(5, 5, false)]
    [InlineData(4, 6, false)]
    [InlineData(1, 9, false)]
    public async Task RemovalOfMoreThanHalfAndMoreThanTheCap_NeedsToBeAllowed(int kept, int cap, bool refused)
    {
        await SettleAsync(Ten);
        InfraModel less = Ten with { Schedules = [.. Ten.Schedules.Take(kept)] };

        Assert.Equal(refused, (await PlanAsync(less, new() { Prune = true, RemovalCap = cap })).IsRefused);
        Assert.False((await PlanAsync(less, new() { Prune = true, RemovalCap = cap, AllowDestroy = true })).IsRefused);
    }

    [Fact]
    public async Task LimitsOfPlans_AreToldPerChangeAndForTheAccount()
    {
        InfraPlan plan = await PlanAsync(Model(
            Group("g", new UrlGroupEndpoint("https://shop.example/a"), new UrlGroupEndpoint("https://shop.example/b")),
            Group("h", new UrlGroupEndpoint("https://shop.example/a")),
            Queue("wide", 11),
            Schedule("every-minute", "* * * * *", new() { Delay = TimeSpan.FromDays(8), Retries = 6, Timeout = TimeSpan.FromHours(1) }, destination: Destination.UrlGroup("shop.prod.g")),
            Schedule("never", "0 0 30 2 *"),
            Schedule("leap-day", "0 0 29 2 *")));

        Approve("risks.txt", InfraPlanText.Human(plan));
        Assert.Equal(2L * 30 * 24 * 60, plan.Changes.Single(static change => change.Name == "every-minute").MessagesPerMonth);
    }

    [Fact]
    public async Task MessagesPerMonth_AreCountedThroughClockChanges()
    {
        // From 5 March to 4 April 2030 Berlin skips one hour: 31 March has no 02:30, and 23 hours.
        await Server.AdvanceToAsync(new DateTimeOffset(2030, 3, 5, 12, 0, 0, TimeSpan.Zero));
        InfraPlan plan = await PlanAsync(Model(Schedule("at-half-past-two", "CRON_TZ=Europe/Berlin 30 2 * * *"), Schedule("hourly", "CRON_TZ=Europe/Berlin 0 * * * *"), Schedule("paused", paused: true)));

        Assert.Equal([29L, 720L, 0L], plan.Changes.Select(static change => change.MessagesPerMonth!.Value));
    }

    [Fact]
    public async Task QueueWithWaitingMessages_SaysWhatIsLost()
    {
        await SettleAsync(Model(Queue("q", paused: true), Schedule("x")));
        await Client.EnqueueAsync("shop.prod.q", Destination.Url("https://shop.example/x"), "waiting");

        InfraPlan plan = await PlanAsync(Model(Schedule("x")), new() { Prune = true });

        Assert.Equal("1 waiting messages, which are lost with the queue", Assert.Single(Assert.Single(plan.Changes).Risks).Text);
    }

    [Fact]
    public async Task QueueThatGotMessagesSinceThePlan_IsNotDeleted()
    {
        await SettleAsync(Model(Queue("q", paused: true), Schedule("x")));
        InfraPlan plan = await PlanAsync(Model(Schedule("x")), new() { Prune = true });
        await Client.EnqueueAsync("shop.prod.q", Destination.Url("https://shop.example/x"), "waiting");

        Assert.Contains("1 messages wait in the queue shop.prod.q", Assert.Single((await ApplyAsync(plan)).Failed).Error, StringComparison.Ordinal);
        Assert.Equal(1, (await Client.Queues.GetAsync("shop.prod.q"))!.Lag);

        // A plan that says what is lost loses it.
        await SettleAsync(Model(Schedule("x")), new() { Prune = true });
        Assert.Null(await Client.Queues.GetAsync("shop.prod.q"));
    }

    [Fact]
    public async Task WhatDeclaredSchedulesUse_IsNotLeftOver()
    {
        await Client.UrlGroups.AddEndpointsAsync("shop.prod.g", [new("https://shop.example/a")]);
        await Client.Queues.UpsertAsync("shop.prod.q");

        await SettleAsync(Model(Schedule("a", destination: Destination.UrlGroup("shop.prod.g"), queue: "shop.prod.q")), new() { Prune = true });

        Assert.Equal(["queues shop.prod.q", "schedules shop.prod.a", "topics shop.prod.g"], (await AccountAsync()).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task SecretsOfDeclarations_AreInNoText()
    {
        InfraModel model = Model(
            Group("g", new UrlGroupEndpoint("https://user:s3cret@shop.example/a?key=s3cret", "a")) with { Defaults = new PublishOptions { Headers = [new("Authorization", "s3cret")], Callback = new("https://shop.example/?s3cret") } },
            Schedule("a", options: new() { Headers = [new("X-Anything", "s3cret")], Callback = new("https://shop.example/?s3cret") { Headers = [new("A", "s3cret")] }, Redact = new() { Body = true } }, body: "s3cret", destination: Destination.Url("https://s3cret@shop.example/?s3cret")));
        InfraPlan plan = await PlanAsync(model);
        InfraReport report = await ApplyAsync(plan);
        InfraPlan drift = await PlanAsync(Model(Schedule("b")));
        InfraPlan destroy = InfraPlan.ToDestroy(Prod, await ReadAsync());

        foreach (InfraPlan each in new[] { plan, drift, destroy })
        {
            Assert.DoesNotContain("s3cret", InfraPlanText.Human(each) + InfraPlanText.Markdown(each) + InfraPlanText.Json(each), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("s3cret", InfraReportText.Human(report) + InfraReportText.Json(report), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public async Task Lines_StayWithinTheWidth(int width)
    {
        string words = string.Join(' ', Enumerable.Repeat("word", 60));
        InfraPlan plan = await PlanAsync(Model(Schedule("a", options: new() { Labels = ["one", "two", words] }, body: words)));

        Assert.All(InfraPlanText.Human(plan, new() { Width = width }).Split('\n'), line => Assert.True(line.Length <= width, line));
        Assert.Contains("\e[32m", InfraPlanText.Human(plan, new() { Colors = true }), StringComparison.Ordinal);
        Assert.DoesNotContain('\e', InfraPlanText.Human(plan));
    }

    [Fact]
    public async Task TextOfOthers_CannotBreakOutOfMarkdownOrTheTerminal()
    {
        InfraPlan plan = await PlanAsync(Model(Schedule("a", body: "</code>|@everyone\n\e[31m# x")));

        string markdown = InfraPlanText.Markdown(plan);
        Assert.DoesNotContain("</code>|", markdown, StringComparison.Ordinal);
        Assert.DoesNotContain("@everyone", markdown, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', InfraPlanText.Human(plan) + markdown);
    }

    [Theory]
    [InlineData("https://qstash.upstash.io", true)]
    [InlineData("https://qstash.example", false)]
    public async Task DestinationOnThisMachine_IsRefusedOnlyForTheHostedService(string url, bool refused)
    {
        // Both are the local server behind another name.
        Calls.Instead = Server.Url;
        QStashClient client = new(new HttpClient(Calls), new QStashClientOptions { Url = url, Token = Server.Token });

        InfraPlan plan = InfraPlan.Of(Model(Schedule("a", destination: Destination.Url("http://localhost:5000/a"))), await InfraState.ReadAsync(client, Clock));

        Assert.Equal((refused, url), (plan.IsRefused, plan.Url));
    }
}
