using System.CommandLine;
using System.CommandLine.Parsing;

namespace QStash.Serverless.Cli.Dev;

/// <summary><c>dotnet qstash dev</c>.</summary>
internal static class DevCommand
{
    public static Command Create(Option<bool> noColor, Option<bool>? json = null)
    {
        DevOptions options = new();
        ToolCommand command = new("dev",
            "Runs a local QStash until Ctrl+C, alone or with your app: prints its settings and a curl line, then what happens to each message.",
            """
            With a command after --, the app is started beside it, in the Development environment unless a variable says otherwise, with QSTASH_URL, QSTASH_TOKEN
            and both signing keys set; Ctrl+C stops both, and the end of the app ends the command with the app's exit code.

            With --json the output is one object a line: first the settings, then every event; text goes to the error stream.

            Data and credentials outlive restarts, and interrupted deliveries are made again. It delivers to this machine only, unless told otherwise, and
            a new data directory gets the public credentials of the official development server: never use those in production.

            Exit code: 0 stopped; 1 it, or the app, could not start; 130 Ctrl+C; else the app's.

            Examples:
              dotnet qstash dev
              dotnet qstash dev -- dotnet run
              dotnet qstash dev --in-memory -- func start
              dotnet qstash dev --port 8081 --data /tmp/shop-qstash
              dotnet qstash dev --map https://shop.example.com=http://localhost:5000

            """);
        foreach (Option option in options.All)
        {
            command.Options.Add(option);
        }

        options.Validate(command);
        Argument<string[]> app = new("app")
        {
            HelpName = "-- COMMAND",
            Arity = ArgumentArity.ZeroOrMore,
            Description = "Your app's command and its arguments, after --: it is started with the local QStash's settings.",
        };
        command.Arguments.Add(app);
        command.Validators.Add(result =>
        {
            if (json is not null && result.GetValue(json) && result.GetResult(app) is { Tokens.Count: > 0 })
            {
                result.AddError("--json and an app exclude each other: the app writes to the same output.");
            }
        });
        command.SetAction((arguments, _) =>
        {
            bool isJson = json is not null && arguments.GetValue(json);
            return new DevRun(
                Screen.Open(arguments.GetValue(noColor), isJson),
                options.Build(arguments),
                options.IsVerbose(arguments),
                AppOf(arguments, app),
                isJson ? new JsonOutput(Console.Out) : null).RunAsync();
        });
        return command;
    }

    // Without the two dashes, options of the app would be taken for options of this command.
    private static string[] AppOf(ParseResult arguments, Argument<string[]> app) => arguments.GetValue(app) switch
    {
        [_, ..] given when arguments.Tokens.All(static token => token.Type != TokenType.DoubleDash)
            => throw new FormatException($"'{given[0]}' is no option of dev. To start your app, write two dashes before its command: dotnet qstash dev -- {string.Join(' ', given)}"),
        { } given => given,
        null => [],
    };
}
