using System.CommandLine;
using QStash.Serverless.Infra;

namespace QStash.Serverless.Cli.Declared;

/// <summary>Shows a plan, asks, applies it with progress, and reports.</summary>
internal sealed class ApplyRun
{
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask." };
    private readonly Option<int?> _parallelism = TypedOption.Count("--parallelism", 1, 64, "How many changes may be under way at once. Default: 8.");

    public void AddTo(Command command)
    {
        command.Options.Add(_yes);
        AddParallelismTo(command);
    }

    public void AddParallelismTo(Command command) => command.Options.Add(_parallelism);

    /// <param name="run">The arguments.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="confirm">Asks; null asks for yes or no.</param>
    public async Task<int> RunAsync(ToolRun run, InfraPlan plan, Func<Task<bool>>? confirm = null)
    {
        if (!run.IsJson)
        {
            PlanOutput.Write(run, InfraPlanText.Human(plan, PlanOutput.Text(run)));
            run.Screen.Line();
        }

        if (plan.IsRefused)
        {
            return PlanOutput.Refused(run, plan);
        }

        if (run.IsJson && !plan.IsEmpty && !run.Get(_yes))
        {
            // The output is the report's; who is asked has to see what it is about.
            run.Screen.Error(InfraPlanText.Human(plan, PlanOutput.Text(run)));
        }

        if (!plan.IsEmpty && !await (confirm?.Invoke() ?? ConfirmAsync(run, plan)))
        {
            return 1;
        }

        ApplyOptions options = new() { TimeProvider = run.Time, Parallelism = run.Get(_parallelism) ?? new ApplyOptions().Parallelism };
        InfraReport report = await run.Screen.WhileAsync("applying", say => InfraApply.ApplyAsync(run.Client, plan, options, new Progress(say), run.Stopped));
        if (run.IsJson)
        {
            PlanOutput.Write(run, InfraReportText.Json(report));
        }
        else if (!plan.IsEmpty)
        {
            PlanOutput.Write(run, InfraReportText.Human(report, PlanOutput.Text(run)));
        }

        foreach (InfraFailure failure in report.Failed)
        {
            run.Screen.Error($"{failure.Change.PhysicalName}: {failure.Error}");
        }

        return report.IsCancelled ? run.StoppedExitCode : report.IsComplete ? 0 : 1;
    }

    private Task<bool> ConfirmAsync(ToolRun run, InfraPlan plan) =>
        run.ConfirmAsync($"Make {(plan.Changes.Count == 1 ? "this change" : $"these {plan.Changes.Count} changes")} to {plan.Scope} at {run.Account.Url}?", run.Get(_yes));

    private sealed class Progress(Action<string> say) : IProgress<InfraProgress>
    {
        public void Report(InfraProgress value) => say($"{value.Finished} of {value.Total}: {value.Change.PhysicalName}");
    }
}
