using System.CommandLine;
using QStash.Serverless.Infra;

namespace QStash.Serverless.Cli.Declared;

/// <summary><c>dotnet qstash drift</c>.</summary>
internal static class DriftCommand
{
    public static Command Create(ToolOptions tool)
    {
        InfraOptions infra = new();
        PlanOutput output = new();
        ToolCommand command = new("drift", "Says whether QStash still has what the app declares.",
            """
            What was changed by hand, and what the app owns but does not declare, is told field by field; nothing is changed.

            Exit code: 0 no drift; 2 drift; 1 a mistake in what is declared, or it did not work; 130 Ctrl+C.

            Examples:
              dotnet qstash drift src/Shop --app shop --env prod --base-url https://shop.example.com
              dotnet qstash drift src/Shop --env-file prod.env --json

            """);
        infra.AddTo(command);
        output.AddTo(command);
        tool.Act(command, async run =>
        {
            if (infra.Read(run) is not { } model)
            {
                return 1;
            }

            InfraPlan plan = InfraPlan.Of(model, await PlanOutput.ReadStateAsync(run));
            output.Write(run, plan, asDrift: true);
            return plan.HasDrift ? ExitCode.Changes : 0;
        });
        return command;
    }
}
