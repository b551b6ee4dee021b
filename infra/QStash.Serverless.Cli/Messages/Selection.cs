using System.CommandLine;

namespace QStash.Serverless.Cli.Messages;

/// <summary>Which things a command is about: ids, or filters, or explicitly everything; exactly one of these.</summary>
internal sealed class Selection(string idName, string idDescription, IReadOnlyList<Option> filters)
{
    private readonly Argument<string[]> _ids = new(idName) { Description = idDescription, Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _all = new("--all") { Description = "Everything of the account." };
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask." };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_ids);
        foreach (Option option in (Option[])[.. filters, _all, _yes])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            int ways = (result.GetResult(_ids) is { Tokens.Count: > 0 } ? 1 : 0) + (result.GetValue(_all) ? 1 : 0) + (filters.Any(filter => result.GetResult(filter) is { Implicit: false }) ? 1 : 0);
            if (ways != 1)
            {
                result.AddError(ways == 0 ? $"Which ones? Give ids, or a filter such as {filters[0].Name}, or --all for everything." : "Ids, filters and --all exclude each other: give one of them.");
            }
        });
    }

    public string[] Ids(ToolRun run) => run.Get(_ids);

    public bool IsAll(ToolRun run) => run.Get(_all);

    public bool IsSaid(ToolRun run) => run.Get(_yes);
}
