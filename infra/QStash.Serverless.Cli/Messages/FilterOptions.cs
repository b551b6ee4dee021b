using System.CommandLine;
using QStash.Serverless.Client;

namespace QStash.Serverless.Cli.Messages;

/// <summary>The filters that messages, log entries and dead letters have in common.</summary>
internal sealed class FilterOptions
{
    private readonly Option<string[]> _destination = Many("--destination", "URL", "Those to this URL.");
    private readonly Option<string[]> _group = Many("--group", "NAME", "Those to this URL group.");
    private readonly Option<string[]> _queue = Many("--queue", "NAME", "Those of this queue.");
    private readonly Option<string[]> _schedule = Many("--schedule", "ID", "Those of this schedule.");
    private readonly Option<string[]> _label = Many("--label", "LABEL", "Those with this label.");
    private readonly Option<string[]> _flowControlKey = Many("--flow-control-key", "KEY", "Those with this flow-control key.");
    private readonly Option<Func<DateTimeOffset, DateTimeOffset>?> _from = TypedOption.Instant("--from", "Those since then.");
    private readonly Option<Func<DateTimeOffset, DateTimeOffset>?> _to = TypedOption.Instant("--to", "Those until then.");

    public IReadOnlyList<Option> All => [_destination, _group, _queue, _schedule, _label, _flowControlKey, _from, _to];

    /// <summary>An option that may be given again: its values are alternatives.</summary>
    public static Option<string[]> Many(string name, string helpName, string description) =>
        new(name) { HelpName = helpName, Description = description + " Repeatable.", DefaultValueFactory = static _ => [] };

    /// <summary>The filter with what was asked for.</summary>
    public TFilter Fill<TFilter>(ToolRun run, TFilter filter)
        where TFilter : QStashFilter => filter with
        {
            Urls = run.Get(_destination)!,
            UrlGroups = run.Get(_group)!,
            Queues = run.Get(_queue)!,
            ScheduleIds = run.Get(_schedule)!,
            Labels = run.Get(_label)!,
            FlowControlKeys = run.Get(_flowControlKey)!,
            From = run.Get(_from)?.Invoke(run.Time.GetUtcNow()),
            To = run.Get(_to)?.Invoke(run.Time.GetUtcNow()),
        };
}
