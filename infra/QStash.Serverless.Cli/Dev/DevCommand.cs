using System.CommandLine;

namespace QStash.Serverless.Cli.Dev;

/// <summary><c>dotnet qstash dev</c>.</summary>
internal static class DevCommand
{
    private const int DefaultPort = 8080;
    private const string DefaultFolder = ".qstash";

    public static Command Create(Option<bool> noColor)
    {
        Option<int> port = new("--port")
        {
            HelpName = "PORT",
            Description = "The port on 127.0.0.1 to listen on; 0 takes a free one.",
            DefaultValueFactory = static _ => DefaultPort,
        };
        port.Validators.Add(static result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out int value) && value is < 0 or > 65_535)
            {
                result.AddError($"--port is {value}; it must lie between 0 and 65535.");
            }
        });
        Option<string> data = new("--data")
        {
            HelpName = "DIR",
            Description = "Where messages, queues, logs and credentials are kept (qstash.db); created if missing.",
            DefaultValueFactory = static _ => Path.Combine(".", DefaultFolder),
        };
        Option<bool> inMemory = new("--in-memory") { Description = "Keep nothing: everything is gone when the command ends." };
        Option<bool> verbose = new("--verbose") { Description = "Show every event, the beginnings of attempts included, and the server's own log." };
        ToolCommand command = new("dev",
            "Runs a local QStash until Ctrl+C: prints its settings and a curl line, then what happens to each message.",
            """
            Data and credentials outlive restarts, and interrupted deliveries are made again. It delivers to this machine only, and a new data directory
            gets the public credentials of the official development server: never use those in production.

            Exit code: 0 stopped; 1 it could not start; 130 Ctrl+C.

            Examples:
              dotnet qstash dev
              dotnet qstash dev --port 8081 --data /tmp/shop-qstash

            """)
        {
            port, data, inMemory, verbose,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(inMemory) && result.GetResult(data) is { Implicit: false })
            {
                result.AddError("--data and --in-memory exclude each other: give only one of them.");
            }
        });
        command.SetAction((arguments, _) => new DevRun(
            Screen.Open(arguments.GetValue(noColor)),
            arguments.GetValue(port),
            arguments.GetValue(inMemory) ? null : arguments.GetValue(data),
            arguments.GetValue(verbose)).RunAsync());
        return command;
    }
}
