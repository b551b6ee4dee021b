using System.CommandLine;
using System.CommandLine.Invocation;
using QStash.Serverless.Cli;
using QStash.Serverless.Cli.Demo;
using QStash.Serverless.Cli.Demo.App;
using QStash.Serverless.Cli.Dev;

Option<bool> noColor = new("--no-color") { Description = "No colours, even on a terminal; the variable NO_COLOR says the same.", Recursive = true };
RootCommand root = new("A local QStash, and the tools around it. Not affiliated with Upstash.")
{
    noColor,
    DemoCommand.Create(noColor, [DemoApp.Host, LambdaDemoApp.Host]),
    DevCommand.Create(noColor),
};

ToolCommand.ShowMoreIn(root);

// Commands handle Ctrl+C themselves, because they have something to clean up.
InvocationConfiguration invocation = new() { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
try
{
    ParseResult arguments = root.Parse(args);
    if (arguments.Action is ParseErrorAction refusal)
    {
        // The error alone, so that it cannot be overlooked; only who names no command needs the list.
        refusal.ShowHelp = arguments.CommandResult.Command == root;
    }

    return await arguments.InvokeAsync(invocation);
}
catch (Exception exception)
{
    // Whatever went wrong is told in one line; a stack trace helps nobody at a terminal.
    await Console.Error.WriteLineAsync($"dotnet qstash: {exception.Message}");
    return 1;
}
