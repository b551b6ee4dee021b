using System.Text.Json;

namespace QStash.Serverless.Infra;

/// <summary>Previews for people and programs to read.</summary>
public static class InfraPreviewText
{
    /// <summary>A preview for a terminal.</summary>
    /// <param name="preview">The preview.</param>
    /// <param name="options">Width and colours.</param>
    public static string Human(InfraPreview preview, TextOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(preview);
        TextPage page = new(options ?? new TextOptions());
        page.Line("", $"{TextPage.Count(preview.Schedules.Count, "schedule")}, runs after {TextPage.Time(preview.From)}", TextPage.Ink.Bold);
        foreach (PreviewedSchedule schedule in preview.Schedules)
        {
            page.Gap();
            page.Line("", $"{schedule.Name}: {schedule.Cron}{(schedule.IsPaused ? ", paused: it would run" : "")}", TextPage.Ink.Cyan);
            foreach (DateTimeOffset run in schedule.Runs)
            {
                page.Line("    ", TextPage.Time(run));
            }

            foreach (string note in schedule.Notes)
            {
                page.Line("    ! ", note, TextPage.Ink.Yellow);
            }
        }

        return page.ToString();
    }

    /// <summary>A preview as JSON: <c>version</c> (1), then the properties of <see cref="InfraPreview"/> as in <see cref="InfraPlanText.Json"/>.</summary>
    /// <param name="preview">The preview.</param>
    public static string Json(InfraPreview preview)
    {
        ArgumentNullException.ThrowIfNull(preview);
        return InfraJson.Document(JsonSerializer.SerializeToNode(preview, InfraJson.Default.InfraPreview)!);
    }
}
