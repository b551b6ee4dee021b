using System.Text.Json;

namespace QStash.Serverless.CliTests.Declared;

/// <summary><c>plan</c>, <c>apply</c>, <c>drift</c>, <c>adopt</c>, <c>destroy</c> and <c>preview</c>.</summary>
public sealed class InfraCommandTests : IAsyncLifetime
{
    private InProcess _tool = null!;

    public async Task InitializeAsync()
    {
        _tool = await InProcess.StartAsync();
        _tool.Variables["QSTASH_APP"] = "shop";
        _tool.Variables["QSTASH_ENV"] = "prod";
        _tool.Variables["QSTASH_PUBLIC_BASE_URL"] = "https://shop.test;https://other.test";
        _tool.QStash.MapHost("https://audit.example.com", _tool.Shop);
    }

    public async Task DisposeAsync() => await _tool.DisposeAsync();

    [Fact]
    public async Task Apply_MakesWhatPlanSays_AndThenThereIsNothingLeft()
    {
        string before = await _tool.StateAsync();
        Outcome plan = await _tool.RunAsync("plan", ShopApp.Dll);
        Assert.Equal(2, plan.ExitCode);
        Assert.StartsWith($"Plan for shop.prod at {_tool.Variables["QSTASH_URL"]}\n4 to create, 0 unchanged.\n", plan.Output, StringComparison.Ordinal);
        Assert.Empty(plan.Errors);
        Assert.Equal(before, await _tool.StateAsync());

        Outcome applied = await _tool.RunAsync("apply", ShopApp.Dll, "--yes");
        Assert.Equal(0, applied.ExitCode);
        Assert.Contains("4 made, 0 failed, 0 not tried.\n", applied.Output, StringComparison.Ordinal);
        JsonElement schedule = await _tool.JsonAsync("schedules", "show", "shop.prod.close-day");
        Assert.Equal("https://shop.test/close-day", schedule.GetProperty("destination").GetString());
        Assert.Equal("CRON_TZ=Europe/Berlin 0 2 * * *", schedule.GetProperty("cron").GetString());
        Assert.True((await _tool.JsonAsync("schedules", "show", "shop.prod.remind")).GetProperty("isPaused").GetBoolean());

        Assert.Contains("nothing to do, 4 unchanged.", await _tool.OutputAsync("plan", ShopApp.Dll), StringComparison.Ordinal);
        Assert.Contains("no drift, 4 as declared.", await _tool.OutputAsync("drift", ShopApp.Dll), StringComparison.Ordinal);
        string state = await _tool.StateAsync();
        await _tool.OutputAsync("apply", ShopApp.Dll);
        Assert.Equal(state, await _tool.StateAsync());
    }

    [Fact]
    public async Task Json_IsTheWholeResult()
    {
        Outcome plan = await _tool.RunAsync("plan", ShopApp.Dll, "--json");
        Assert.Equal(2, plan.ExitCode);
        Assert.Equal(4, JsonDocument.Parse(plan.Output).RootElement.GetProperty("changes").GetArrayLength());
        Assert.Equal(4, (await _tool.JsonAsync("apply", ShopApp.Dll, "--yes")).GetProperty("done").GetArrayLength());
        Assert.Empty((await _tool.JsonAsync("drift", ShopApp.Dll)).GetProperty("changes").EnumerateArray());
        Assert.Equal(2, (await _tool.JsonAsync("preview", ShopApp.Dll, "--runs", "2")).GetProperty("schedules").GetArrayLength());
    }

