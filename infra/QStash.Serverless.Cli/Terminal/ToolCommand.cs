using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace QStash.Serverless.Cli;

/// <summary>A command whose <c>--help</c> ends with what is worth knowing besides its options: exit codes and examples.</summary>
internal sealed class ToolCommand(string name, string description, string more) : Command(name, description)
{
    /// <summary>Makes <c>--help</c> show it.</summary>
    public static void ShowMoreIn(RootCommand root)
    {
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithMore((SynchronousCommandLineAction)help.Action!);
        }
    }

    private sealed class HelpWithMore(SynchronousCommandLineAction help) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            int exitCode = help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is ToolCommand command)
            {
                parseResult.InvocationConfiguration.Output.WriteLine(command.More);
            }

            return exitCode;
        }
    }

    private string More => more;
}
