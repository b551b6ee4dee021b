using System.CommandLine;
using QStash.Serverless.Infra;

namespace QStash.Serverless.Cli.Declared;

/// <summary>How plans are read and shown.</summary>
internal sealed class PlanOutput
{
    private readonly Option<bool> _markdown = new("--markdown") { Description = "Write Markdown, for example as a comment of a pull request." };

    public void AddTo(Command command)
    {
        command.Options.Add(_markdown);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_markdown) && result.GetResult("--json") is System.CommandLine.Parsing.OptionResult { Implicit: false })
            {
                result.AddError("--markdown and --json exclude each other: give only one of them.");
            }
        });
    }

    /// <summary>Reads what QStash has.</summary>
    public static Task<InfraState> ReadStateAsync(ToolRun run)
    {
        // Opened first: what is wrong with the settings is said before anything moves on the screen.
        Client.QStashClient client = run.Client;
        return run.Screen.WhileAsync($"reading {run.Account.Url}", _ => InfraState.ReadAsync(client, run.Time, run.Stopped));
    }

    /// <summary>Writes a plan, or drift, in the form that was asked for.</summary>
    public void Write(ToolRun run, InfraPlan plan, bool asDrift = false)
    {
        TextOptions text = Text(run) with { AsDrift = asDrift };
        Write(run, run.IsJson ? InfraPlanText.Json(plan) : run.Get(_markdown) ? InfraPlanText.Markdown(plan, text) : InfraPlanText.Human(plan, text));
    }

    public static TextOptions Text(ToolRun run) => new() { Width = run.Screen.Width, Colors = run.Screen.IsColoured };

    public static void Write(ToolRun run, string text) => run.Screen.Copyable(text.TrimEnd('\n'));

    /// <summary>Says why a plan cannot be applied, and is the exit code of that.</summary>
    public static int Refused(ToolRun run, InfraPlan plan)
    {
        foreach (string refusal in plan.Refusals)
        {
            run.Screen.Error(refusal);
        }

        if (plan.Purpose == InfraPlanPurpose.Apply && plan.Changes.Any(static change => change.Kind == InfraChangeKind.Delete))
        {
            run.Screen.Error("--allow-destroy says that removing this much is meant.");
        }

        return 1;
    }
}
