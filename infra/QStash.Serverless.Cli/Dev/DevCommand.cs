using System.CommandLine;

namespace QStash.Serverless.Cli.Dev;

/// <summary><c>dotnet qstash dev</c>.</summary>
internal static class DevCommand
{
    public static Command Create(Option<bool> noColor)
    {
        DevOptions options = new();
        ToolCommand command = new("dev",
            "Runs a local QStash until Ctrl+C: prints its settings and a curl line, then what happens to each message.",
            """
            Data and credentials outlive restarts, and interrupted deliveries are made again. It delivers to this machine only, unless told otherwise, and
            a new data directory gets the public credentials of the official development server: never use those in production.

            Exit code: 0 stopped; 1 it could not start; 130 Ctrl+C.

            Examples:
              dotnet qstash dev
              dotnet qstash dev --port 8081 --data /tmp/shop-qstash
              dotnet qstash dev --map https://shop.example.com=http://localhost:5000

            """);
        foreach (Option option in options.All)
        {
            command.Options.Add(option);
        }

        options.Validate(command);
        command.SetAction((arguments, _) => new DevRun(
            Screen.Open(arguments.GetValue(noColor)),
            options.Build(arguments),
            options.IsVerbose(arguments)).RunAsync());
        return command;
    }
}
