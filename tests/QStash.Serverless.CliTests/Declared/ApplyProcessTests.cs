using System.Text.Json;
using System.Text.RegularExpressions;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.CliTests.Declared;

/// <summary><c>apply</c>, run as its users run it.</summary>
public sealed class ApplyProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [PosixFact]
    public async Task CtrlC_ReportsWhatWasDone_AndTheNextRunDoesTheRest()
    {
        // The limit makes 200 schedules take their time.
        string data = Path.Combine(_folder.Path, "data");
        await using (QStashDevServer slow = await StartAsync(new() { RequestsPerSecond = 20, DataDirectory = data }, "many"))
        {
            await using Tool tool = Tool.Start(_folder.Path, "apply", ShopApp.Dll, "--yes", "--env-file", ".env", "--parallelism", "2");
            await tool.LineAsync("200 to create");
            await WaitForSchedulesAsync(slow);
            tool.CtrlC();
            Assert.Equal(130, await tool.EndAsync());

            Match report = Regex.Match(tool.Output, @"(?m)^(\d+) made, (\d+) failed, (\d+) not tried; stopped\.$");
            Assert.True(report.Success, tool.Output);
            int[] counts = [.. report.Groups.Values.Skip(1).Select(static group => int.Parse(group.Value, System.Globalization.CultureInfo.InvariantCulture))];
            Assert.Equal(200, counts.Sum());
            Assert.NotEqual(0, counts[2]);
            int there = (await slow.GetStateAsync()).Schedules;
            Assert.InRange(there, counts[0], counts[0] + counts[1]);
            Assert.DoesNotContain('\u001b', tool.Output + tool.Errors);
        }

        await using QStashDevServer quick = await StartAsync(new() { DataDirectory = data }, "many");
        await using Tool again = Tool.Start(_folder.Path, "apply", ShopApp.Dll, "--yes", "--env-file", ".env", "--json");
        Assert.Equal(0, await again.EndAsync());
        Assert.Equal(200, (await quick.GetStateAsync()).Schedules);
    }

    [Fact]
    public async Task WhatTheAppPrints_IsNoPartOfTheResult()
    {
        await using QStashDevServer qstash = await StartAsync(new(), "chatty");
        await using Tool tool = Tool.Start(_folder.Path, "plan", ShopApp.Dll, "--env-file", ".env", "--json");

        Assert.Equal(2, await tool.EndAsync());

        Assert.Equal(4, JsonDocument.Parse(tool.Output).RootElement.GetProperty("changes").GetArrayLength());
        Assert.Equal("declaring now", tool.Errors);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<QStashDevServer> StartAsync(QStashDevServerOptions options, string env)
    {
        QStashDevServer qstash = await QStashDevServer.StartAsync(options);
        qstash.MapHost("https://shop.test", new Shop());
        _folder.Write(".env", $"QSTASH_URL={qstash.Settings["QSTASH_URL"]}\nQSTASH_TOKEN={qstash.Token}\nQSTASH_APP=shop\nQSTASH_ENV={env}\nQSTASH_PUBLIC_BASE_URL=https://shop.test\n");
        return qstash;
    }

    private static async Task WaitForSchedulesAsync(QStashDevServer qstash)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(1));
        while ((await qstash.GetStateAsync(ct: limit.Token)).Schedules == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        }
    }
}
