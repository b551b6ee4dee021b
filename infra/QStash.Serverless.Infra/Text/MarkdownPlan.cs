using System.Net;
using System.Text;

namespace QStash.Serverless.Infra;

/// <summary>A plan as GitHub Markdown.</summary>
internal sealed class MarkdownPlan
{
    private readonly StringBuilder _text = new();

    internal MarkdownPlan(InfraPlan plan, TextOptions options)
    {
        Line($"### {Safe(PlanSummary.Title(plan, options))}");
        Line();
        Line(Safe(PlanSummary.Counts(plan, options)));
        foreach (InfraChange change in plan.Changes)
        {
            Add(change, options);
        }

        Section(PlanSummary.Orphans(options), plan.Orphans.Select(static orphan => $"{InfraWords.Of(orphan.Resource)} {Code($"{orphan.Name} ({orphan.PhysicalName})")}: {Code(orphan.Detail)}"));
        Section("The account will have:", plan.Risks.Select(static risk => ":warning: " + Safe(risk.ToString())));
        Section("Notes:", plan.Notes.Select(Safe));
        Section(options.AsDrift ? "Not what its name promises:" : "This plan cannot be applied:", plan.Refusals.Select(static refusal => ":no_entry: " + Safe(refusal)));
    }

    public override string ToString() => _text.ToString();

    // Inside <code> everything is text, whatever characters names and values have; a bar would end the cell of a table.
    private static string Code(string text) => $"<code>{Safe(text)}</code>";

    private static string Safe(string text)
    {
        StringBuilder safe = new();
        foreach (char c in WebUtility.HtmlEncode(text))
        {
            safe.Append(c is '|' or '`' or '*' or '_' or '[' or ']' or '~' or '\\' or '@' ? $"&#{(int)c};" : c.ToString());
        }

        return safe.ToString();
    }

    private void Add(InfraChange change, TextOptions options)
    {
        string risks = change.Risks.Count == 0 ? "" : " :warning:";
        Line();
        Line($"<details><summary>{PlanSummary.Sign(change.Kind)} {Safe(PlanSummary.What(change, options))}{risks}</summary>");
        Line();
        if (change.Fields.Count > 0)
        {
            Line(options.AsDrift ? "| field | there | declared |" : "| field | before | after |");
            Line("| --- | --- | --- |");
            foreach (InfraField field in change.Fields)
            {
                Line($"| {Safe(field.Name)} | {Cell(field.Before)} | {Cell(field.After)} |");
            }

            Line();
        }

        foreach (DateTimeOffset run in change.NextRuns)
        {
            Line($"- runs {Safe(TextPage.Time(run))}");
        }

        if (change.MessagesPerMonth is not null)
        {
            Line($"- messages: {PlanSummary.Messages(change)}");
        }

        if (change.At is { } at)
        {
            Line($"- declared at {Safe(TextPage.Place(at))}");
        }

        foreach (InfraRisk risk in change.Risks)
        {
            Line($"- :warning: {Safe(risk.ToString())}");
        }

        Line();
        Line("</details>");
    }

    private static string Cell(string? value) => value is null ? "" : Code(value);

    private void Section(string title, IEnumerable<string> lines)
    {
        bool first = true;
        foreach (string line in lines)
        {
            if (first)
            {
                Line();
                Line(Safe(title));
                Line();
                first = false;
            }

            Line("- " + line);
        }
    }

    private void Line(string text = "") => _text.Append(text).Append('\n');
}
