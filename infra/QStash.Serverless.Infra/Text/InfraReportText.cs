using System.Globalization;
using System.Text.Json;

namespace QStash.Serverless.Infra;

/// <summary>Reports of applied plans for people and programs to read.</summary>
public static class InfraReportText
{
    /// <summary>A report for a terminal: what was made, what failed and why, what was not tried, and what to do next.</summary>
    /// <param name="report">The report.</param>
    /// <param name="options">Width and colours.</param>
    public static string Human(InfraReport report, TextOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        options ??= new TextOptions();
        TextPage page = new(options);
        foreach (InfraChange change in report.Done)
        {
            page.Line("ok      ", PlanSummary.What(change, options), TextPage.Ink.Green);
        }

        foreach (InfraFailure failure in report.Failed)
        {
            page.Line("failed  ", PlanSummary.What(failure.Change, options), TextPage.Ink.Red);
            page.Line("        ", failure.Error);
        }

        foreach (InfraFailure left in report.NotAttempted)
        {
            page.Line("not yet ", PlanSummary.What(left.Change, options), TextPage.Ink.Yellow);
            page.Line("        ", left.Error);
        }

        if (report.Done.Count + report.Failed.Count + report.NotAttempted.Count > 0)
        {
            page.Gap();
        }

        page.Line("", string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Done.Count:N0} made, {report.Failed.Count:N0} failed, {report.NotAttempted.Count:N0} not tried{(report.IsCancelled ? "; stopped" : "")}."));
        if (!report.IsComplete)
        {
            page.Line("", "What was made stays. To finish, apply again from the code: a plan file does not fit the account any more.");
        }

        return page.ToString();
    }

    /// <summary>A report as JSON: <c>version</c> (1), then the properties of <see cref="InfraReport"/> as in <see cref="InfraPlanText.Json"/>.</summary>
    /// <param name="report">The report.</param>
    public static string Json(InfraReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return InfraJson.Document(JsonSerializer.SerializeToNode(report, InfraJson.Default.InfraReport)!);
    }
}
