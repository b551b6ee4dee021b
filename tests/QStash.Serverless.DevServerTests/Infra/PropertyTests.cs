using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using QStash.Serverless.Client;
using QStash.Serverless.DevServer;
using QStash.Serverless.Infra;

namespace QStash.Serverless.DevServerTests.Infra;

/// <summary>Whatever is declared and whatever is there: applying the plan makes it so, once, and leaves everything else alone. A failure prints its seed.</summary>
public sealed class PropertyTests : InfraTest
{
    private static readonly Arbitrary<int[]> s_lists = Arb.From(Gen.ArrayOf(Gen.Choose(0, 999), 500), ArbMap.Default.ArbFor<int[]>().Shrinker);

    private QStashClient _plain = null!;

    private static int Worlds => Environment.GetEnvironmentVariable("QSTASH_SOAK") == "1" ? 2000 : 60;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _plain = NewClient("plain-token");
    }

    protected override void Configure(QStashDevServerOptions options)
    {
        base.Configure(options);
        options.Accounts.Add(new DevServerAccount("shop") { Token = "shop-token" });
        options.Accounts.Add(new DevServerAccount("plain") { Token = "plain-token" });
    }

    [Fact]
    public void AppliedPlan_ReachesWhatIsDeclaredAndTouchesNothingElse() =>
        Prop.ForAll(s_lists, numbers => CheckAsync(numbers).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(Worlds));

    private async Task CheckAsync(int[] numbers)
    {
        RandomWorld world = new(numbers);
        await Server.ResetAsync("shop");
        await Server.ResetAsync("plain");
        bool prune = world.Toss();
        InfraModel declared = RandomWorld.Model(world, Prod);
        InfraModel earlier = RandomWorld.Model(world, Prod);
        await world.MakeOthersAsync(Client, Prod);
        Assert.True((await ApplyAsync(await PlanAsync(earlier))).IsComplete);
        await world.EditAsync(Client, Prod);
        Dictionary<string, string> before = await AccountAsync();

        PlanOptions options = new() { Prune = prune, AllowDestroy = true };
        InfraPlan plan = await PlanAsync(declared, options);
        Assert.Empty(plan.Refusals);
        Assert.Equal(before, await AccountAsync());
        InfraReport report = await ApplyAsync(plan);

        Assert.True(report.IsComplete, InfraReportText.Human(report));
        InfraPlan again = await PlanAsync(declared, options);
        Assert.True(again.IsEmpty, InfraPlanText.Human(again));
        Assert.True(!prune || !again.HasDrift, InfraPlanText.Human(again));
        Dictionary<string, string> after = await AccountAsync();
        foreach (string other in before.Keys.Where(key => !IsOwned(key, before[key])))
        {
            Assert.Equal(before[other], after[other]);
        }

        await MakePlainlyAsync(declared);
        await CompareAsync(declared, plan, before, after);
    }

    /// <summary>The declaration made by the client alone, in an account that has nothing else.</summary>
    private async Task MakePlainlyAsync(InfraModel declared)
    {
        foreach (DeclaredUrlGroup group in declared.UrlGroups)
        {
            await _plain.UrlGroups.AddEndpointsAsync(group.PhysicalName, group.Endpoints);
            if (group.Defaults is { } defaults)
            {
                await _plain.UrlGroups.SetDefaultsAsync(group.PhysicalName, defaults);
            }
        }

        foreach (DeclaredSchedule schedule in declared.Schedules)
        {
            await _plain.Schedules.CreateAsync(schedule.Cron, schedule.Message, schedule.ScheduleId);
        }
    }

    private async Task CompareAsync(InfraModel declared, InfraPlan plan, Dictionary<string, string> before, Dictionary<string, string> after)
    {
        foreach (DeclaredSchedule schedule in declared.Schedules)
        {
            string old = plan.Changes.FirstOrDefault(change => change.Resource == InfraResource.Schedule && change.PhysicalName == schedule.ScheduleId)?.MovedFrom ?? schedule.ScheduleId;
            bool paused = schedule.Paused ?? (before.TryGetValue("schedules " + old, out string? there) && (bool)JsonNode.Parse(there)!["isPaused"]!);
            JsonObject expected = JsonNode.Parse((await _plain.Schedules.GetAsync(schedule.ScheduleId))!.Json.GetRawText())!.AsObject();
            expected["isPaused"] = paused;
            Assert.Equal(Bare(expected), Bare(JsonNode.Parse(after["schedules " + schedule.ScheduleId])!.AsObject()));
        }

        foreach (DeclaredUrlGroup group in declared.UrlGroups)
        {
            JsonArray endpoints = JsonNode.Parse(after["topics " + group.PhysicalName])!["endpoints"]!.AsArray();
            Assert.Equal(group.Endpoints.Select(static endpoint => endpoint.Url).Order(), endpoints.Select(static endpoint => (string)endpoint!["url"]!).Order());
            Assert.All(group.Endpoints.Where(static endpoint => endpoint.Name is not null), endpoint =>
                Assert.Equal(endpoint.Name, ((string)endpoints.Single(there => (string)there!["url"]! == endpoint.Url)!["name"]!).Split(" qss:")[0]));
            if (group.Defaults is not null)
            {
                Assert.Equal(await DefaultRetriesAsync(_plain, group.PhysicalName), await DefaultRetriesAsync(Client, group.PhysicalName));
            }
        }

        foreach (DeclaredQueue queue in declared.Queues)
        {
            JsonNode there = JsonNode.Parse(after["queues " + queue.PhysicalName])!;
            JsonNode? was = before.TryGetValue("queues " + queue.PhysicalName, out string? text) ? JsonNode.Parse(text) : null;
            Assert.Equal((queue.Parallelism ?? (int?)was?["parallelism"] ?? 1, queue.Paused ?? (bool?)was?["paused"] ?? false), ((int)there["parallelism"]!, (bool)there["paused"]!));
        }

        foreach (DeclaredPin pin in declared.Pins)
        {
            JsonNode there = JsonNode.Parse(after["flowControl " + pin.PhysicalKey])!;
            Assert.Equal((pin.Parallelism is not null, pin.Rate is not null), ((bool)there["isPinnedParallelism"]!, (bool)there["isPinnedRate"]!));
            Assert.True((pin.Parallelism is null || pin.Parallelism == (int)there["parallelismMax"]!) && (pin.Rate is null || (pin.Rate == (int)there["rateMax"]! && (pin.Period?.TotalSeconds ?? 1) == (int)there["ratePeriod"]!)));
        }
    }

    /// <summary>What a message to the group gets, which is all that shows its defaults.</summary>
    private static async Task<int?> DefaultRetriesAsync(QStashClient client, string group)
    {
        PublishReceipt receipt = await client.PublishAsync(Destination.UrlGroup(group), "x", new() { Delay = TimeSpan.FromHours(1) });
        return (await client.Messages.GetAsync(receipt.Messages[0].MessageId))!.MaxRetries;
    }

    private static bool IsOwned(string key, string json) =>
        key.Split(' ') is [string kind, string name] && Prod.TryGetName(name, out _) && (kind != "schedules" || json.Contains("\"qss-owner=shop.prod\"", StringComparison.Ordinal));

    /// <summary>A schedule without what depends on when and how it was made, and without the marks of ownership.</summary>
    private static string Bare(JsonObject schedule)
    {
        foreach (string name in new[] { "createdAt", "label", "nextScheduleTime" })
        {
            schedule.Remove(name);
        }

        string[] labels = [.. (schedule["labels"]?.AsArray() ?? []).Select(static label => (string)label!).Where(static label => !label.StartsWith("qss-", StringComparison.Ordinal))];
        schedule["labels"] = new JsonArray([.. labels.Select(static label => JsonValue.Create(label))]);
        return string.Join('\n', schedule.OrderBy(static field => field.Key, StringComparer.Ordinal).Select(static field => $"{field.Key}: {field.Value?.ToJsonString()}"));
    }
}
