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
        List<InfraField> fields = [.. change.Fields];
        for (int run = 0; run < change.NextRuns.Count; run++)
        {
            fields.Add(new InfraField(run == 0 ? "next runs" : "", null, TextPage.Time(change.NextRuns[run])));
        }

        if (change.MessagesPerMonth is not null)
        {
            fields.Add(new InfraField("messages", null, PlanSummary.Messages(change)));
        }

        if (change.At is { } at)
        {
            fields.Add(new InfraField("declared at", null, TextPage.Place(at)));
        }

        if (fields.Count > 0)
        {
            _page.Fields("    ", fields);
        }

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

            _page.Line(start, line);
        }
    }
}
