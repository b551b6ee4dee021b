using System.CommandLine;
using QStash.Serverless.Infra;

namespace QStash.Serverless.Cli.Declared;

/// <summary><c>dotnet qstash apply</c>.</summary>
internal static class ApplyCommand
{
    public static Command Create(ToolOptions tool)
    {
        InfraOptions infra = new();
        RemovalOptions removal = new();
        ApplyRun apply = new();
        ToolCommand command = new("apply", "Changes QStash so that it has what the app declares, or exactly what a plan file says.",
            """
            It shows the plan and asks. A path to a file of `plan --out` applies that plan, and refuses when QStash has changed since. Twice changes
            nothing; what failed or was interrupted is told, and the next run does the rest.

            Exit code: 0 everything is as declared; 1 something was refused or failed, or the answer was no; 130 Ctrl+C, after a report.

            Examples:
              dotnet qstash apply src/Shop --app shop --env prod --base-url https://shop.example.com
              dotnet qstash apply src/Shop --env-file prod.env --prune --yes
              dotnet qstash apply shop.plan --yes

            """);
        infra.AddTo(command);
        infra.Path.Description += " Or a file of `plan --out`.";
        removal.AddTo(command);
        apply.AddTo(command);
        tool.Act(command, async run =>
        {
            if (run.Get(infra.Path) is { } path && IsPlanFile(run.Around.PathOf(path)))
            {
                if (infra.AreGiven(run) || removal.AreGiven(run))
                {
                    return run.Refuse($"{path} is a plan: it says by itself what is changed, so --app, --env, --base-url, --prune and --allow-destroy go to `plan --out`.");
                }

                string text = await File.ReadAllTextAsync(run.Around.PathOf(path), run.Stopped);
                return InfraPlanFile.TryRead(text, await PlanOutput.ReadStateAsync(run), out InfraPlan? kept, out string? problem)
                    ? await apply.RunAsync(run, kept!)
                    : run.Refuse($"{path}: {problem} Nothing was changed.");
            }

            return infra.Read(run) is { } model ? await apply.RunAsync(run, InfraPlan.Of(model, await PlanOutput.ReadStateAsync(run), removal.Of(run))) : 1;
        });
        return command;
    }

    // A plan is JSON; an assembly or a project never starts like that.
    private static bool IsPlanFile(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using FileStream file = File.OpenRead(path);
        return file.ReadByte() == '{';
    }
}
