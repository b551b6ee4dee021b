using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.Cli.Dev;

/// <summary>One run of the local QStash, from the start to the exit code.</summary>
internal sealed class DevRun(Screen screen, QStashDevServerOptions options, bool verbose)
{
    private readonly TimeProvider _time = TimeProvider.System;

    public async Task<int> RunAsync()
    {
        using Interruption interruption = new();
        using ILoggerFactory logging = screen.LogToErrors(verbose ? LogLevel.Information : LogLevel.Warning);
        QStashDevServer qstash;
        try
        {
            options.LoggerFactory = logging;
            qstash = await QStashDevServer.StartAsync(options, interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            return interruption.IsCtrlC ? Interruption.CtrlCExitCode : 0;
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            screen.Error($"Port {options.Port} is taken, perhaps by a QStash that runs already: choose another with --port PORT, or any free one with --port 0.");
            return 1;
        }
        catch (InvalidOperationException exception) when (options.DataDirectory is not null)
        {
            screen.Error($"{exception.Message} (--data DIR)");
            return 1;
        }

        Task showing;
        await using (qstash)
        {
            IAsyncEnumerable<DeliveryLog> logs = qstash.WatchLogsAsync();
            Announce(qstash);
            showing = ShowAsync(logs);
            await interruption.WaitAsync();
            screen.Line(new Part("Stopping: attempts in progress may end.", Part.Faint));
        }

        await showing;
        return interruption.IsCtrlC ? Interruption.CtrlCExitCode : 0;
    }

    private void Announce(QStashDevServer qstash)
    {
        string url = qstash.Settings["QSTASH_URL"];
        screen.Line("QStash is running at ", new(url, Part.Strong), new(options.DataDirectory is null ? "  in memory" : $"  data in {options.DataDirectory}", Part.Faint));
        screen.Line();
        foreach ((string name, string value) in qstash.Settings)
        {
            screen.Copyable($"{name}={value}");
        }

        screen.Line();
        screen.Line(new Part(
            $"Account {qstash.Accounts[0].Name}{(qstash.Accounts.Count > 1 ? $" of {string.Join(", ", qstash.Accounts.Select(a => a.Name))}" : "")}; its token that may only read: {qstash.Accounts[0].ReadOnlyToken}",
            Part.Faint));
        screen.Line();
        screen.Line("Publish to an app on this machine (the second URL; change it to yours):");
        screen.Copyable($"curl -X POST '{url}/v2/publish/http://127.0.0.1:5000/orders' -H 'Authorization: Bearer {qstash.Token}' -H 'Content-Type: application/json' -d '{{\"hello\":\"world\"}}'");
        screen.Line();
    }

    private async Task ShowAsync(IAsyncEnumerable<DeliveryLog> logs)
    {
        DeliveryLines lines = new(_time.LocalTimeZone, withBeginnings: verbose);
        await foreach (DeliveryLog log in logs)
        {
            if (lines.Line(log) is { } line)
            {
                screen.Line(line);
            }
        }
    }
}
