using QStash.Serverless.Client;
using QStash.Serverless.DevServerTests.Server;
using QStash.Serverless.Infra;

namespace QStash.Serverless.DevServerTests.Infra;

/// <summary>Endpoints, their names, and the defaults that QStash does not show.</summary>
public sealed class UrlGroupPlanTests : InfraTest
{
    private static readonly UrlGroupEndpoint s_a = new("https://shop.example/a", "a");
    private static readonly UrlGroupEndpoint s_b = new("https://shop.example/b", "b");
    private static readonly UrlGroupEndpoint s_c = new("https://shop.example/c");

    public static TheoryData<string, string> Ways => new()
    {
        { "a=a b=b", "a=b b=a" },
        { "a=a b=b c=c", "a=b b=c c=a" },
        { "a=a", "b=a" },
        { "a=a", "b=b" },
        { "a=a b=b", "b=a" },
        { "a=a b=b", "a=b c=a" },
        { "a=a", "a=b b=a" },
        { "a=a", "a=b" },
        { "a=", "a=a" },
        { "a= b=", "b= c=" },
        { "a=a b=b", "a=b" },
        { "a=a b=b c=c d=d", "b=a c=d e=b d=c" },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task EveryWayFromOneSetOfEndpointsToAnother_EndsThere(string from, string to)
    {
        await SettleAsync(Model(Group("g", Endpoints(from)) with { Defaults = new PublishOptions { Retries = 1 } }));
        await SettleAsync(Model(Group("g", Endpoints(to)) with { Defaults = new PublishOptions { Retries = 1 } }));

        Assert.Equal(to.Split(' ').Order(), (await EndpointsAsync()).Select(static endpoint => $"{endpoint.Url[^1]}={endpoint.Name}").Order());
    }

    [Fact]
    public async Task ChangedDefaults_AreSeenAndSetOnce()
    {
        InfraModel With(PublishOptions? defaults) => Model(Group("g", s_a, s_b, s_c) with { Defaults = defaults });
        await SettleAsync(With(new() { Retries = 1, Headers = [new("Authorization", "s3cret")] }));
        Assert.Equal(1, await RetriesAsync());

        InfraPlan plan = await SettleAsync(With(new() { Retries = 2, Headers = [new("Authorization", "s3cret")] }));
        Approve("defaults.txt", InfraPlanText.Human(plan));
        Assert.Equal(2, await RetriesAsync());
        Assert.Equal("defaults", Assert.Single(Assert.Single(plan.Changes).Fields).Name);

        // Declared no longer, they are gone; and a group without any is left alone.
        await SettleAsync(With(null));
        Assert.Equal(3, await RetriesAsync());
        Assert.Equal(["a", "b", ""], (await EndpointsAsync()).Select(static endpoint => endpoint.Name));
        await SettleAsync(With(new() { Retries = 4 }));
        Assert.Equal(4, await RetriesAsync());
    }

    [Fact]
    public async Task DefaultsOfUnnamedEndpoints_AreRememberedToo()
    {
        await SettleAsync(Model(Group("g", s_c) with { Defaults = new PublishOptions { Retries = 1 } }));
        await SettleAsync(Model(Group("g", s_a, s_c) with { Defaults = new PublishOptions { Retries = 1 } }));
        Assert.Equal(1, await RetriesAsync());
        await SettleAsync(Model(Group("g", s_a) with { Defaults = new PublishOptions { Retries = 2 } }));
        Assert.Equal(2, await RetriesAsync());
    }

    [Fact]
    public async Task DefaultsThatSomebodyElseSet_StayWhileNoneAreDeclared()
    {
        await SettleAsync(Model(Group("g", s_a)));
        await Client.UrlGroups.SetDefaultsAsync("shop.prod.g", new() { Retries = 5 });

        Assert.True((await PlanAsync(Model(Group("g", s_a)))).IsEmpty);
        Assert.Equal(5, await RetriesAsync());
    }

    [Fact]
    public async Task NoEndpointThatStays_MissesAMessageWhileNamesMove()
    {
        await SettleAsync(Model(Group("g", s_a, s_b)));
        InfraPlan plan = await PlanAsync(Model(Group("g", s_a with { Name = "b" }, s_b with { Name = "a" }, new UrlGroupEndpoint("https://shop.example/d", "d"))));
        List<string> between = [];
        Calls.BeforeWrite = _ => between.Add((GetAsync("/v2/topics/shop.prod.g").GetAwaiter().GetResult()).Text);

        await ApplyAsync(plan);
        Calls.BeforeWrite = null;

        Assert.All(between, static text => Assert.True(text.Contains("/a\"", StringComparison.Ordinal) && text.Contains("/b\"", StringComparison.Ordinal)));
        Assert.Equal(["a=b", "b=a", "d=d"], (await EndpointsAsync()).Select(static endpoint => $"{endpoint.Url[^1]}={endpoint.Name}").Order());
    }

    [Fact]
    public async Task SharedGroup_GainsAndUpdatesButNeverLoses()
    {
        await Client.UrlGroups.AddEndpointsAsync("shared", [s_b, new("https://shop.example/a", "old")]);
        DeclaredUrlGroup shared = Group("x", s_a) with { Group = new UrlGroup("shared") { Shared = true }, PhysicalName = "shared" };

        await SettleAsync(Model(shared), new() { Prune = true });
        Assert.Equal(["a=a", "b=b"], (await EndpointsAsync("shared")).Select(static endpoint => $"{endpoint.Url[^1]}={endpoint.Name}").Order());
        await SettleAsync(Model(Schedule("x")), new() { Prune = true });
        Assert.True((await ApplyAsync(InfraPlan.ToDestroy(Prod, await ReadAsync()))).IsComplete);
        Assert.Equal(2, (await EndpointsAsync("shared")).Count);

        InfraPlan taken = await PlanAsync(Model(shared with { Endpoints = [new("https://shop.example/z", "b")] }));
        Assert.Contains("would be moved", Assert.Single(taken.Refusals), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DefaultsThatAnotherAppGaveASharedGroup_Stay()
    {
        DeclaredUrlGroup shared = Group("x", s_a) with { Group = new UrlGroup("shared") { Shared = true }, PhysicalName = "shared" };
        InfraModel theirs = ModelOf(new ResourceScope("blog", "prod"), shared with { Defaults = new PublishOptions { Retries = 1 } });
        await SettleAsync(theirs);

        // With an endpoint of our own, and with one that both declare and that bears the fingerprint.
        await SettleAsync(Model(shared with { Endpoints = [s_b] }));
        await SettleAsync(Model(shared with { Endpoints = [s_a, s_b] }));

        Assert.Equal(1, await RetriesAsync("shared"));
        Assert.True((await PlanAsync(theirs)).IsEmpty);
    }

    [Fact]
    public async Task DefaultsOfASharedGroupWhoseEndpointMoved_SettleAgain()
    {
        DeclaredUrlGroup shared = Group("x", s_a) with { Group = new UrlGroup("shared") { Shared = true }, PhysicalName = "shared" };
        await SettleAsync(Model(shared with { Defaults = new PublishOptions { Retries = 1 } }));

        await SettleAsync(Model(shared with { Endpoints = [s_b], Defaults = new PublishOptions { Retries = 2 } }));

        Assert.Equal(2, await RetriesAsync("shared"));
    }

    private static UrlGroupEndpoint[] Endpoints(string text) =>
        [.. text.Split(' ').Select(static part => new UrlGroupEndpoint("https://shop.example/" + part[0], part.Length > 2 ? part[2..] : null))];

    private async Task<List<(string Url, string Name)>> EndpointsAsync(string group = "shop.prod.g") =>
        [.. (await GetAsync("/v2/topics/" + group)).Json["endpoints"]!.AsArray().Select(static endpoint => ((string)endpoint!["url"]!, System.Text.RegularExpressions.Regex.Replace((string?)endpoint["name"] ?? "", " ?qss:[0-9a-f]{16}$", "")))];

    /// <summary>The retries that a message to the group gets.</summary>
    private async Task<int> RetriesAsync(string group = "shop.prod.g")
    {
        Answer answer = await SendAsync("POST", "/v2/publish/" + group, "x", "Upstash-Delay: 1h");
        return (int)(await GetAsync("/v2/messages/" + (string)answer.Json[0]!["messageId"]!)).Json["maxRetries"]!;
    }
}
