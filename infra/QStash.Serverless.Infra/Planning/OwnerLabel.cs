namespace QStash.Serverless.Infra;

/// <summary>
/// The labels that mark a schedule: whose it is, and a fingerprint of the options that QStash does not show (protocol 2.9 has no field for them). Labels are
/// shown in reads, survive everything but a replacement by someone else, are not delivered, and let logs be filtered by app and environment.
/// </summary>
internal static class OwnerLabel
{
    internal const string Reserved = "qss-";
    private const string Owner = "qss-owner=";
    private const string HiddenOptions = "qss-hidden=";

    internal static string Of(ResourceScope scope) => Owner + scope;

    internal static bool IsOwned(this ResourceScope scope, Client.QStashSchedule schedule) =>
        scope.TryGetName(schedule.ScheduleId, out _) && schedule.Labels.Contains(Of(scope), StringComparer.Ordinal);

    internal static string? OwnerOf(IEnumerable<string> labels) => After(labels, Owner);

    internal static string? HiddenOf(IEnumerable<string> labels) => After(labels, HiddenOptions);

    internal static IEnumerable<string> OthersOf(IEnumerable<string> labels) => labels.Where(static label => !label.StartsWith(Reserved, StringComparison.Ordinal));

    /// <summary>The user's labels with ours behind them: the first label is the one that old readers know.</summary>
    internal static string Marked(string? labels, ResourceScope scope, string? hidden) =>
        string.Join(',', new[] { labels, Of(scope), hidden is null ? null : HiddenOptions + hidden }.Where(static label => !string.IsNullOrEmpty(label)));

    private static string? After(IEnumerable<string> labels, string start) => labels.FirstOrDefault(label => label.StartsWith(start, StringComparison.Ordinal))?[start.Length..];
}