    [Fact]
    public async Task Markdown_IsForAPullRequest()
    {
        Outcome plan = await _tool.RunAsync("plan", ShopApp.Dll, "--markdown");
        Assert.Equal(2, plan.ExitCode);
        Assert.Contains("|", plan.Output, StringComparison.Ordinal);
        Assert.Contains("exclude each other", await _tool.RefusalAsync("plan", ShopApp.Dll, "--markdown", "--json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_AsksAndListensToTheAnswer()
    {
        string before = await _tool.StateAsync();
        _tool.Answer = "n";
        Outcome refused = await _tool.RunAsync("apply", ShopApp.Dll);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("4 to create", refused.Output, StringComparison.Ordinal);
        Assert.Contains($"Make these 4 changes to shop.prod at {_tool.Variables["QSTASH_URL"]}? [y/N] Nothing was changed.\n", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(before, await _tool.StateAsync());
        Outcome refusedJson = await _tool.RunAsync("apply", ShopApp.Dll, "--json");
        Assert.Equal((1, ""), (refusedJson.ExitCode, refusedJson.Output));
        Assert.Matches(@"(?s)4 to create.*Make these 4 changes", refusedJson.Errors);
        _tool.Answer = "y";
        Assert.Equal(0, (await _tool.RunAsync("apply", ShopApp.Dll)).ExitCode);
        Assert.Equal(2, (await _tool.JsonAsync("schedules", "list")).GetArrayLength());
    }

    [Fact]
    public async Task ManualEdit_IsDriftThatApplyTakesBack()
    {
        await _tool.OutputAsync("apply", ShopApp.Dll, "--yes");
        await _tool.OutputAsync("queues", "upsert", "shop.prod.orders", "--parallelism", "7");
        Outcome drift = await _tool.RunAsync("drift", ShopApp.Dll);
        Assert.Equal(2, drift.ExitCode);
        Assert.Matches(@"parallelism +7 +(->|→) +2", drift.Output);
        Assert.Equal(0, (await _tool.RunAsync("apply", ShopApp.Dll, "--yes")).ExitCode);
        Assert.Equal(2, (await _tool.JsonAsync("queues", "show", "shop.prod.orders")).GetProperty("parallelism").GetInt32());
    }

    [Fact]
    public async Task WhatIsNoLongerDeclared_StaysUntilItIsPruned()
    {
        await _tool.OutputAsync("apply", ShopApp.Dll, "--yes", "--env", "wide");
        await _tool.OutputAsync("schedules", "create", "0 1 * * *", "https://shop.test/by-hand", "--id", "by-hand");
        await RenameAsync("wide", "prod");
        Outcome plan = await _tool.RunAsync("plan", ShopApp.Dll);
        Assert.Contains("6 no longer declared", plan.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await _tool.RunAsync("drift", ShopApp.Dll)).ExitCode);

        string refusal = (await _tool.RunAsync("apply", ShopApp.Dll, "--prune", "--yes")).Errors;
        Assert.Contains("delete 6 of the", refusal, StringComparison.Ordinal);
        Assert.Contains("--allow-destroy", refusal, StringComparison.Ordinal);
        Assert.Equal(0, (await _tool.RunAsync("apply", ShopApp.Dll, "--prune", "--allow-destroy", "--yes")).ExitCode);
        Assert.Equal(["by-hand", "shop.prod.close-day", "shop.prod.remind"], (await _tool.JsonAsync("schedules", "list")).EnumerateArray().Select(static s => s.GetProperty("scheduleId").GetString()).Order());
    }

    [Fact]
    public async Task PlanFile_IsAppliedExactlyOnce()
    {
        _tool.Write("shop.plan", "of yesterday");
        Outcome plan = await _tool.RunAsync("plan", ShopApp.Dll, "--out", "shop.plan");
        Assert.Equal(2, plan.ExitCode);
        Assert.Contains("`dotnet qstash apply shop.plan`", plan.Errors, StringComparison.Ordinal);
        string file = Path.Combine(_tool.Folder, "shop.plan");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        _tool.Variables.Remove("QSTASH_APP");
        _tool.Variables.Remove("QSTASH_ENV");
        Assert.Contains("4 made", await _tool.OutputAsync("apply", "shop.plan", "--yes"), StringComparison.Ordinal);
        string error = await _tool.RefusalAsync("apply", "shop.plan", "--yes");
        Assert.Contains("the account has changed since the plan was made", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Destroy_WantsTheNameAndRemovesOnlyWhatIsOwned()
    {
        await _tool.OutputAsync("apply", ShopApp.Dll, "--yes");
        await _tool.OutputAsync("queues", "upsert", "by-hand");
        _tool.Answer = "shop.staging";
        Outcome wrong = await _tool.RunAsync("destroy");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("'shop.staging' is not shop.prod. Nothing was changed.", wrong.Errors, StringComparison.Ordinal);
        Assert.Equal(2, (await _tool.JsonAsync("schedules", "list")).GetArrayLength());
        _tool.Answer = "shop.prod";
        Outcome gone = await _tool.RunAsync("destroy");
        Assert.Equal(0, gone.ExitCode);
        Assert.Contains("Type shop.prod to remove these 4 from ", gone.Errors, StringComparison.Ordinal);
        Assert.Empty((await _tool.JsonAsync("schedules", "list")).EnumerateArray());
        Assert.Equal("by-hand", Assert.Single((await _tool.JsonAsync("queues", "list")).EnumerateArray()).GetProperty("name").GetString());
        _tool.Answer = null;
        await _tool.OutputAsync("destroy");
    }

    [Fact]
    public async Task Adopt_TakesOverWhatIsThere()
    {
        await _tool.OutputAsync("schedules", "create", "0 2 * * *", "https://shop.test/close-day", "--time-zone", "Europe/Berlin", "--id", "old-close-day", "--body", """{"region":"EU"}""", "--retries", "5");
        Outcome adopted = await _tool.RunAsync("adopt", ShopApp.Dll, "--yes");
        Assert.Equal(0, adopted.ExitCode);
        Assert.Contains("old-close-day", adopted.Output, StringComparison.Ordinal);
        Assert.Equal("shop.prod.close-day", Assert.Single((await _tool.JsonAsync("schedules", "list")).EnumerateArray()).GetProperty("scheduleId").GetString());
        await _tool.OutputAsync("adopt", ShopApp.Dll);
    }

    [Fact]
    public async Task Preview_NeedsNoAccount()
    {
        _tool.Variables.Clear();
        string preview = await _tool.OutputAsync("preview", ShopApp.Dll, "--app", "shop", "--env", "prod", "--from", "2026-03-28T12:00:00Z", "--runs", "2");
        Assert.Contains("close-day", preview, StringComparison.Ordinal);
        Assert.Contains("2026-03-30 02:00", preview, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoEnvironments_LiveSideBySide()
    {
        await _tool.OutputAsync("apply", ShopApp.Dll, "--yes");
        await _tool.OutputAsync("apply", ShopApp.Dll, "--yes", "--env", "staging");
        await _tool.OutputAsync("destroy", "--env", "staging", "--confirm", "shop.staging");
        await _tool.OutputAsync("drift", ShopApp.Dll);
    }

    /// <summary>What one environment declared is another's from now on.</summary>
    private async Task RenameAsync(string from, string to)
    {
        await _tool.OutputAsync("destroy", "--env", from, "--confirm", $"shop.{from}");
        await _tool.OutputAsync("apply", ShopApp.Dll, "--yes", "--env", to);
        for (int i = 0; i < 6; i++)
        {
            await _tool.OutputAsync("schedules", "create", "0 4 * * *", "https://shop.test/extra", "--id", $"shop.{to}.extra{i}", "--label", $"qss-owner=shop.{to}");
        }
    }
}
