using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using QStash.Serverless.Cli.Dev.App;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.Cli.Dev;

/// <summary>One run of the local QStash, from the start to the exit code.</summary>
internal sealed class DevRun(Screen screen, QStashDevServerOptions options, bool verbose, IReadOnlyList<string> app, JsonOutput? json)
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
        int exitCode = 0;
        await using (qstash)
        {
            IAsyncEnumerable<DeliveryLog> logs = qstash.WatchLogsAsync();
            Announce(qstash);
            json?.WriteLine(new { settings = qstash.Settings, dataDirectory = options.DataDirectory });
            showing = ShowAsync(logs);
            if (app.Count == 0)
            {
                await interruption.WaitAsync();
            }
            else
            {
                exitCode = await RunAppAsync(qstash, interruption);
            }

            screen.Line(new Part("Stopping: attempts in progress may end.", Part.Faint));
        }

        await showing;
        return interruption.IsCtrlC ? Interruption.CtrlCExitCode : exitCode;
    }

    private async Task<int> RunAppAsync(QStashDevServer qstash, Interruption interruption)
    {
        Dictionary<string, string?> inherited = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().ToDictionary(static variable => (string)variable.Key, static variable => (string?)variable.Value);
        if (options.UseWellKnownAccounts && AppEnvironment.Production(inherited) is { } production)
        {
            screen.Error($"{production} is set, and the app will refuse the local QStash's public keys: unset it, or start dev with --own-credentials.");
        }

        screen.Line("Starting ", new(OneLine.Of(string.Join(' ', app)), Part.Strong));
        AppProcess process;
        try
        {
            process = AppProcess.Start(app, AppEnvironment.Changes(qstash.Settings, inherited), _time);
        }
        catch (FormatException refusal)
        {
            screen.Error(refusal.Message);
            return 1;
        }

        using (process)
        {
            interruption.AtSecond = process.KillAll;
            Task<int> ended = process.EndAsync();
            await Task.WhenAny(ended, interruption.WaitAsync());
            if (interruption.Token.IsCancellationRequested)
            {
                await process.StopAsync(isAsked: interruption.IsCtrlC && !Console.IsInputRedirected);
                interruption.AtSecond = null;
                return 0;
            }

            interruption.AtSecond = null;

            int exitCode = await ended;
            screen.Line(new Part($"The app has ended with exit code {exitCode}.", exitCode == 0 ? Part.Faint : Part.Warning));
            return exitCode;
        }
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
        screen.Line(app.Count == 0 ? "Publish to an app on this machine (the second URL; change it to yours):" : "Send the app a message (the second URL; change its path to yours):");
        string address = AppAddress.Guess(app, Environment.CurrentDirectory, Environment.GetEnvironmentVariable);
        screen.Copyable($"curl -X POST '{url}/v2/publish/{address}/orders' -H 'Authorization: Bearer {qstash.Token}' -H 'Content-Type: application/json' -d '{{\"hello\":\"world\"}}'");
        screen.Line();
    }

    private async Task ShowAsync(IAsyncEnumerable<DeliveryLog> logs)
    {
        DeliveryLines lines = new(_time.LocalTimeZone, withBeginnings: verbose);
        await foreach (DeliveryLog log in logs)
        {
            if (json is not null)
            {
                json.WriteLine(log);
            }
            else if (lines.Line(log) is { } line)
            {
                // Between the lines of an app, ours say whose they are.
                screen.Line(app.Count == 0 ? line : [new("qstash  ", Part.Faint), .. line]);
            }
        }
    }
}
