using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text.RegularExpressions;

namespace QStash.Serverless.Cli;

/// <summary>Runs a command line to its exit code.</summary>
internal static class CommandLine
{
    // An argument that starts with @ is text for QStash, not the name of a file with further arguments.
    private static readonly ParserConfiguration s_parsing = new() { ResponseFileTokenReplacer = null };

    /// <param name="root">The tool.</param>
    /// <param name="args">What was typed.</param>
    /// <param name="around">Where it runs; in this process when null.</param>
    /// <param name="more">What its <c>--help</c> ends with.</param>
    public static async Task<int> RunAsync(RootCommand root, IReadOnlyList<string> args, Surroundings? around = null, string? more = null)
    {
        ToolCommand.ShowMoreIn(root, more);
        around ??= Surroundings.OfProcess();

        // Commands handle Ctrl+C themselves, because they have something to clean up.
        InvocationConfiguration invocation = new()
        {
            ProcessTerminationTimeout = null,
            EnableDefaultExceptionHandler = false,
            Output = around.Output,
            Error = around.Errors,
        };
        try
        {
            ParseResult arguments = root.Parse(args, s_parsing);
            if (arguments.Action is ParseErrorAction refusal)
            {
                // The error alone, so that it cannot be overlooked; only who names no command needs the list.
                refusal.ShowHelp = arguments.CommandResult.Command.Subcommands.Count > 0;
                await using StringWriter text = new();
                (invocation.Output, invocation.Error) = (text, text);
                int exitCode = await arguments.InvokeAsync(invocation);
                await around.Errors.WriteLineAsync(WithoutSecrets(text.ToString().Trim()));
                return exitCode;
            }

            return await arguments.InvokeAsync(invocation);
        }
        catch (Exception exception)
        {
            // Whatever went wrong is told in one line; a stack trace helps nobody at a terminal.
            await around.Errors.WriteLineAsync($"dotnet qstash: {WithoutSecrets(Text(exception))}");
            return 1;
        }
    }

    // Beside a mistyped option, or joined to it, a token is an argument that nobody expects, and would be quoted.
    private static string WithoutSecrets(string text) => Regex.Replace(text, @"\b(eyJ|qstash_|sig_)[^\s'""]{8,}", "[hidden]");

    // What .NET adds about parameters of methods says nothing to who typed a command.
    private static string Text(Exception exception) => Regex.Replace(exception.Message, @" \(Parameter '\w+'\)", "");
}
