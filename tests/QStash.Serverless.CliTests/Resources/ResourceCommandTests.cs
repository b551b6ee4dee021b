using System.Text.Json;

namespace QStash.Serverless.CliTests.Resources;

/// <summary><c>schedules</c>, <c>queues</c>, <c>groups</c> and <c>flow</c>.</summary>
public sealed class ResourceCommandTests : IAsyncLifetime
{
    private InProcess _tool = null!;

    public async Task InitializeAsync() => _tool = await InProcess.StartAsync();

    public async Task DisposeAsync() => await _tool.DisposeAsync();

    [Fact]
    public async Task Queue_IsMadeChangedPausedAndDeleted()
    {
        Assert.Equal("Queue orders: parallelism 2, delivers.\n", await _tool.OutputAsync("queues", "upsert", "orders", "--parallelism", "2"));
        Assert.Equal("Queue orders: parallelism 2, paused.\n", await _tool.OutputAsync("queues", "upsert", "orders", "--paused", "true"));
        Assert.Equal("Queue orders delivers.\n", await _tool.OutputAsync("queues", "resume", "orders"));
        Assert.True((await _tool.JsonAsync("queues", "pause", "orders")).GetProperty("paused").GetBoolean());
        Assert.Matches(@"^QUEUE   PARALLELISM  LAG  STATE   CHANGED\norders            2    0  paused  \S+\n$", await _tool.OutputAsync("queues", "list"));
        Assert.Matches(@"(?m)^parallelism {2,}2$", await _tool.OutputAsync("queues", "show", "orders"));
        await _tool.OutputAsync("enqueue", "orders", "https://shop.test/", "--body", "x");
        Assert.Contains("Its 1 waiting message is lost then. There is no terminal to ask at: say so with --yes.", await _tool.RefusalAsync("queues", "delete", "orders"), StringComparison.Ordinal);
        Assert.True((await _tool.JsonAsync("queues", "delete", "orders", "-y")).GetProperty("deleted").GetBoolean());
        Outcome none = await _tool.RunAsync("queues", "list");
        Assert.Equal((0, "", "There are no queues.\n"), (none.ExitCode, none.Output, none.Errors));
        Assert.Empty((await _tool.JsonAsync("queues", "list")).EnumerateArray());
    }

    [Fact]
    public async Task Group_IsFilledShownAndEmptied()
    {
        Assert.Equal("URL group receipts: 1 endpoint.\n", await _tool.OutputAsync("groups", "add", "receipts", "https://shop.test/in", "--name", "audit"));
        Assert.Equal(2, (await _tool.JsonAsync("groups", "add", "receipts", "https://shop.test/b")).GetProperty("endpoints").GetArrayLength());
        Assert.Matches(@"^GROUP +ENDPOINTS +CHANGED +TO\nreceipts +2 +\S+ +audit, https://shop\.test/b\n$", await _tool.OutputAsync("groups", "list"));
        Assert.Matches(@"(?m)^endpoint audit {2,}https://shop\.test/in$", await _tool.OutputAsync("groups", "show", "receipts"));
        Assert.Contains("has no endpoint named 'other'. Nothing was changed.", await _tool.RefusalAsync("groups", "remove", "receipts", "--name", "other"), StringComparison.Ordinal);
        Assert.Contains("Which endpoints?", await _tool.RefusalAsync("groups", "remove", "receipts"), StringComparison.Ordinal);
        Assert.Equal("URL group receipts: 1 endpoint.\n", await _tool.OutputAsync("groups", "remove", "receipts", "--name", "audit"));
        Assert.Contains("Delete the URL group receipts? No endpoint would be left in it.", await _tool.RefusalAsync("groups", "remove", "receipts", "https://shop.test/b"), StringComparison.Ordinal);
        Assert.Single((await _tool.JsonAsync("groups", "show", "receipts")).GetProperty("endpoints").EnumerateArray());
        Assert.Equal("URL group receipts is gone: it has no endpoint left.\n", await _tool.OutputAsync("groups", "remove", "receipts", "https://shop.test/b", "--yes"));
        await _tool.OutputAsync("groups", "add", "receipts", "https://shop.test/in");
        Assert.Contains("with 1 endpoint?", await _tool.RefusalAsync("groups", "delete", "receipts"), StringComparison.Ordinal);
        Assert.Equal("URL group receipts deleted.\n", await _tool.OutputAsync("groups", "delete", "receipts", "--yes"));
        Assert.Empty((await _tool.JsonAsync("groups", "list")).EnumerateArray());
    }

