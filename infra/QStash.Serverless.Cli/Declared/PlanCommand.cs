using System.CommandLine;
using QStash.Serverless.Infra;

namespace QStash.Serverless.Cli.Declared;

/// <summary><c>dotnet qstash plan</c>.</summary>
internal static class PlanCommand
{
    public static Command Create(ToolOptions tool)
    {
        InfraOptions infra = new();
        RemovalOptions removal = new();
        PlanOutput output = new();
        Option<string?> file = new("--out") { HelpName = "FILE", Description = "Keep the plan, for `apply FILE`. The file holds bodies and header values: treat it as a secret." };
        ToolCommand command = new("plan", "Shows what `apply` would change so that QStash has what the app declares.",
            """
            Schedules, URL groups, queues and flow-control pins are read from the built app, without running it; nothing is changed. Only what is named
            {app}.{env}.* and owned by them is ever touched.

            Exit code: 0 nothing to change; 2 there are changes; 1 a mistake in what is declared, or it did not work; 130 Ctrl+C.

            Examples:
              dotnet qstash plan src/Shop --app shop --env prod --base-url https://shop.example.com
              dotnet qstash plan --app shop --env prod --base-url https://shop.example.com --prune --out shop.plan
              dotnet qstash plan src/Shop --env-file prod.env --markdown

            """)
        {
            file,
        };
        infra.AddTo(command);
        removal.AddTo(command);
        output.AddTo(command);
        tool.Act(command, async run =>
        {
            if (infra.Read(run) is not { } model)
            {
                return 1;
            }

            InfraState state = await PlanOutput.ReadStateAsync(run);
            InfraPlan plan = InfraPlan.Of(model, state, removal.Of(run));
            output.Write(run, plan);
            if (plan.IsRefused)
            {
                return PlanOutput.Refused(run, plan);
            }

            if (run.Get(file) is { } path)
            {
                SecretFile.Write(run.Around.PathOf(path), InfraPlanFile.Write(plan, state));
                run.Screen.Error($"The plan is in {path}: `dotnet qstash apply {path}` makes exactly these changes, as long as QStash does not change. It holds bodies and header values.");
            }

            return plan.IsEmpty ? 0 : ExitCode.Changes;
        });
        return command;
    }
}
