using System.CommandLine;
using QStash.Serverless.Infra;

namespace QStash.Serverless.Cli.Declared;

/// <summary>What a plan may remove.</summary>
internal sealed class RemovalOptions
{
    private readonly Option<bool> _prune = new("--prune") { Description = "Remove what the app owns in this environment and does not declare any more." };
    private readonly Option<bool> _allowDestroy = new("--allow-destroy") { Description = "Let --prune remove much or everything at once." };

    public void AddTo(Command command)
    {
        command.Options.Add(_prune);
        command.Options.Add(_allowDestroy);
    }

    public bool AreGiven(ToolRun run) => run.Has(_prune) || run.Has(_allowDestroy);

    public PlanOptions Of(ToolRun run) => new() { Prune = run.Get(_prune), AllowDestroy = run.Get(_allowDestroy) };
}
