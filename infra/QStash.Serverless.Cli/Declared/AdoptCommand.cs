using System.CommandLine;
using QStash.Serverless.Infra;

namespace QStash.Serverless.Cli.Declared;

/// <summary><c>dotnet qstash adopt</c>.</summary>
internal static class AdoptCommand
{
    public static Command Create(ToolOptions tool)
    {
        InfraOptions infra = new();
        ApplyRun apply = new();
        ToolCommand command = new("adopt", "Takes over what exists already, so that `plan` is about changes only.",
            """
            Schedules are found by their destination and cron expression, URL groups by their endpoints. They get the names of the declaration, and what had
            the old names is removed; what is not clear is refused and named. It shows what it would take over and asks.

            Exit code: 0 taken over, or there was nothing; 1 something was refused or failed, or the answer was no; 130 Ctrl+C, after a report.

            Examples:
              dotnet qstash adopt src/Shop --app shop --env prod --base-url https://shop.example.com
              dotnet qstash adopt src/Shop --env-file prod.env --yes

            """);
        infra.AddTo(command);
        apply.AddTo(command);
        tool.Act(command, async run => infra.Read(run) is { } model ? await apply.RunAsync(run, InfraPlan.ToAdopt(model, await PlanOutput.ReadStateAsync(run))) : 1);
        return command;
    }
}
