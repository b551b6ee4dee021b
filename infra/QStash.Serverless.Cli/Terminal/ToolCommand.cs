using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace QStash.Serverless.Cli;

/// <summary>A command whose <c>--help</c> ends with what is worth knowing besides its options: exit codes and examples.</summary>
internal sealed class ToolCommand(string name, string description, string more) : Command(name, description)
{
    /// <summary>Makes <c>--help</c> show it.</summary>
    /// <param name="root">The tool.</param>
    /// <param name="rootMore">What is worth knowing of the tool itself.</param>
    public static void ShowMoreIn(RootCommand root, string? rootMore)
    {
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithMore((SynchronousCommandLineAction)help.Action!, rootMore);
        }
    }

    private sealed class HelpWithMore(SynchronousCommandLineAction help, string? rootMore) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            int exitCode = help.Invoke(parseResult);
            string? more = parseResult.CommandResult.Command switch
            {
                ToolCommand command => command.More,
                RootCommand => rootMore,
                _ => null,
            };
            if (more is not null)
            {
                parseResult.InvocationConfiguration.Output.WriteLine(more);
            }

            return exitCode;
        }
    }

    private string More => more;
}
