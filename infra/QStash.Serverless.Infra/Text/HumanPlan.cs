namespace QStash.Serverless.Infra;

/// <summary>A plan on a terminal.</summary>
internal sealed class HumanPlan
{
    private readonly TextPage _page;

    internal HumanPlan(InfraPlan plan, TextOptions options)
    {
        _page = new TextPage(options);
        _page.Line("", PlanSummary.Title(plan, options), TextPage.Ink.Bold);
        _page.Line("", PlanSummary.Counts(plan, options));
        if (options.AsDrift && plan.Changes.Any(static change => change.Kind is InfraChangeKind.Update or InfraChangeKind.Move))
        {
            _page.Line("", "Left of the arrow what is there, right of it what is declared.");
        }

        foreach (InfraChange change in plan.Changes)
        {
            Add(change, options);
        }

        Section(PlanSummary.Orphans(options), plan.Orphans.Select(static orphan => $"{InfraWords.Of(orphan.Resource)} {orphan.Name} ({orphan.PhysicalName}): {orphan.Detail}"), "  ", TextPage.Ink.Yellow);
        Section("The account will have:", plan.Risks.Select(static risk => risk.ToString()), "  ! ", TextPage.Ink.Yellow);
        Section("Notes:", plan.Notes, "  ", TextPage.Ink.Plain);
        Section(options.AsDrift ? "Not what its name promises:" : "This plan cannot be applied:", plan.Refusals, "  ! ", TextPage.Ink.Red);
    }

    public override string ToString() => _page.ToString();

    private void Add(InfraChange change, TextOptions options)
    {
        _page.Gap();
        _page.Line(PlanSummary.Sign(change.Kind) + " ", PlanSummary.What(change, options), change.Kind switch
        {
            InfraChangeKind.Create => TextPage.Ink.Green,
            InfraChangeKind.Delete => TextPage.Ink.Red,
            InfraChangeKind.Move => TextPage.Ink.Cyan,
            _ => TextPage.Ink.Yellow,
        });
        List<(string, string)> facts = [.. change.NextRuns.Select(static (run, i) => (i == 0 ? "next runs" : "", TextPage.Time(run)))];
        if (change.MessagesPerMonth is not null)
        {
            facts.Add(("messages", PlanSummary.Messages(change)));
        }

        if (change.At is { } at)
        {
            facts.Add(("declared at", TextPage.Place(at)));
        }

        _page.Fields("    ", change.Fields, change.Kind is InfraChangeKind.Update or InfraChangeKind.Move, facts);
        foreach (InfraRisk risk in change.Risks)
        {
            _page.Line("    ! ", risk.ToString(), TextPage.Ink.Yellow);
        }
    }

    private void Section(string title, IEnumerable<string> lines, string start, TextPage.Ink ink)
    {
        bool first = true;
        foreach (string line in lines)
        {
            if (first)
            {
                _page.Gap();
                _page.Line("", title, ink);
                first = false;
            }

            _page.Line(start, line, hang: start.Trim().Length == 0 ? 2 : 0);
        }
    }
}
