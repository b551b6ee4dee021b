using System.CommandLine;
using QStash.Serverless.Infra;

namespace QStash.Serverless.Cli.Declared;

/// <summary><c>dotnet qstash preview</c>.</summary>
internal static class PreviewCommand
{
    // Times do not depend on where an app is; a name that cannot exist is never sent anywhere.
    private const string NoBaseUrl = "https://app.invalid";

    public static Command Create(ToolOptions tool)
    {
        InfraOptions infra = new();
        Option<int?> runs = TypedOption.Count("--runs", 1, 1000, "How many times of each schedule. Default: 5.");
        Option<Func<DateTimeOffset, DateTimeOffset>?> from = TypedOption.Instant("--from", "Times after then; unset: after now.");
        ToolCommand command = new("preview", "Shows when the declared schedules run, with what clock changes do to them. Nothing is asked of QStash.",
            """
            Neither a token nor a base URL is needed.

            Exit code: 0 shown; 1 a mistake in what is declared; 130 Ctrl+C.

            Examples:
              dotnet qstash preview src/Shop --app shop --env prod
              dotnet qstash preview src/Shop --app shop --env prod --from 2026-03-28T00:00:00Z --runs 3

            """)
        {
            runs, from,
        };
        infra.AddTo(command);
        tool.Act(command, run =>
        {
            if (infra.Read(run, NoBaseUrl) is not { } model)
            {
                return Task.FromResult(1);
            }

            DateTimeOffset now = run.Time.GetUtcNow();
            InfraPreview preview = InfraPreview.Of(model, run.Get(from)?.Invoke(now) ?? now, run.Get(runs) ?? 5);
            PlanOutput.Write(run, run.IsJson ? InfraPreviewText.Json(preview) : InfraPreviewText.Human(preview, PlanOutput.Text(run)));
            return Task.FromResult(0);
        });
        return command;
    }
}
