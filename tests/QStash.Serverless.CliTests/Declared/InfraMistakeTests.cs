namespace QStash.Serverless.CliTests.Declared;

/// <summary>What can go wrong with declared infrastructure: each thing has its own message and exit code 1, and nothing is half-applied.</summary>
public sealed class InfraMistakeTests : IAsyncLifetime
{
    private InProcess _tool = null!;

    public async Task InitializeAsync()
    {
        _tool = await InProcess.StartAsync();
        _tool.Variables["QSTASH_PUBLIC_BASE_URL"] = "https://shop.test";
        _tool.QStash.MapHost("https://audit.example.com", _tool.Shop);
    }

    public async Task DisposeAsync() => await _tool.DisposeAsync();

    [Theory]
    [InlineData("bad-cron", "Schedule 'close-day': '61 2 * * *' is not a cron expression: position 1: ")]
    [InlineData("bad-zone", "Nowhere/City")]
    [InlineData("twice", "'close-day' is already declared at ")]
    [InlineData("bad-name", "'close day'")]
    [InlineData("long-delay", "Delay: it is 400d, but QStash delays a message by at most 365d")]
    [InlineData("bad-expression", "RetryDelay")]
    [InlineData("no-destination", "Schedule 'close-day'")]
    [InlineData("no-endpoint", "URL group 'receipts'")]
    [InlineData("bad-url", "must start with http:// or https://")]
    [InlineData("throws", "the catalogue is not there")]
    [InlineData("bad.env", "'bad.env' has a '.'")]
    [InlineData("bad env", "'bad env' is not a QStash name")]
    public async Task Declaration_IsHeldAgainstTheRules_BeforeAnythingIsAsked(string env, string says)
    {
        // Nothing answers there: whoever asked QStash first would say so.
        foreach (string command in new[] { "plan", "apply", "drift", "adopt" })
        {
            string error = await _tool.RefusalAsync(command, ShopApp.Dll, "--app", "shop", "--env", env, "--url", "http://127.0.0.1:1");
            Assert.Contains(says, error, StringComparison.Ordinal);
            Assert.DoesNotContain("(Parameter", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task SeveralMistakes_AreToldTogetherWithTheirPlaces()
    {
        string error = await _tool.RefusalAsync("plan", ShopApp.Dll, "--app", "shop", "--env", "several");
        Assert.Matches(@"Shop\.cs:\d+ \(ShopInfra\): Schedule 'a': ", error);
        Assert.Matches(@"Shop\.cs:\d+ \(ShopInfra\): Queue 'b': ", error);
        Assert.EndsWith("2 mistakes in what is declared: nothing was asked of QStash.\n", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("apply", "does not exist", "nowhere/Shop.dll")]
    [InlineData("apply", "has neither a project nor a built app", ".")]
    [InlineData("apply", "is not built: ", "unbuilt")]
    [InlineData("plan", "is no .NET assembly", "text.dll")]
    [InlineData("plan", "does not use QStash.Serverless, so it declares nothing", "xunit.assert.dll")]
    [InlineData("apply", "this is no plan file", "other.json")]
    public async Task WhatIsNoApp_IsExplained(string command, string says, string path)
    {
        Directory.CreateDirectory(Path.Combine(_tool.Folder, "unbuilt"));
        _tool.Write("unbuilt/Shop.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\" />");
        _tool.Write("text.dll", "no assembly");
        _tool.Write("other.json", "{}");
        File.Copy(typeof(Assert).Assembly.Location, Path.Combine(_tool.Folder, "xunit.assert.dll"));
        await RefusedAsync(says, path == "other.json" ? [command, path, "--yes"] : [command, path, "--app", "shop", "--env", "prod"]);
    }

    [Fact]
    public async Task WhatIsNotSaid_IsAskedFor()
    {
        await RefusedAsync("Which app? Give --app, or set QSTASH_APP.", "apply", ShopApp.Dll, "--env", "prod", "--yes");
        await RefusedAsync("Which environment? Give --env, or set QSTASH_ENV.", "apply", ShopApp.Dll, "--app", "shop", "--yes");
        await RefusedAsync("Which app?", "destroy", "--env", "prod");
        _tool.Variables.Remove("QSTASH_PUBLIC_BASE_URL");
        await RefusedAsync("No base URL: ", "apply", ShopApp.Dll, "--app", "shop", "--env", "prod", "--yes");
        Assert.Contains(
            "The base URL 'shop.test' must start with http:// or https://",
            await _tool.RefusalAsync("apply", ShopApp.Dll, "--app", "shop", "--env", "prod", "--base-url", "shop.test", "--yes"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Account_IsRefusedOnce()
    {
        string[] apply = ["apply", ShopApp.Dll, "--app", "shop", "--env", "prod", "--yes"];
        await RefusedAsync("Nothing answers at http://127.0.0.1:1 (--url)", [.. apply, "--url", "http://127.0.0.1:1"]);
        await RefusedAsync("does not accept the token (--token)", [.. apply, "--token", "another"]);
        _tool.Variables.Remove("QSTASH_TOKEN");
        await RefusedAsync("No QStash token: set QSTASH_TOKEN", apply);
        string before = await _tool.StateAsync();
        _tool.Variables["QSTASH_TOKEN"] = _tool.QStash.Accounts[0].ReadOnlyToken!;
        Outcome readOnly = await _tool.RunAsync(apply);
        Assert.Equal(1, readOnly.ExitCode);
        Assert.Contains("may only read", readOnly.Errors, StringComparison.Ordinal);
        Assert.Contains("0 made", readOnly.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(_tool.Variables["QSTASH_TOKEN"], readOnly.Output + readOnly.Errors, StringComparison.Ordinal);
        Assert.Equal(before, await _tool.StateAsync());
    }

    [Fact]
    public async Task PlanFile_IsOnlyAppliedAsItWasReviewed()
    {
        await _tool.RunAsync("plan", ShopApp.Dll, "--app", "shop", "--env", "prod", "--out", "shop.plan");
        string plan = await File.ReadAllTextAsync(Path.Combine(_tool.Folder, "shop.plan"));
        string content = System.Text.Json.JsonDocument.Parse(plan).RootElement.EnumerateObject().Select(static field => field.Value.ToString()).MaxBy(static text => text.Length)!;
        _tool.Write("edited.plan", plan.Replace(content, Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(content)).Replace("close-day", "open-day", StringComparison.Ordinal))), StringComparison.Ordinal));
        _tool.Write("damaged.plan", plan[..^20]);
        await RefusedAsync("edited or damaged after it was made", "apply", "edited.plan", "--yes");
        await RefusedAsync("no plan file, or it is damaged", "apply", "damaged.plan", "--yes");
        await RefusedAsync("shop.plan is a plan: it says by itself what is changed", "apply", "shop.plan", "--prune", "--yes");
        await using (InProcess other = await InProcess.StartAsync())
        {
            other.Write("shop.plan", plan);
            Assert.Contains("the plan was made for", await other.RefusalAsync("apply", "shop.plan", "--yes"), StringComparison.Ordinal);
        }

        await _tool.OutputAsync("schedules", "create", "0 1 * * *", "https://shop.test/x", "--id", "shop.prod.close-day");
        await RefusedAsync("the account has changed since the plan was made: ", "apply", "shop.plan", "--yes");
    }

    [Fact]
    public async Task Removal_IsRefusedUnlessItIsMeant()
    {
        await _tool.OutputAsync("apply", ShopApp.Dll, "--app", "shop", "--env", "wide", "--yes");
        string[] wide = ["--app", "shop", "--env", "wide"];
        await RefusedAsync("'shop.prod' is not shop.wide. Nothing was changed.", ["destroy", .. wide, "--confirm", "shop.prod"]);
        await RefusedAsync("There is no terminal to ask at: say so with --confirm shop.wide. Nothing was changed.", ["destroy", .. wide]);

        await _tool.OutputAsync("apply", ShopApp.Dll, "--app", "shop", "--env", "empty", "--yes");
        await _tool.OutputAsync("schedules", "create", "0 4 * * *", "https://shop.test/x", "--id", "shop.empty.one", "--label", "qss-owner=shop.empty");
        await RefusedAsync("nothing is declared, so this would delete all 1 things of shop.empty", "apply", ShopApp.Dll, "--app", "shop", "--env", "empty", "--prune", "--yes");
    }

    [Fact]
    public async Task Apply_AsksForATerminalOrYes()
    {
        await RefusedAsync("There is no terminal to ask at: say so with --yes. Nothing was changed.", "apply", ShopApp.Dll, "--app", "shop", "--env", "prod");
        await RefusedAsync("There is no terminal to ask at", "adopt", ShopApp.Dll, "--app", "shop", "--env", "prod", "--url", _tool.Variables["QSTASH_URL"], await OrphanAsync());
        await RefusedAsync("--parallelism is '0'", "apply", ShopApp.Dll, "--app", "shop", "--env", "prod", "--parallelism", "0");
        await RefusedAsync("cannot be written", "plan", ShopApp.Dll, "--app", "shop", "--env", "prod", "--out", "no/such/folder/shop.plan");
    }

    /// <summary>Something to adopt.</summary>
    private async Task<string> OrphanAsync()
    {
        await _tool.OutputAsync("schedules", "create", "*/5 * * * *", "https://shop.test/close-day", "--id", "unrelated");
        await _tool.OutputAsync("schedules", "create", "0 2 * * *", "https://shop.test/close-day", "--time-zone", "Europe/Berlin", "--id", "old");
        return "--no-color";
    }

    private async Task RefusedAsync(string says, params string[] arguments)
    {
        string before = await _tool.StateAsync();
        Outcome outcome = await _tool.RunAsync(arguments);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains(says, outcome.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(before, await _tool.StateAsync());
    }
}
