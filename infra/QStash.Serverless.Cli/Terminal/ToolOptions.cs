using System.CommandLine;
using QStash.Serverless.Client;

namespace QStash.Serverless.Cli;

/// <summary>The options that every command has, and how a command that works on an account is run.</summary>
internal sealed class ToolOptions(Surroundings around)
{
    public Option<bool> NoColor { get; } = new("--no-color") { Description = "No colours, even on a terminal; the variable NO_COLOR says the same.", Recursive = true };

    public Option<bool> Json { get; } = new("--json") { Description = "Write the result as JSON to the output; everything else goes to the error stream.", Recursive = true };

    public Option<string?> Url { get; } = new("--url") { HelpName = "URL", Description = "Where QStash is. Default: QSTASH_URL, else https://qstash.upstash.io.", Recursive = true };

    public Option<string?> Token { get; } = new("--token")
    {
        HelpName = "TOKEN",
        Description = "The account's token. Default: QSTASH_TOKEN. Other users of this machine can see the arguments of programs: prefer --env-file or the variable.",
        Recursive = true,
    };

    public Option<string?> EnvFile { get; } = new("--env-file") { HelpName = "FILE", Description = "A file of lines KEY=VALUE, read before the environment.", Recursive = true };

    public IEnumerable<Option> All => [Json, Url, Token, EnvFile, NoColor];

    /// <summary>Says what a command does, and gives it one way to end: its exit code, 130 for Ctrl+C, 1 with a reason for everything else.</summary>
    public void Act(Command command, Func<ToolRun, Task<int>> act) => command.SetAction(async (arguments, _) =>
    {
        using Interruption interruption = new();
        ToolRun run = new(around, this, arguments, interruption);
        try
        {
            return await act(run);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            run.Screen.Error(run.IsAsking ? "\nStopped. Nothing was changed." : "Stopped: what was under way may have taken effect.");
            return run.StoppedExitCode;
        }
        catch (QStashApiException refusal)
        {
            run.Screen.Error(run.Account.Explain(refusal));
            return 1;
        }
    });

    /// <summary>Refuses the account's options on a command that has a QStash of its own.</summary>
    public void RefuseAccount(Command command) => command.Validators.Add(result =>
    {
        foreach (Option option in new Option[] { Url, Token, EnvFile }.Where(option => result.GetResult(option) is { Implicit: false }))
        {
            result.AddError($"{option.Name} means nothing to '{command.Name}', which runs a QStash of its own.");
        }
    });
}
