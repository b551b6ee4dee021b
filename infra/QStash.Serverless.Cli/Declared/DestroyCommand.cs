using System.CommandLine;
using QStash.Serverless.Infra;

namespace QStash.Serverless.Cli.Declared;

/// <summary><c>dotnet qstash destroy</c>.</summary>
internal static class DestroyCommand
{
    public static Command Create(ToolOptions tool)
    {
        InfraOptions infra = new();
        ApplyRun apply = new();
        Option<string?> confirm = new("--confirm") { HelpName = "APP.ENV", Description = "The app and the environment once more, as in shop.preview-7, instead of typing them when asked." };
        ToolCommand command = new("destroy", "Removes everything that an app owns in an environment.",
            """
            For environments that end, such as those of pull requests. It shows what goes and wants the app and the environment typed. Nothing declared is
            read, and nothing that they do not own is touched.

            Exit code: 0 it is gone, or there was nothing; 1 something was refused or failed, or the name was another; 130 Ctrl+C, after a report.

            Examples:
              dotnet qstash destroy --app shop --env preview-7
              dotnet qstash destroy --app shop --env preview-7 --confirm shop.preview-7

            """)
        {
            confirm,
        };
        infra.AddScopeTo(command);
        apply.AddParallelismTo(command);
        tool.Act(command, async run =>
        {
            ResourceScope scope = infra.Scope(run);
            InfraPlan plan = InfraPlan.ToDestroy(scope, await PlanOutput.ReadStateAsync(run));
            return await apply.RunAsync(run, plan, () => ConfirmAsync(run, plan, run.Get(confirm)));
        });
        return command;
    }

    private static async Task<bool> ConfirmAsync(ToolRun run, InfraPlan plan, string? name)
    {
        if (name is null && run.Around.IsInputRedirected)
        {
            run.Screen.Error($"There is no terminal to ask at: say so with --confirm {plan.Scope}. Nothing was changed.");
            return false;
        }

        name ??= await run.AskAsync($"Type {plan.Scope} to remove {(plan.Changes.Count == 1 ? "this" : $"these {plan.Changes.Count}")} from {run.Account.Url}: ");
        if (name == plan.Scope.ToString())
        {
            return true;
        }

        run.Screen.Error($"'{OneLine.Of(name ?? "")}' is not {plan.Scope}. Nothing was changed.");
        return false;
    }
}
