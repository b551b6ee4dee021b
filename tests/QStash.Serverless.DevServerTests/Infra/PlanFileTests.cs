using System.Text;
using System.Text.Json.Nodes;
using QStash.Serverless.Client;
using QStash.Serverless.DevServer;
using QStash.Serverless.Infra;

namespace QStash.Serverless.DevServerTests.Infra;

/// <summary>A plan file does what was reviewed, or nothing.</summary>
public sealed class PlanFileTests : InfraTest
{
    private static InfraModel Shop => Model(
        Group("receipts", new UrlGroupEndpoint("https://shop.example/a", "a")) with { Defaults = new PublishOptions { Retries = 1 } },
        Queue("orders", 2, paused: true),
        Pin("suppliers", parallelism: 1, rate: 10, period: TimeSpan.FromMinutes(2)),
        Schedule("report", "CRON_TZ=Europe/Berlin 0 2 * * *", new() { Headers = [new("X-A", "s3cret")] }, "bödy", paused: true, destination: Destination.UrlGroup("shop.prod.receipts"), queue: "shop.prod.orders"));

    protected override void Configure(QStashDevServerOptions options)
    {
        base.Configure(options);
        options.Accounts.Add(new DevServerAccount("one") { Token = "token-1", ReadOnlyToken = "reader-1" });
        options.Accounts.Add(new DevServerAccount("two") { Token = "token-2" });
    }

    [Fact]
    public async Task FileReadBack_IsThePlanThatWasReviewedAndDoesTheSame()
    {
        // A review needs a read-only token only.
        InfraState state = await InfraState.ReadAsync(NewClient("reader-1"), Clock);
        InfraPlan plan = InfraPlan.Of(Shop, state);
        string text = InfraPlanFile.Write(plan, state);

        Assert.True(InfraPlanFile.TryRead(text, await ReadAsync(), out InfraPlan? read, out string? problem), problem);

        Assert.Equal(InfraPlanText.Json(plan), InfraPlanText.Json(read));
        Assert.True((await ApplyAsync(read)).IsComplete);
        Assert.True((await PlanAsync(Shop)).IsEmpty);
    }

