using System.CommandLine;
using QStash.Serverless.Client;

namespace QStash.Serverless.Cli.Messages;

/// <summary>The filters of dead letters.</summary>
internal sealed class DeadLetterFilters
{
    private readonly FilterOptions _common = new();
    private readonly Option<string?> _message = new("--message") { HelpName = "ID", Description = "That of this message." };
    private readonly Option<int[]> _status = new("--status") { HelpName = "STATUS", Description = "Those whose last answer had this status. Repeatable.", DefaultValueFactory = static _ => [] };

    public IReadOnlyList<Option> All => [.. _common.All, _message, _status];

    public void AddTo(Command command)
    {
        foreach (Option option in All)
        {
            command.Options.Add(option);
        }
    }

    public DeadLetterFilter Of(ToolRun run) => _common.Fill(run, new DeadLetterFilter { MessageId = run.Get(_message), ResponseStatuses = run.Get(_status)! });
}
