using System.CommandLine;
using System.CommandLine.Invocation;

namespace QStash.Serverless.Cli;

/// <summary>Runs a command line to its exit code.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(RootCommand root, IReadOnlyList<string> args)
    {
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
    }
}