    [Fact]
    public async Task UpdatesMovesAndDeletions_SurviveTheFileToo()
    {
        await SettleAsync(Model(Schedule("old", destination: Destination.Url("https://shop.example/x")), Schedule("gone"), Schedule("job"), Queue("q")));
        InfraModel next = Model(Schedule("new", destination: Destination.Url("https://shop.example/x")), Schedule("job", "0 3 * * *"));
        InfraState state = await ReadAsync();

        Assert.True(InfraPlanFile.TryRead(InfraPlanFile.Write(InfraPlan.Of(next, state, new() { Prune = true }), state), await ReadAsync(), out InfraPlan? plan, out string? problem), problem);
        await ApplyAsync(plan);

        Assert.True((await PlanAsync(next, new() { Prune = true })).IsEmpty);
        Assert.Equal(["schedules shop.prod.job", "schedules shop.prod.new"], (await AccountAsync()).Keys.Order());
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("edit")]
    [InlineData("new owned")]
    [InlineData("queue")]
    [InlineData("group")]
    [InlineData("pin")]
    public async Task AccountThatMoved_IsNamedAndNothingIsDone(string move)
    {
        await SettleAsync(Shop);
        InfraState state = await ReadAsync();
        string text = InfraPlanFile.Write(InfraPlan.Of(Model(Schedule("report", body: "new")), state), state);
        string moved = await MoveAsync(move);

        Assert.False(InfraPlanFile.TryRead(text, await ReadAsync(), out _, out string? problem));
        Assert.Contains(moved, problem, StringComparison.Ordinal);
        Assert.Contains("has changed since", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatTheWorldDoesByItself_DoesNotInvalidateThePlan()
    {
        InfraModel ticking = Model(Schedule("tick", "* * * * *"));
        await SettleAsync(ticking);
        InfraState state = await ReadAsync();
        string text = InfraPlanFile.Write(InfraPlan.Of(Model(Schedule("tick", "0 2 * * *")), state), state);
        await AdvanceAsync(180);
        await Client.Schedules.CreateAsync("0 1 * * *", new QStashMessage<string>(Destination.Url("https://shop.example/other"), "x"), "somebody-else");

        Assert.True(InfraPlanFile.TryRead(text, await ReadAsync(), out _, out string? problem), problem);
    }

    [Fact]
    public async Task EditedDamagedForeignOrOldFiles_AreRefusedEachWithItsReason()
    {
        InfraState state = await ReadAsync();
        string text = InfraPlanFile.Write(InfraPlan.Of(Shop, state), state);
        JsonObject file = JsonNode.Parse(text)!.AsObject();
        string Edit(string property, JsonNode value)
        {
            JsonObject edited = file.DeepClone().AsObject();
            edited[property] = value;
            return edited.ToJsonString();
        }

        string content = Encoding.UTF8.GetString(Convert.FromBase64String((string)file["content"]!));
        Assert.Contains("shop.prod.report", content, StringComparison.Ordinal);
        string forged = Convert.ToBase64String(Encoding.UTF8.GetBytes(content.Replace("https://shop.example/a", "https://evil.example/a", StringComparison.Ordinal)));
        InfraState other = await InfraState.ReadAsync(NewClient("token-2"), Clock);

        Assert.Contains("edited or damaged", Problem(Edit("content", forged), state), StringComparison.Ordinal);
        Assert.Contains("edited or damaged", Problem(Edit("seal", new string('0', 64)), state), StringComparison.Ordinal);
        Assert.Contains("another account", Problem(text, other), StringComparison.Ordinal);
        Assert.Contains("format 2", Problem(Edit("version", 2), state), StringComparison.Ordinal);
        Assert.Contains("https://elsewhere.example", Problem(Edit("url", "https://elsewhere.example"), state), StringComparison.Ordinal);
        Assert.Contains("no plan file", Problem(text[..(text.Length / 2)], state), StringComparison.Ordinal);
        Assert.Contains("no plan file", Problem("", state), StringComparison.Ordinal);
        Assert.Contains("no plan file", Problem("{}", state), StringComparison.Ordinal);
        Assert.Contains("no plan file", Problem("null", state), StringComparison.Ordinal);
        Assert.Contains("no plan file", Problem(Edit("content", "not base64!"), state), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OneRotationOfTheKeys_LeavesThePlanGood_TwoDoNot()
    {
        InfraState state = await ReadAsync();
        string text = InfraPlanFile.Write(InfraPlan.Of(Shop, state), state);

        await Client.SigningKeys.RotateAsync();
        Assert.True(InfraPlanFile.TryRead(text, await ReadAsync(), out _, out string? problem), problem);
        await Client.SigningKeys.RotateAsync();
        Assert.False(InfraPlanFile.TryRead(text, await ReadAsync(), out _, out problem));
        Assert.Contains("rotated twice", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RefusedPlan_IsNotWritten()
    {
        await Client.Schedules.CreateAsync("0 1 * * *", new QStashMessage<string>(Destination.Url("https://shop.example/other"), "x"), "shop.prod.report");
        InfraState state = await ReadAsync();

        Assert.Throws<InvalidOperationException>(() => InfraPlanFile.Write(InfraPlan.Of(Shop, state), state));
    }

    private static string Problem(string text, InfraState state)
    {
        Assert.False(InfraPlanFile.TryRead(text, state, out InfraPlan? plan, out string? problem));
        Assert.Null(plan);
        return problem;
    }

    private async Task<string> MoveAsync(string move)
    {
        switch (move)
        {
            case "pause":
                await Client.Schedules.ResumeAsync("shop.prod.report");
                return "schedule shop.prod.report";
            case "edit":
                await Client.Schedules.CreateAsync("0 1 * * *", new QStashMessage<string>(Destination.Url("https://shop.example/other"), "x"), "shop.prod.report");
                return "schedule shop.prod.report";
            case "new owned":
                await Client.Schedules.CreateAsync("0 1 * * *", new QStashMessage<string>(Destination.Url("https://shop.example/other"), "x"), "shop.prod.new");
                return "schedule shop.prod.new";
            case "queue":
                await Client.Queues.UpsertAsync("shop.prod.orders", 5);
                return "queue shop.prod.orders";
            case "group":
                await Client.UrlGroups.AddEndpointsAsync("shop.prod.receipts", [new("https://shop.example/b")]);
                return "URL group shop.prod.receipts";
            default:
                await Client.FlowControl.UnpinAsync("shop.prod.suppliers");
                return "pin shop.prod.suppliers";
        }
    }
}
