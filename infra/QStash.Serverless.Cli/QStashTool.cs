using System.CommandLine;
using QStash.Serverless.Cli.Declared;
using QStash.Serverless.Cli.Demo;
using QStash.Serverless.Cli.Demo.App;
using QStash.Serverless.Cli.Dev;
using QStash.Serverless.Cli.Keys;
using QStash.Serverless.Cli.Messages;
using QStash.Serverless.Cli.Resources;

namespace QStash.Serverless.Cli;

/// <summary>The whole tool: its commands and the options they share.</summary>
internal static class QStashTool
{
    private const string More = """
        The account is that of QSTASH_URL and QSTASH_TOKEN, or of --env-file, or of --url and --token.

        Exit code: 0 done; 1 not done, or not understood; 2 plan has changes, or drift found some; 130 Ctrl+C.

        Examples:
          dotnet qstash dev -- dotnet run
          dotnet qstash publish http://localhost:5000/orders --body '{"id":"o-1"}' --env-file .env
          dotnet qstash plan src/Shop --app shop --env prod --base-url https://shop.example.com
          dotnet qstash logs --follow

        """;

    /// <summary>Runs a command line to its exit code.</summary>
    public static Task<int> RunAsync(IReadOnlyList<string> args, Surroundings around) => CommandLine.RunAsync(Create(around), args, around, More);

    public static RootCommand Create(Surroundings around)
    {
        ToolOptions tool = new(around);
        RootCommand root = new("QStash at hand: a local one, and what you do with any. Not affiliated with Upstash.");
        foreach (Option option in tool.All)
        {
            root.Options.Add(option);
        }

        Command dev = DevCommand.Create(tool.NoColor, tool.Json);
        Command demo = DemoCommand.Create(tool.NoColor, [DemoApp.Host, LambdaDemoApp.Host], tool.Json);
        tool.RefuseAccount(dev);
        tool.RefuseAccount(demo);
        Command[] commands =
        [
            dev, demo,
            PlanCommand.Create(tool), ApplyCommand.Create(tool), DriftCommand.Create(tool), DestroyCommand.Create(tool), AdoptCommand.Create(tool), PreviewCommand.Create(tool),
            PublishCommand.Create(tool), EnqueueCommand.Create(tool), MessagesCommand.Create(tool), LogsCommand.Create(tool), DlqCommand.Create(tool),
            SchedulesCommand.Create(tool), QueuesCommand.Create(tool), GroupsCommand.Create(tool), FlowCommand.Create(tool), KeysCommand.Create(tool),
        ];
        foreach (Command command in commands)
        {
            root.Subcommands.Add(command);
        }

        return root;
    }
}