    [Fact]
    public async Task Schedule_IsMadeShownPausedReplacedAndDeleted()
    {
        string made = await _tool.OutputAsync("schedules", "create", "0 2 * * *", "https://shop.test/close", "--id", "shop.prod.close-day", "--time-zone", "Europe/Berlin", "--body", """{"day":1}""", "--retries", "5", "--queue", "nightly");
        Assert.StartsWith("Schedule shop.prod.close-day made: next at ", made, StringComparison.Ordinal);
        JsonElement schedule = Assert.Single((await _tool.JsonAsync("schedules", "list")).EnumerateArray());
        Assert.Equal("CRON_TZ=Europe/Berlin 0 2 * * *", schedule.GetProperty("cron").GetString());
        Assert.Equal("""{"day":1}""", schedule.GetProperty("body").GetString());
        Assert.Equal("nightly", schedule.GetProperty("queueName").GetString());
        Assert.Matches(@"^SCHEDULE +CRON +STATE +NEXT +DESTINATION\nshop\.prod\.close-day +CRON_TZ=Europe/Berlin 0 2 \* \* \* +runs +\S+ +https://shop\.test/close\n$", await _tool.OutputAsync("schedules", "list"));

        Assert.Equal("Schedule shop.prod.close-day is paused.\n", await _tool.OutputAsync("schedules", "pause", "shop.prod.close-day"));
        string shown = await _tool.OutputAsync("schedules", "show", "shop.prod.close-day");
        Assert.Matches(@"(?m)^state {2,}paused$", shown);
        Assert.Matches(@"(?m)^retries {2,}5$", shown);

        string[] replacing = ["schedules", "create", "0 3 * * *", "https://shop.test/close", "--id", "shop.prod.close-day"];
        Assert.Contains("Replace the schedule shop.prod.close-day, CRON_TZ=Europe/Berlin 0 2 * * * to https://shop.test/close?", await _tool.RefusalAsync(replacing), StringComparison.Ordinal);
        Assert.True((await _tool.JsonAsync([.. replacing, "--yes"])).GetProperty("replaced").GetBoolean());
        Assert.True((await _tool.JsonAsync("schedules", "show", "shop.prod.close-day")).GetProperty("isPaused").GetBoolean());
        Assert.False((await _tool.JsonAsync("schedules", "resume", "shop.prod.close-day")).GetProperty("paused").GetBoolean());
        Assert.Equal("Schedule shop.prod.close-day deleted.\n", await _tool.OutputAsync("schedules", "delete", "shop.prod.close-day", "--yes"));
        Assert.Contains("There is no schedule", await _tool.RefusalAsync("schedules", "delete", "shop.prod.close-day", "--yes"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NextTimes_AreComputedHere()
    {
        _tool.Variables.Clear();
        Assert.Equal(
            "2026-03-28 02:30 +01:00  2026-03-28 01:30 UTC\n2026-03-30 02:30 +02:00  2026-03-30 00:30 UTC\n",
            await _tool.OutputAsync("schedules", "next", "--cron", "CRON_TZ=Europe/Berlin 30 2 * * *", "--from", "2026-03-27T12:00:00Z", "--count", "2"));
        JsonElement times = (await _tool.JsonAsync("schedules", "next", "--cron", "0 0 1 1 *", "--from", "2026-03-27")).GetProperty("times");
        Assert.Equal(5, times.GetArrayLength());
        Assert.Equal("2027-01-01T00:00:00+00:00", times[0].GetString());
        Assert.Contains("'0 0 30 2 *' never occurs", await _tool.RefusalAsync("schedules", "next", "--cron", "0 0 30 2 *"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NextTimes_OfAScheduleAreThoseOfItsExpression()
    {
        await _tool.OutputAsync("schedules", "create", "0 12 * * *", "https://shop.test/", "--id", "noon");
        await _tool.OutputAsync("schedules", "pause", "noon");
        Outcome next = await _tool.RunAsync("schedules", "next", "noon", "--count", "1");
        Assert.Matches(@"^\d{4}-\d\d-\d\d 12:00 \+00:00\n$", next.Output);
        Assert.Contains("is paused", next.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FlowControl_IsListedPausedAndPinned()
    {
        await _tool.OutputAsync("publish", "https://shop.test/", "--flow-control-key", "mail", "--flow-control", "rate=5, period=1m", "--delay", "1h");
        Assert.Matches(@"^KEY +WAITING +IN FLIGHT +STARTED +PERIOD +STATE\nmail +\d +0 +0 of 5 +1m +delivers\n$", await _tool.OutputAsync("flow", "list"));
        Assert.Equal("Flow-control key mail is paused.\n", await _tool.OutputAsync("flow", "pause", "mail"));
        Assert.Equal("Flow-control key mail delivers.\n", await _tool.OutputAsync("flow", "resume", "mail"));
        Assert.Equal(9, (await _tool.JsonAsync("flow", "pin", "mail", "--rate", "9", "--period", "2m")).GetProperty("rateMax").GetInt32());
        Assert.Contains("give a parallelism or a rate", await _tool.RefusalAsync("flow", "pin", "mail"), StringComparison.Ordinal);
        Assert.Equal("Flow-control key mail takes its messages' limits again.\n", await _tool.OutputAsync("flow", "unpin", "mail"));
    }

    [Theory]
    [InlineData("Not a cron expression: ", "schedules", "create", "61 * * * *", "https://shop.test/")]
    [InlineData("Nowhere/City", "schedules", "create", "0 2 * * *", "https://shop.test/", "--time-zone", "Nowhere/City")]
    [InlineData("'close day' is not a QStash name", "schedules", "create", "0 2 * * *", "https://shop.test/", "--id", "close day")]
    [InlineData("Where to?", "schedules", "create", "0 2 * * *")]
    [InlineData("Give either a schedule's id or --cron", "schedules", "next")]
    [InlineData("--cron is 'daily': Not a cron expression: ", "schedules", "next", "--cron", "daily")]
    [InlineData("There is no schedule 'none'", "schedules", "pause", "none")]
    [InlineData("There is no schedule 'none'", "schedules", "next", "none")]
    [InlineData("There is no queue 'none'", "queues", "pause", "none")]
    [InlineData("There is no queue 'none'", "queues", "delete", "none", "--yes")]
    [InlineData("--parallelism is '0': it must be a whole number of at least 1", "queues", "upsert", "q", "--parallelism", "0")]
    [InlineData("'a b' is not a QStash name", "queues", "upsert", "a b")]
    [InlineData("There is no URL group 'none'", "groups", "show", "none")]
    [InlineData("There is no URL group 'none'", "groups", "delete", "none", "--yes")]
    [InlineData("--name is the name of one endpoint", "groups", "add", "g", "https://shop.test/a", "https://shop.test/b", "--name", "n")]
    [InlineData("Required command was not provided", "queues")]
    public async Task WhatCannotBe_IsExplained(string says, params string[] arguments)
    {
        string before = await _tool.StateAsync();
        Outcome outcome = await _tool.RunAsync(arguments);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains(says, outcome.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", outcome.Errors, StringComparison.Ordinal);
        Assert.Equal(before, await _tool.StateAsync());
    }
}
